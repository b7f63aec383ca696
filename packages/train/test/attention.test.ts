import { arange, compile, F, manualSeed, nn, randint, type Tensor } from '@kindling/core';
import { AdamW } from '@kindling/train';
import { expect, test } from 'vitest';
import { read } from './golden/setting.ts';

/** A program as `tools/golden/attention.py` records it from PyTorch 2.15. */
interface Program {
  readonly seed: number;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: number[];
    readonly first: number[];
    readonly sum: number;
  }[];
  readonly losses: readonly number[];
}

const [program] = read<{ cases: [Program] }>('attention').cases;

class Reverser extends nn.Module {
  readonly embed = new nn.Embedding(10, 32);
  readonly where = new nn.Embedding(8, 32);
  readonly encoder = new nn.TransformerEncoder(
    new nn.TransformerEncoderLayer(32, 4, { dimFeedforward: 64, dropout: 0, batchFirst: true }),
    2,
  );
  readonly head = new nn.Linear(32, 10);

  override forward(x: Tensor): Tensor {
    return this.head.forward(this.encoder.forward(this.embed.forward(x).add(this.where.forward(arange(8)))));
  }
}

const names = ['embed', 'where', 'encoder', 'head'];

function reverser(): Reverser {
  manualSeed(program.seed);
  return new Reverser();
}

test('an encoder starts with the weights of PyTorch', () => {
  const found = reverser().namedParameters();
  expect(found.map(([name]) => name)).toEqual(
    program.weights.map(({ name }) => name.replace(/^\d/, (i) => names[Number(i)]!)),
  );
  found.forEach(([name, parameter], i) => {
    const { shape, first, sum } = program.weights[i]!;
    const values = [...parameter.data()];
    expect(parameter.shape, name).toEqual(shape);
    expect(values.slice(0, 4), name).toEqual(first);
    expect(values.reduce((all, x) => all + Math.abs(x), 0) / Math.max(sum, 1), name).toBeCloseTo(
      sum / Math.max(sum, 1),
      9,
    );
  });
});

test.each(['eagerly', 'compiled'])('an encoder that reverses digits has the losses of PyTorch, %s', (how) => {
  const model = reverser();
  const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
  const step = (x: Tensor): Tensor => {
    const loss = F.crossEntropy(model.forward(x).reshape(-1, 10), x.flip(1).reshape(-1));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.detach();
  };
  const run = how === 'compiled' ? compile(step) : step;
  for (const loss of program.losses) {
    expect(run(randint(0, 10, [64, 8])).item() / loss).toBeCloseTo(1, 5);
  }
});

import { readFileSync } from 'node:fs';
import { arange, compile, F, manualSeed, nn, randint, type Tensor } from '@kindling/core';
import { AdamW } from '@kindling/train';
import { expect, test } from 'vitest';

/** The program `attention` of `tools/golden/chapters.py`, as PyTorch runs it. */
interface Program {
  readonly init: readonly {
    readonly name: string;
    readonly shape: number[];
    readonly values?: number[];
    readonly first?: number[];
    readonly abs?: number;
  }[];
  readonly losses: readonly number[];
}

const { attention: program } = JSON.parse(
  readFileSync(new URL('fixtures/chapters.json', import.meta.url), 'utf8'),
) as { attention: Program };

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
  manualSeed(777);
  return new Reverser();
}

test('an encoder starts with the weights of PyTorch', () => {
  const found = reverser().namedParameters();
  expect(found.map(([name]) => name)).toEqual(
    program.init.map(({ name }) => name.replace(/^\d/, (i) => names[Number(i)]!)),
  );
  found.forEach(([name, parameter], i) => {
    const { shape, values, first, abs } = program.init[i]!;
    const actual = [...parameter.data()];
    expect(parameter.shape, name).toEqual(shape);
    expect(values === undefined ? actual.slice(0, first!.length) : actual, name).toEqual(values ?? first);
    if (abs !== undefined) {
      expect(actual.reduce((all, x) => all + Math.abs(x), 0) - abs, name).toBeCloseTo(0, 7);
    }
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

import { readFileSync } from 'node:fs';
import { arange, compile, eye, F, manualSeed, nn, stack, type Tensor, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { Adam } from '../src/index.ts';

interface Program {
  readonly init: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly first: readonly number[];
    readonly sum: number;
    readonly abs: number;
  }[];
  readonly losses: readonly number[];
}

/** Numbers of PyTorch 2.15, as `tools/golden/recurrent_programs.py` records them. */
const reference: {
  readonly hihello: Program & { readonly words: readonly string[] };
  readonly sentence: Program & { readonly text: string };
  readonly lstm: Program;
  readonly gru: Program;
} = JSON.parse(readFileSync(new URL('./fixtures/recurrent-programs.json', import.meta.url), 'utf8'));

function assertInitial(module: nn.AnyModule, { init }: Program): void {
  const got = module.namedParameters().map(([name, parameter]) => {
    const values = Float64Array.from(parameter.data());
    return {
      name,
      shape: parameter.shape,
      first: [...values.slice(0, 4)],
      sum: values.reduce((total, x) => total + x, 0),
      abs: values.reduce((total, x) => total + Math.abs(x), 0),
    };
  });
  expect(got.map(({ name, shape, first }) => ({ name, shape, first }))).toEqual(
    init.map(({ name, shape, first }) => ({ name, shape, first: first.map(Math.fround) })),
  );
  got.forEach(({ sum, abs }, i) => {
    expect(sum).toBeCloseTo(init[i]!.sum, 10);
    expect(abs).toBeCloseTo(init[i]!.abs, 10);
  });
}

/** Trains eagerly or compiled, and compares the losses. */
function train(
  module: nn.AnyModule,
  lr: number,
  lossOf: () => Tensor,
  program: Program,
  isCompiled: boolean,
): void {
  assertInitial(module, program);
  const optimizer = new Adam(module.parameters(), { lr });
  const eager = (): Tensor => {
    const loss = lossOf();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  const step = isCompiled ? compile(eager) : eager;
  program.losses.forEach((wanted, i) => {
    const got = step().item();
    expect(Math.abs(got - wanted) / wanted, `step ${i}: ${got}, expected ${wanted}`).toBeLessThan(1e-4);
  });
}

const letters = (text: string): string[] => [...new Set(text)].sort();

class Sentence extends nn.Module {
  rnn: nn.RNN;
  fc: nn.Linear;

  constructor(size: number) {
    super();
    this.rnn = new nn.RNN(size, size, { numLayers: 2, batchFirst: true });
    this.fc = new nn.Linear(size, size);
  }

  forward(x: Tensor): Tensor {
    return this.fc.forward(this.rnn.forward(x)[0]);
  }
}

/** What LSTM and GRU share here. */
type Recurrent = nn.Module<[Tensor], [output: Tensor, ...rest: unknown[]]>;

class Wave extends nn.Module {
  one: Recurrent;
  two: Recurrent;
  fc: nn.Linear;

  constructor(kind: 'LSTM' | 'GRU') {
    super();
    this.one = new nn[kind](1, 12, { batchFirst: true, bidirectional: true });
    this.two = new nn[kind](24, 8, { numLayers: 2, batchFirst: true });
    this.fc = new nn.Linear(8, 1);
  }

  forward(x: Tensor): Tensor {
    const [h] = this.one.forward(x);
    const [output] = this.two.forward(h);
    return this.fc.forward(output.select(1, -1));
  }
}

describe.each([false, true])('losses and first weights are PyTorch’s (compiled: %s)', (isCompiled) => {
  test('hihello spells', () => {
    const { hihello } = reference;
    const x = eye(5)
      .indexSelect(0, tensor([0, 1, 0, 2, 3, 3], { dtype: 'int32' }))
      .unsqueeze(0);
    const y = tensor([1, 0, 2, 3, 3, 4], { dtype: 'int32' });
    manualSeed(0);
    const rnn = new nn.RNN(5, 5, { batchFirst: true });
    const spelled = (): string => [...rnn.forward(x)[0].argmax(2).data()].map((i) => 'hielo'[i]).join('');
    expect(spelled()).toBe(hihello.words[0]);
    train(rnn, 0.1, () => F.crossEntropy(rnn.forward(x)[0].reshape([6, 5]), y), hihello, isCompiled);
    expect(spelled()).toBe('ilello');
    expect(hihello.words.at(-1)).toBe('ilello');
  });

  test('sentence', () => {
    const { sentence } = reference;
    const all = letters(sentence.text);
    const codes = [...sentence.text].map((letter) => all.indexOf(letter));
    const windows = codes.length - 10;
    const taken = (offset: number): Tensor =>
      tensor(
        Int32Array.from({ length: windows * 10 }, (_, i) => codes[Math.floor(i / 10) + (i % 10) + offset]!),
      );
    const x = eye(all.length).indexSelect(0, taken(0)).reshape([windows, 10, all.length]);
    const y = taken(1);
    manualSeed(0);
    const net = new Sentence(all.length);
    train(net, 0.1, () => F.crossEntropy(net.forward(x).flatten(0, 1), y), sentence, isCompiled);
  });

  test.each(['LSTM', 'GRU'] as const)('%s', (kind) => {
    const wave = arange(0, 220).float().mul(0.1).sin();
    const x = stack(Array.from({ length: 200 }, (_, i) => wave.narrow(0, i, 20))).unsqueeze(2);
    const y = wave.narrow(0, 20, 200).unsqueeze(1);
    manualSeed(7);
    const net = new Wave(kind);
    train(
      net,
      1e-2,
      () => F.mseLoss(net.forward(x), y),
      reference[kind === 'LSTM' ? 'lstm' : 'gru'],
      isCompiled,
    );
  });
});

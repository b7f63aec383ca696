import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cat, compile, grad, manualSeed, nn, noGrad, randn, type Tensor, tensor } from '../../src/index.ts';
import { composedRecurrence } from '../../src/nn/recurrent/composed-recurrence.ts';
import {
  gatesOf,
  type Recurrence,
  type RecurrenceOperands,
  recurrence,
} from '../../src/nn/recurrent/recurrence.ts';
import { cases } from '../random-calls/compare.ts';

const expectClose = (what: string, got: Tensor, wanted: Tensor, room = 3e-5): void => {
  expect(got.shape, what).toEqual(wanted.shape);
  const [a, b] = [got.data(), wanted.data()];
  // Not by an argument for each element: a worker of a browser has a small stack.
  let largest = 1;
  b.forEach((x) => {
    largest = Math.max(largest, Math.abs(x));
  });
  b.forEach((x, i) => {
    if (!(Math.abs(a[i]! - x) <= room * largest))
      expect.fail(`${what}, element ${i}: expected ${x}, got ${a[i]}`);
  });
};

const layer = fc.record({
  cell: fc.constantFrom('tanh' as const, 'relu' as const, 'lstm' as const, 'gru' as const),
  batch: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 140 })),
  steps: fc.integer({ min: 1, max: 5 }),
  hidden: fc.integer({ min: 2, max: 37 }),
  batchFirst: fc.boolean(),
  reverse: fc.boolean(),
  biased: fc.boolean(),
  isProjected: fc.boolean(),
  hasLengths: fc.boolean(),
  seed: fc.integer(),
});
type Layer = typeof layer extends fc.Arbitrary<infer L> ? L : never;

function operandsOf({
  cell,
  batch,
  steps,
  hidden,
  batchFirst,
  biased,
  isProjected,
  hasLengths,
}: Layer): RecurrenceOperands {
  const width = gatesOf[cell] * hidden;
  const output = cell === 'lstm' && isProjected ? Math.ceil(hidden / 2) : hidden;
  const drawn = (...shape: number[]): Tensor => randn(shape).mul(0.5).detach().requiresGrad_();
  return {
    gates: drawn(...(batchFirst ? [batch, steps] : [steps, batch]), width),
    h0: drawn(batch, output),
    c0: cell === 'lstm' ? drawn(batch, hidden) : undefined,
    weight: drawn(width, output),
    bias: biased ? drawn(width) : undefined,
    projection: output < hidden ? drawn(output, hidden) : undefined,
    lengths: hasLengths
      ? tensor(
          Array.from({ length: batch }, (_, b) => 1 + ((b * 7) % steps)),
          { dtype: 'int32' },
        )
      : undefined,
  };
}

/** Results, and the gradients of all operands. */
function outcome(run: typeof recurrence, attributes: Recurrence, operands: RecurrenceOperands): Tensor[] {
  const { output, h, c } = run(attributes, operands);
  const results = [output, h, ...(c === undefined ? [] : [c])];
  const leaves = Object.values(operands).filter((x: Tensor | undefined) => x?.requiresGrad) as Tensor[];
  const total = results.map((x, i) => x.mul(x.add(i + 1)).sum()).reduce((sum, term) => sum.add(term));
  const gradients = grad(total, leaves);
  return [...results.map((x) => x.detach()), ...gradients.map((g) => g!)];
}

test('an engine with the kernel computes what the composition does, and its gradients', () => {
  fc.assert(
    fc.property(layer, (given) => {
      manualSeed(given.seed);
      const operands = operandsOf(given);
      const wanted = outcome(composedRecurrence, given, operands);
      outcome(recurrence, given, operands).forEach((got, i) => {
        expectClose(`${JSON.stringify(given)}, result ${i}`, got, wanted[i]!);
      });
    }),
    { numRuns: cases(40) },
  );
});

const kinds = ['RNN', 'LSTM', 'GRU'] as const;
type Kind = (typeof kinds)[number];
type Module = {
  forward(x: Tensor | nn.PackedSequence): [Tensor | nn.PackedSequence, Tensor | [Tensor, Tensor]];
} & nn.Module<never[], unknown>;
const make = (kind: Kind, ...args: ConstructorParameters<typeof nn.GRU>): Module =>
  new nn[kind](...args) as unknown as Module;
const states = (state: Tensor | [Tensor, Tensor]): Tensor[] => (Array.isArray(state) ? state : [state]);

describe.each(kinds)('%s', (kind) => {
  test('packed sequences give what each gives alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 2 }),
        (lengths, bidirectional, numLayers) => {
          manualSeed(lengths.length);
          const module = make(kind, 3, 4, { bidirectional, numLayers });
          const sequences = lengths.map((length) => randn([length, 3]));
          noGrad(() => {
            const packed = nn.packSequence(sequences, { enforceSorted: false });
            const [output, last] = module.forward(packed) as [nn.PackedSequence, Tensor | [Tensor, Tensor]];
            nn.unpackSequence(output).forEach((got, b) => {
              const [wanted, end] = module.forward(sequences[b]!);
              expectClose(`output ${b}`, got, wanted as Tensor);
              states(end).forEach((state, i) => {
                expectClose(`state ${b}`, states(last)[i]!.select(1, b), state);
              });
            });
          });
        },
      ),
      { numRuns: cases(10) },
    );
  });

  test('a second direction is the first on reversed sequences', () => {
    manualSeed(1);
    const both = make(kind, 3, 4, { bidirectional: true, batchFirst: true });
    const one = make(kind, 3, 4, { batchFirst: true });
    const state = both.stateDict();
    one.loadStateDict(
      Object.fromEntries(Object.keys(one.stateDict()).map((name) => [name, state[`${name}_reverse`]!])),
    );
    const x = randn([2, 5, 3]);
    const [output] = both.forward(x) as [Tensor, unknown];
    const [reversed] = one.forward(x.flip(1)) as [Tensor, unknown];
    expectClose('output', output.narrow(2, 4, 4), reversed.flip(1));
  });

  test('compiled steps have the bits of eager ones', () => {
    manualSeed(2);
    const module = make(kind, 5, 11, { bidirectional: true, numLayers: 2, batchFirst: true });
    const step = (x: Tensor): Tensor => {
      module.zeroGrad();
      const [output, last] = module.forward(x) as [Tensor, Tensor | [Tensor, Tensor]];
      output.square().sum().add(states(last)[0]!.sum()).backward();
      return cat(module.parameters().map((p) => p.grad!.flatten())).clone();
    };
    const compiled = compile(step);
    for (let i = 0; i < 4; i++) {
      const x = randn([70, 6, 5]);
      expect(compiled(x).data()).toEqual(step(x).data());
    }
  });

  test('packed sequences go through compiled functions', () => {
    manualSeed(3);
    const module = make(kind, 2, 3);
    const run = compile(
      (packed: nn.PackedSequence) => (module.forward(packed) as [nn.PackedSequence, unknown])[0].data,
    );
    for (let i = 0; i < 4; i++) {
      const packed = nn.packSequence([randn([4, 2]), randn([2, 2])]);
      expect(run(packed).data()).toEqual(
        (module.forward(packed) as [nn.PackedSequence, unknown])[0].data.data(),
      );
    }
  });

  test('gradients of gradients reach all parameters', () => {
    manualSeed(4);
    const module = make(kind, 2, 3, { numLayers: 2 });
    const x = randn([3, 2, 2]).requiresGrad_();
    const [output] = module.forward(x) as [Tensor, unknown];
    const [first] = grad(output.square().sum(), [x], { createGraph: true });
    first!.square().sum().backward();
    for (const [name, parameter] of module.namedParameters()) {
      expect(parameter.grad?.abs().sum().item(), name).toBeGreaterThan(0);
    }
  });

  test('its text is PyTorch’s', () => {
    const options = { numLayers: 2, bias: false, batchFirst: true, dropout: 0.5, bidirectional: true };
    expect(String(make(kind, 3, 4))).toBe(`${kind}(3, 4)`);
    expect(String(make(kind, 3, 4, options))).toBe(
      `${kind}(3, 4, num_layers=2, bias=False, batch_first=True, dropout=0.5, bidirectional=True)`,
    );
  });

  test('what cannot be is refused by name', () => {
    expect(() => make(kind, 3, 0)).toThrow(
      `${kind}: expected hiddenSize to be an integer of at least 1, got 0`,
    );
    expect(() => make(kind, 2.5, 4)).toThrow(`${kind}: expected inputSize`);
    expect(() => make(kind, 3, 4, { numLayers: 0 })).toThrow(`${kind}: expected numLayers`);
    expect(() => make(kind, 3, 4, { dropout: 2 })).toThrow(
      `${kind}: expected a probability in [0, 1], got 2`,
    );
    expect(() => make(kind, 3, 4, { layers: 2 } as never)).toThrow(`${kind}: expected options among`);
    const module = make(kind, 3, 4);
    expect(() => module.forward([1, 2] as never)).toThrow(
      `${kind}: expected the input to be a tensor or a packed sequence, got [1, 2]`,
    );
    expect(() => module.forward({ data: randn([3, 3]), batchSizes: [1, 2] })).toThrow(
      `${kind}: expected batchSizes[1] to be an integer in [1, 1], got 2`,
    );
    expect(() => module.forward({ data: randn([3, 3]), batchSizes: [2, 2] })).toThrow(
      `${kind}: expected packed data of shape [4, ...]`,
    );
    expect(() => module.forward({ data: randn([3, 3]), batchSizes: [2, 1], sortedIndices: [0, 0] })).toThrow(
      `${kind}: expected sortedIndices to be a permutation of 2 positions, got [0, 0]`,
    );
  });
});

test('an LSTM asks for both states', () => {
  const module = new nn.LSTM(3, 4);
  expect(() => module.forward(randn([2, 1, 3]), randn([1, 1, 4]) as never)).toThrow(
    'LSTM: expected the states as [h, c], got a tensor of shape [1, 1, 4]',
  );
  expect(() => module.forward(randn([2, 1, 3]), [randn([1, 1, 4])] as never)).toThrow('[h, c]');
  expect(() => new nn.LSTM(3, 4, { projSize: 4 })).toThrow(
    'LSTM: expected projSize to be an integer in [0, 3], got 4',
  );
  expect(String(new nn.LSTM(3, 4, { projSize: 2 }))).toBe('LSTM(3, 4, proj_size=2)');
});

test('cells are single steps of their layers', () => {
  for (const kind of kinds) {
    manualSeed(5);
    const module = make(kind, 3, 4);
    const cell = new nn[`${kind}Cell`](3, 4) as unknown as Module;
    const state = module.stateDict();
    cell.loadStateDict(
      Object.fromEntries(Object.keys(cell.stateDict()).map((name) => [name, state[`${name}_l0`]!])),
    );
    const x = randn([1, 2, 3]);
    const [, last] = module.forward(x);
    states(cell.forward(x.select(0, 0)) as never).forEach((got, i) => {
      expectClose(kind, got, states(last)[i]!.select(0, 0));
    });
  }
  expect(String(new nn.RNNCell(3, 4, { bias: false, nonlinearity: 'relu' }))).toBe(
    'RNNCell(3, 4, bias=False, nonlinearity=relu)',
  );
});

describe('packing', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 0],
  ]);

  test('puts the steps of the longest sequences first', () => {
    const packed = nn.packPaddedSequence(x, [2, 3], { batchFirst: true, enforceSorted: false });
    expect(packed.data.toArray()).toEqual([4, 1, 5, 2, 0]);
    expect(packed).toMatchObject({ batchSizes: [2, 2, 1], sortedIndices: [1, 0], unsortedIndices: [1, 0] });
    const [padded, lengths] = nn.padPackedSequence(packed, {
      batchFirst: true,
      paddingValue: -1,
      totalLength: 4,
    });
    expect(padded.toArray()).toEqual([
      [1, 2, -1, -1],
      [4, 5, 0, -1],
    ]);
    expect(lengths).toEqual([2, 3]);
  });

  test('takes lengths from a tensor', () => {
    const lengths = tensor([3, 2], { dtype: 'int32' });
    expect(nn.packPaddedSequence(x, lengths, { batchFirst: true }).data.toArray()).toEqual([1, 4, 2, 5, 3]);
  });

  test('of sequences is undone', () => {
    const sequences = [tensor([1]), tensor([2, 3, 4]), tensor([5, 6])];
    expect(nn.padSequence(sequences, { batchFirst: true, paddingValue: 9 }).toArray()).toEqual([
      [1, 9, 9],
      [2, 3, 4],
      [5, 6, 9],
    ]);
    expect(nn.padSequence(sequences).shape).toEqual([3, 3]);
    const back = nn.unpackSequence(nn.packSequence(sequences, { enforceSorted: false }));
    expect(back.map((sequence) => sequence.toArray())).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  test('refuses what it cannot pack', () => {
    expect(() => nn.packPaddedSequence(x, [2, 3], { batchFirst: true })).toThrow(
      'packPaddedSequence: expected lengths that never grow, got 3 behind 2; pass { enforceSorted: false }',
    );
    expect(() => nn.packPaddedSequence(x, [3, 0], { batchFirst: true })).toThrow(
      'lengths[1] to be an integer in [1, 3]',
    );
    expect(() => nn.packPaddedSequence(x, [4, 2], { batchFirst: true })).toThrow('lengths[0]');
    expect(() => nn.packPaddedSequence(x, [3], { batchFirst: true })).toThrow('expected 2 lengths');
    expect(() => nn.packPaddedSequence(tensor([1, 2]), [2])).toThrow('at least 2 dims');
    expect(() => nn.packSequence([])).toThrow('packSequence: expected at least one sequence, got none');
    expect(() => nn.packSequence([randn([2, 3]), randn([2, 4])])).toThrow(
      'expected sequences of shape [length, 3]',
    );
    expect(() => nn.padPackedSequence(x as never)).toThrow(
      'padPackedSequence: expected a packed sequence, got a tensor',
    );
    const packed = nn.packPaddedSequence(x, [3, 2], { batchFirst: true });
    expect(() => nn.padPackedSequence(packed, { totalLength: 2 })).toThrow(
      'totalLength to be an integer of at least 3',
    );
    expect(() => nn.unpadSequence(x, [1, 4], { batchFirst: true })).toThrow(
      'unpadSequence: expected lengths[1]',
    );
  });
});

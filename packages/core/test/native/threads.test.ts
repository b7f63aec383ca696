import { afterAll, describe, expect, test } from 'vitest';
import type { KernelCall } from '../../src/backend/kernels.ts';
import { parseList, parseQuota, physicalCores } from '../../src/backend/native/cores.ts';
import { setNumThreads } from '../../src/backend/native/threads.ts';
import { ArgumentError } from '../../src/errors.ts';
import { native } from './engine.ts';
import { memoryOf, place, type StoredView } from './operand.ts';

function filled(shape: readonly number[], strides: readonly number[]): StoredView {
  const count = shape.reduce((total, size) => total * size, 1);
  let state = count;
  const memory = new Float32Array(count).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { dtype: 'float32', shape, strides, offset: 0, memory };
}

const flat = (count: number): StoredView => filled([count], [1]);

interface Work {
  readonly name: string;
  readonly kind: KernelCall['kind'];
  readonly out: StoredView;
  readonly inputs: readonly StoredView[];
  readonly attributes: object;
}

const products = [
  [300, 500, 700, false, false],
  [257, 129, 1000, false, true],
  [784, 256, 256, true, false],
  [1, 3000, 900, false, false],
  [2, 2000, 1500, false, true],
  [5000, 10, 64, false, true],
] as const;

const work: Work[] = [
  ...products.map(([m, n, k, transposeA, transposeB]) => ({
    name: `a product ${m} x ${n} x ${k}`,
    kind: 'matmul' as const,
    out: filled([1, m, n], [m * n, n, 1]),
    inputs: [
      filled(transposeA ? [1, k, m] : [1, m, k], [m * k, transposeA ? m : k, 1]),
      filled(transposeB ? [1, n, k] : [1, k, n], [k * n, transposeB ? k : n, 1]),
    ],
    attributes: { batch: 1, m, n, k, transposeA, transposeB },
  })),
  ...(['exp', 'tanh', 'neg', 'sin'] as const).map((op) => ({
    name: op,
    kind: 'unary' as const,
    out: flat(500_003),
    inputs: [flat(500_003)],
    attributes: { op, parameters: [] },
  })),
  {
    name: 'an addition of a row to a transposed matrix',
    kind: 'binary',
    out: filled([700, 900], [900, 1]),
    inputs: [filled([700, 900], [1, 700]), filled([700, 900], [0, 1])],
    attributes: { op: 'add' },
  },
  {
    name: 'a transposed copy',
    kind: 'copy',
    out: filled([900, 700], [700, 1]),
    inputs: [filled([900, 700], [1, 900])],
    attributes: {},
  },
  ...[
    [1, 1_000_003, 1],
    [1, 40_000, 17],
    [2000, 300, 1],
    [1, 500, 3000],
  ].map(([outer = 1, length = 1, inner = 1]) => ({
    name: `a sum of ${outer} x ${length} x ${inner}`,
    kind: 'reduce' as const,
    out: flat(outer * inner),
    inputs: [flat(outer * length * inner)],
    attributes: { op: 'sum', outer, length, inner },
  })),
];

describe.skipIf(native === undefined)('threads', () => {
  const before = native?.library.threads() ?? 1;
  afterAll(() => native?.library.setThreads(before));

  test.each(work.map((entry) => [entry.name, entry] as const))(
    '%s has the same bits on 1, 2 and 5 threads',
    (_, entry) => {
      const results = [1, 2, 5].map((count) => {
        native!.library.setThreads(count);
        const out = place(entry.out, native!);
        const inputs = entry.inputs.map((input) => place(input, native!));
        native!.execute({
          kind: entry.kind,
          outputs: [out],
          inputs,
          attributes: entry.attributes,
        } as KernelCall);
        return Buffer.from(memoryOf(out).buffer);
      });
      expect(results[1]!.equals(results[0]!)).toBe(true);
      expect(results[2]!.equals(results[0]!)).toBe(true);
      expect(results[0]!.equals(Buffer.from(entry.out.memory.buffer))).toBe(false);
    },
  );

  test('a count that is none is refused', () => {
    for (const count of [0, -1, 1.5, Number.NaN]) expect(() => setNumThreads(count)).toThrow(ArgumentError);
  });
});

test('lists of processors are read as Linux writes them', () => {
  expect(parseList('0-3,8\n')).toEqual([0, 1, 2, 3, 8]);
  expect(parseList('5')).toEqual([5]);
  expect(parseList('')).toEqual([]);
});

test('a quota of processor time counts as cores, rounded up', () => {
  expect(parseQuota('150000 100000\n')).toBe(2);
  expect(parseQuota('50000 100000')).toBe(1);
  expect(parseQuota('max 100000')).toBe(Number.POSITIVE_INFINITY);
  expect(parseQuota('')).toBe(Number.POSITIVE_INFINITY);
});

test('this machine has a core', () => {
  expect(physicalCores()).toBeGreaterThanOrEqual(1);
});

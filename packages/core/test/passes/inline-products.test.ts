import { expect, test } from 'vitest';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { factorsUntilSteps, inlineProducts } from '../../src/backend/native/inline-products.ts';
import { planMemory } from '../../src/backend/passes/plan-memory.ts';

let next = 64;

/** A buffer at an address of its own. */
function buffer(elements: number): BufferView['storage'] {
  const address = next;
  next += 4 * elements + 64;
  return { handle: { address, capacity: 4 * elements }, byteLength: 4 * elements };
}

const at = (storage: BufferView['storage'], shape: readonly number[], offset = 0): BufferView => ({
  storage,
  dtype: 'float32',
  shape,
  strides: shape.map((_, d) => shape.slice(d + 1).reduce((product, size) => product * size, 1)),
  offset,
});

const [m, n] = [5, 7];
const memory = () => ({
  column: buffer(m),
  row: buffer(n),
  grad: buffer(m * n),
  param: buffer(m * n),
  lr: buffer(1),
  other: buffer(m * n),
});
type Memory = ReturnType<typeof memory>;

const product = ({ column, row, grad }: Memory, k = 1): LoweredCall => ({
  kind: 'matmul',
  outputs: [at(grad, [1, m, n])],
  inputs: [at(column, [1, m, k]), at(row, [1, k, n])],
  attributes: { batch: 1, m, n, k, transposeA: false, transposeB: false },
});

const step = ({ param, lr, grad }: Memory): LoweredCall => ({
  kind: 'sgdStep',
  outputs: [at(param, [m, n])],
  inputs: [at(lr, [1]), at(grad, [m, n])],
  attributes: {
    count: 1,
    weightDecay: 0,
    maximize: false,
    momentum: 0,
    dampening: 0,
    nesterov: false,
    isFirst: false,
  },
});

const copy = (to: BufferView, from: BufferView): LoweredCall => ({
  kind: 'copy',
  outputs: [to],
  inputs: [from],
  attributes: {},
});

test('a gradient that is a column times a row goes into the step', () => {
  const all = memory();
  const captured = [copy(at(all.row, [n]), at(all.other, [n])), product(all), step(all)];
  const calls = inlineProducts(captured, { collected: [at(all.param, [m, n])], next: captured });
  expect(calls.map(({ kind }) => kind)).toEqual(['copy', 'stepOfProducts']);
  expect(calls[1]).toMatchObject({
    products: [{ tensor: 0, a: { storage: all.column }, b: { storage: all.row } }],
  });
});

test.each<[string, (all: Memory) => readonly LoweredCall[]]>([
  [
    'has more than one product a place',
    (all) => [product({ ...all, column: buffer(2 * m), row: buffer(2 * n) }, 2), step(all)],
  ],
  [
    'is read by another call',
    (all) => [product(all), copy(at(all.other, [m, n]), at(all.grad, [m, n])), step(all)],
  ],
  [
    'is read by another call after the step',
    (all) => [product(all), step(all), copy(at(all.other, [3]), at(all.grad, [3], 2))],
  ],
  [
    'is changed before the step',
    (all) => [product(all), copy(at(all.grad, [1], 3), at(all.lr, [1])), step(all)],
  ],
  [
    'has a column that is overwritten before the step',
    (all) => [product(all), copy(at(all.column, [m]), at(all.other, [m])), step(all)],
  ],
  [
    'has a row whose memory another buffer has before the step',
    (all) => {
      const successor = {
        handle: { address: (all.row.handle as { address: number }).address + 8, capacity: 4 },
      };
      return [product(all), copy(at(successor, [1]), at(all.lr, [1])), step(all)];
    },
  ],
  ['has a factor that the step itself writes', (all) => [product({ ...all, row: all.param }), step(all)]],
  [
    'is filled in part',
    (all) => [{ ...product(all), outputs: [at(all.grad, [1, m, n], 1)] } as LoweredCall, step(all)],
  ],
])('not a gradient that %s', (_, callsOf) => {
  const calls = callsOf(memory());
  expect(inlineProducts(calls, { collected: [], next: calls })).toBe(calls);
});

test('not a gradient that is collected', () => {
  const all = memory();
  const calls = [product(all), step(all)];
  expect(inlineProducts(calls, { collected: [at(all.grad, [2], 3)], next: calls })).toBe(calls);
});

test('a gradient whose memory is read only after it was overwritten goes into the step', () => {
  const all = memory();
  const calls = [
    product(all),
    step(all),
    copy(at(all.grad, [m, n]), at(all.other, [m, n])),
    copy(at(all.other, [m, n]), at(all.grad, [m, n])),
  ];
  expect(inlineProducts(calls, { collected: [], next: calls }).map(({ kind }) => kind)).toEqual([
    'stepOfProducts',
    'copy',
    'copy',
  ]);
});

test('a factor keeps its memory until the step, which its last call does not', () => {
  const all = memory();
  const later = buffer(n);
  const calls = [
    copy(at(all.row, [n]), at(all.other, [n])),
    product(all),
    copy(at(later, [n]), at(all.other, [n])),
    copy(at(all.other, [n]), at(later, [n])),
    step(all),
  ];
  const isPlanned = (storage: unknown) => storage === all.row || storage === later;
  const placesOf = (readLater: Parameters<typeof planMemory>[3]) => {
    const free = [0, 1];
    const pool = { allocate: () => free.shift()!, free: (place: number) => void free.unshift(place) };
    const planned = planMemory(calls, (storage) => (isPlanned(storage) ? 4 * n : undefined), pool, readLater);
    return [planned.get(all.row), planned.get(later)];
  };
  expect(placesOf([])).toEqual([0, 0]);
  expect(placesOf(factorsUntilSteps(calls))).toEqual([0, 1]);
});

import { expect, test } from 'vitest';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { type Buffer, isBufferView } from '../../src/backend/passes/memory-use.ts';
import { callsOf, type OptimizedCall } from '../../src/backend/passes/optimized-call.ts';
import { type TileOptions, tileRows } from '../../src/backend/passes/tile-rows.ts';
import { contiguousStrides } from '../../src/shape.ts';

const ROWS = 1000;
const buffer = (): Buffer => ({ handle: {} });
const at = (storage: Buffer, ...shape: number[]): BufferView => ({
  storage,
  dtype: 'float32',
  shape,
  strides: contiguousStrides(shape),
  offset: 0,
});

const linear = (out: Buffer, x: Buffer, weight: Buffer, n: number, k: number, rows = ROWS): LoweredCall => ({
  kind: 'matmul',
  outputs: [at(out, rows, n)],
  inputs: [at(x, 1, rows, k), at(weight, 1, k, n)],
  attributes: { batch: 1, m: rows, n, k, transposeA: false, transposeB: false },
});
const weightGradient = (
  out: Buffer,
  grad: Buffer,
  x: Buffer,
  m: number,
  n: number,
  rows = ROWS,
): LoweredCall => ({
  kind: 'matmul',
  outputs: [at(out, m, n)],
  inputs: [at(grad, 1, rows, m), at(x, 1, rows, n)],
  attributes: { batch: 1, m, n, k: rows, transposeA: true, transposeB: false },
});
const sumOfRows = (out: Buffer, x: Buffer, width: number, rows = ROWS): LoweredCall => ({
  kind: 'reduce',
  outputs: [at(out, width)],
  inputs: [at(x, rows, width)],
  attributes: { op: 'sum', outer: 1, length: rows, inner: width },
});
const unary = (out: Buffer, x: Buffer, ...shape: number[]): LoweredCall => ({
  kind: 'unary',
  outputs: [at(out, ...shape)],
  inputs: [at(x, ...shape)],
  attributes: { op: 'tanh', parameters: [] },
});
const check = (input: Buffer): LoweredCall => ({
  kind: 'assertRange',
  outputs: [],
  inputs: [at(input, ROWS, 8)],
  attributes: { low: 0, high: 1, except: Number.NaN, expected: '', rest: '' },
});

/** Two layers and their gradients, as a step has them. */
function step() {
  const [x, w1, w2, z, y, out, slope, dw1, dw2, db] = Array.from({ length: 10 }, buffer) as Buffer[] & {
    length: 10;
  };
  const named = { x, w1, w2, z, y, out, slope, dw1, dw2, db } as Record<
    'x' | 'w1' | 'w2' | 'z' | 'y' | 'out' | 'slope' | 'dw1' | 'dw2' | 'db',
    Buffer
  >;
  const calls = [
    linear(named.z, named.x, named.w1, 8, 4),
    unary(named.y, named.z, ROWS, 8),
    linear(named.out, named.y, named.w2, 8, 8),
    weightGradient(named.dw2, named.out, named.y, 8, 8),
    sumOfRows(named.db, named.out, 8),
    unary(named.slope, named.out, ROWS, 8),
    weightGradient(named.dw1, named.slope, named.x, 8, 4),
  ];
  return { ...named, calls };
}

const tile = (
  calls: readonly LoweredCall[],
  outliving: readonly Buffer[],
  options: Partial<TileOptions> = {},
): readonly OptimizedCall[] =>
  tileRows(calls, {
    outlives: (storage) => outliving.includes(storage),
    chunkOf: (rows) => Math.ceil(rows / Math.ceil(rows / 300)),
    lineWidth: 0,
    createBuffer: buffer,
    optimize: (part) => part,
    tasks: 2,
    ...options,
  });

const kinds = (calls: readonly OptimizedCall[]): string[] =>
  calls.map((call) =>
    call.kind === 'sharedTasks' ? call.tasks.map(({ length }) => length).join('+') : call.kind,
  );

test('calls by row become tasks of chunks, whose sums are added up behind them', () => {
  const { calls, x, w1, w2, dw1, dw2, db } = step();
  const found = tile(calls, [x, w1, w2, dw1, dw2, db]);
  const added = ['binary', 'binary', 'binary'];
  expect(kinds(found)).toEqual(['14+14', ...added, 'reduce', 'copy', ...added]);
  const rowsOf = (buffers: readonly Buffer[]) =>
    callsOf(found[0]!).flatMap(({ inputs }) =>
      (inputs as readonly (BufferView | number)[])
        .filter(isBufferView)
        .filter(({ storage }) => buffers.includes(storage)),
    );
  expect(rowsOf([x]).map(({ offset }) => offset)).toEqual([0, 0, 1000, 1000, 2000, 2000, 3000, 3000]);
  expect(rowsOf([w1]).every(({ offset }) => offset === 0)).toBe(true);
});

test('rows that no other call reads have memory for a chunk in each task', () => {
  const { calls, x, w1, w2, y, z, slope, dw1, dw2, db } = step();
  const places = (outliving: readonly Buffer[]) =>
    callsOf(tile(calls, outliving)[0]!).flatMap(({ outputs }) => outputs.map(({ storage }) => storage));
  const kept = [x, w1, w2, dw1, dw2, db];
  for (const inner of [y, z, slope]) {
    expect(places(kept)).not.toContain(inner);
    expect(places([...kept, inner])).toContain(inner);
  }
});

test('what needs a sum of rows follows the tasks, and what does not need it goes ahead', () => {
  const { calls, out, db, dw1, dw2, x, w1, w2 } = step();
  const [total, other] = [buffer(), buffer()];
  const needing = unary(total, db, 8);
  const apart = unary(other, out, ROWS, 8);
  const outliving = [dw1, dw2, x, w1, w2, total, other];
  const found = kinds(tile([...calls.slice(0, 5), needing, ...calls.slice(5), apart], outliving));
  expect(found[0]).toBe('16+16');
  expect(found.filter((kind) => kind === 'unary')).toHaveLength(1);
  const reads = linear(other, buffer(), total, 8, 8);
  expect(kinds(tile([...calls, needing, reads], outliving)).at(-1)).toBe('matmul');
});

/** A kind that is not done by rows makes `out`, whose rows four sums take, as those of a recurrent layer's gradients. */
const summed = (out: Buffer, x: Buffer, results: readonly Buffer[], rows = ROWS): LoweredCall[] => {
  const [first, second, third, fourth] = results as readonly [Buffer, Buffer, Buffer, Buffer];
  return [
    {
      kind: 'cumsum',
      outputs: [at(out, rows, 8)],
      inputs: [at(x, rows, 8)],
      attributes: { outer: 1, length: rows, inner: 8 },
    },
    weightGradient(first, out, x, 8, 8, rows),
    sumOfRows(second, out, 8, rows),
    weightGradient(third, x, out, 8, 8, rows),
    sumOfRows(fourth, out, 8, rows),
  ];
};

test('sums of rows alone are a run, too', () => {
  const [x, out, ...results] = Array.from({ length: 6 }, buffer) as [Buffer, Buffer, ...Buffer[]];
  const found = tile(summed(out, x, results), [x, ...results]);
  expect(kinds(found).slice(0, 2)).toEqual(['cumsum', '8+8']);
  const places = callsOf(found[1]!).flatMap(({ inputs }) =>
    (inputs as readonly (BufferView | number)[]).filter(isBufferView).map(({ storage }) => storage),
  );
  expect(places).toContain(out);
});

test('sums of what comes behind a run begin another one', () => {
  const all = step();
  const [later, product, ...results] = Array.from({ length: 6 }, buffer) as [Buffer, Buffer, ...Buffer[]];
  const [scan, ...sums] = summed(later, all.slope, results) as [LoweredCall, ...LoweredCall[]];
  // A product by row, with which another run would begin.
  const calls = [
    ...all.calls,
    scan,
    ...sums.slice(0, 2),
    linear(product, later, buffer(), 8, 8),
    ...sums.slice(2),
  ];
  const found = tile(calls, [all.dw1, all.dw2, all.db, product, ...results]);
  const between = kinds(found).indexOf('cumsum');
  expect(kinds(found)[0]).toBe('14+14');
  expect(kinds(found)[between + 1]).toBe('10+10');
});

test('among calls that wait for a run there may be one of other rows, which others read', () => {
  const rows = 600;
  const all = step();
  const [x, later, seen, last, ...results] = Array.from({ length: 8 }, buffer) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    ...Buffer[],
  ];
  const calls = [
    ...all.calls,
    ...summed(later, x, results, rows).slice(1),
    unary(seen, later, rows, 8),
    linear(last, seen, buffer(), 8, 8, rows),
  ];
  const found = tile(calls, [x, later, all.dw1, all.dw2, all.db, last, ...results]);
  const [first, nested] = found.filter(({ kind }) => kind === 'sharedTasks');
  expect(kinds([first!, nested!])).toEqual(['14+14', '5+5']);
  const written = callsOf(nested!).flatMap(({ outputs }) => outputs.map(({ storage }) => storage));
  expect(written).toContain(seen);
});

test('what outlives a check that may fail is not written before it', () => {
  const { calls, out, slope, dw1, dw2, db } = step();
  const checked = [...calls.slice(0, 5), check(out), ...calls.slice(5)];
  expect(kinds(tile(checked, [dw1, dw2, db]))[0]).toBe('14+14');
  expect(kinds(tile(checked, [dw1, dw2, db, slope]))[0]).toBe('10+10');
  const found = tile(checked, [dw1, dw2, db]);
  const behind = found.findIndex(({ kind }) => kind === 'assertRange');
  const writes = found.map((call) =>
    callsOf(call).some(({ outputs }) => outputs.some(({ storage }) => storage === dw1)),
  );
  expect(writes.indexOf(true)).toBeGreaterThan(behind);
});

test('a matrix that is read as a whole and by rows is not written by rows', () => {
  const { calls, w2, y, x, dw1, dw2, db } = step();
  const square = [...calls, linear(buffer(), x, y, 8, 8), unary(y, x, ROWS, 8)];
  expect(kinds(tile(square, [dw1, dw2, db, w2, y])).filter((kind) => kind === 'unary')).toHaveLength(1);
});

test.each<[string, (all: ReturnType<typeof step>) => readonly LoweredCall[], Partial<TileOptions>]>([
  ['few calls', ({ calls }) => calls.slice(0, 3), {}],
  ['one thread', ({ calls }) => calls, { tasks: 1 }],
  ['one chunk', ({ calls }) => calls, { chunkOf: (rows) => rows }],
  ['too many chunks to keep records of', ({ calls }) => calls, { chunkOf: () => 0.05 }],
  ['wide layers', ({ calls, x, w1, z }) => [linear(z, x, w1, 100, 100), ...calls.slice(1, 2)], {}],
])('calls stay as they are where there are %s', (_, callsFrom, options) => {
  const all = step();
  const calls = callsFrom(all);
  expect(tile(calls, [all.dw1, all.dw2, all.db], options)).toEqual(calls);
});

test.each([
  [800, 'as they are'],
  [1100, 'by chunks'],
])('one thread has calls on %d rows of 1,280 bytes %s', (rows, how) => {
  const [x, w, out] = [buffer(), buffer(), buffer()];
  const [a, b, c, d, e] = [buffer(), buffer(), buffer(), buffer(), buffer()];
  const calls = [
    linear(a, x, w, 64, 4, rows),
    unary(b, a, rows, 64),
    linear(c, b, w, 64, 64, rows),
    unary(d, c, rows, 64),
    linear(e, d, w, 64, 64, rows),
    linear(out, e, w, 1, 64, rows),
  ];
  const found = kinds(tile(calls, [x, w, out], { tasks: 1 }));
  expect(found).toEqual(how === 'by chunks' ? ['24'] : kinds(calls));
});

const onLines = { lineWidth: 8 };
const opsOf = (call: OptimizedCall | undefined): string[] =>
  callsOf(call!).map((each) => (each.kind === 'lines' ? each.attributes.op : each.kind));

test('narrow rows that no other call reads lie as lines, and those from elsewhere are turned into lines once a chunk', () => {
  const { calls, x, w1, w2, dw1, dw2, db } = step();
  const found = tile(calls, [x, w1, w2, dw1, dw2, db], onLines);
  const chunk = ['fromRows', 'product', 'unary', 'product', 'sums', 'totals', 'unary', 'sums'];
  expect(opsOf(found[0])).toEqual(Array.from({ length: 4 }, () => chunk).flat());
  const sizes = callsOf(found[0]!).map(({ outputs }) => outputs.map(({ shape }) => shape));
  // 250 rows of a chunk, in lines of 256.
  expect(sizes.slice(0, 3)).toEqual([[[4 * 256]], [[8 * 256]], [[8 * 256]]]);
});

test('where rows lie as lines, one chunk is worth while, and one thread', () => {
  const { calls, x, w1, w2, dw1, dw2, db } = step();
  const kept = [x, w1, w2, dw1, dw2, db];
  const single = tile(calls, kept, { ...onLines, chunkOf: (rows) => rows });
  expect(kinds(single)).toEqual(['8']);
  // Sums go where they belong.
  expect(callsOf(single[0]!).flatMap(({ outputs }) => outputs.map(({ storage }) => storage))).toEqual(
    expect.arrayContaining([dw1, dw2, db]),
  );
  expect(kinds(tile(calls, kept, { ...onLines, tasks: 1 }))[0]).toBe('32');
});

test('sums of a single chunk stay behind a check that may fail', () => {
  const { calls, out, dw1, dw2, db } = step();
  const checked = [...calls.slice(0, 3), check(out), ...calls.slice(3)];
  const found = tile(checked, [dw1, dw2, db], { ...onLines, chunkOf: (rows) => rows });
  expect(found).toEqual(checked);
  const seen = tile([...calls, check(out)], [dw1, dw2, db], { ...onLines, chunkOf: (rows) => rows });
  expect(seen).toEqual([...calls, check(out)]);
});

test.each<[string, (all: ReturnType<typeof step>) => readonly LoweredCall[], Partial<TileOptions>]>([
  ['rows of more elements than a line has', ({ calls }) => calls, { lineWidth: 7 }],
  ['rows that another call reads', ({ calls, out }) => [...calls, check(out)], {}],
  ['few rows in a chunk', ({ calls }) => calls, { chunkOf: () => 15 }],
])('rows stay rows where there are %s', (_, callsFrom, options) => {
  const all = step();
  const found = tile(callsFrom(all), [all.dw1, all.dw2, all.db], { ...onLines, ...options });
  expect(opsOf(found[0])).not.toContain('product');
  expect(opsOf(found[0])).toContain('matmul');
});

import { expect, test } from 'vitest';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { type Buffer, isBufferView } from '../../src/backend/passes/memory-use.ts';
import { callsOf, type OptimizedCall } from '../../src/backend/passes/optimized-call.ts';
import { tileRows } from '../../src/backend/passes/tile-rows.ts';
import { contiguousStrides } from '../../src/shape.ts';

const [BATCH, LENGTH, HEADS, SIZE] = [8, 4, 2, 3];
const ROWS = BATCH * LENGTH;
const WIDTH = HEADS * SIZE;

const buffer = (): Buffer => ({ handle: {} });
const at = (storage: Buffer, ...shape: number[]): BufferView => ({
  storage,
  dtype: 'float32',
  shape,
  strides: contiguousStrides(shape),
  offset: 0,
});

const linear = (out: Buffer, x: Buffer, weight: Buffer, n: number): LoweredCall => ({
  kind: 'matmul',
  outputs: [at(out, ROWS, n)],
  inputs: [at(x, 1, ROWS, WIDTH), at(weight, 1, WIDTH, n)],
  attributes: { batch: 1, m: ROWS, n, k: WIDTH, transposeA: false, transposeB: false },
});

/** Heads side by side in rows of `width` elements, the first of which begins at `offset`. */
const heads = (storage: Buffer, width: number, offset = 0): BufferView => ({
  storage,
  dtype: 'float32',
  shape: [BATCH, HEADS, LENGTH, SIZE],
  strides: [LENGTH * width, SIZE, width, 1],
  offset,
});

const layout = { heads: HEADS, size: SIZE, valueSize: SIZE, scale: 1, causal: false } as const;

/** Attention of sequences to themselves, whose queries, keys and values lie in the rows of `packed`. */
const attention = (out: Buffer, packed: Buffer, statistics: Buffer, mask?: BufferView): LoweredCall => ({
  kind: 'scaledDotProductAttention',
  outputs: [
    heads(out, WIDTH),
    at(statistics, BATCH, HEADS, LENGTH),
    { ...at(statistics, BATCH, HEADS, LENGTH), storage: buffer() },
  ],
  inputs: [...[0, 1, 2].map((part) => heads(packed, 3 * WIDTH, part * WIDTH)), ...(mask ? [mask] : [])],
  attributes: { ...layout, batch: BATCH, length: LENGTH, keys: LENGTH },
});

const layerNorm = (y: Buffer, x: Buffer, weight: Buffer): LoweredCall => ({
  kind: 'layerNorm',
  outputs: [at(y, ROWS, WIDTH), at(buffer(), ROWS), at(buffer(), ROWS)],
  inputs: [at(x, ROWS, WIDTH), at(weight, WIDTH)],
  attributes: { rows: ROWS, length: WIDTH, eps: 1e-5 },
});

const layerNormBackward = (
  out: Buffer,
  grad: Buffer,
  totals: readonly Buffer[],
  length = WIDTH,
): LoweredCall => ({
  kind: 'layerNormBackward',
  outputs: [at(out, ROWS, length), ...totals.map((total) => at(total, length))],
  inputs: [at(grad, ROWS, length), at(buffer(), ROWS, length), at(buffer(), ROWS), at(buffer(), ROWS)],
  attributes: { rows: ROWS, length },
});

const tile = (
  calls: readonly LoweredCall[],
  outliving: readonly Buffer[],
  chunk: number,
): readonly OptimizedCall[] =>
  tileRows(calls, {
    outlives: (storage) => outliving.includes(storage),
    chunkOf: () => chunk,
    createBuffer: buffer,
    optimize: (part) => part,
    lineWidth: 0,
    tasks: 2,
  });

const kinds = (calls: readonly OptimizedCall[]): string[] =>
  calls.map((call) =>
    call.kind === 'sharedTasks' ? call.tasks.map(({ length }) => length).join('+') : call.kind,
  );

const viewsOf = (call: { readonly inputs: readonly unknown[] }): BufferView[] =>
  (call.inputs as readonly (BufferView | number)[]).filter(isBufferView);

/** Long enough to be worth sharing: layers of one kind, each of the one before it. */
function encoder(mask?: BufferView) {
  const [x, weight, scale, last] = [buffer(), buffer(), buffer(), buffer()];
  const calls: LoweredCall[] = [];
  const packed: Buffer[] = [];
  let before = x;
  for (let layer = 0; layer < 8; layer++) {
    const [projected, statistics, out, y] = [buffer(), buffer(), buffer(), layer === 7 ? last : buffer()];
    calls.push(
      linear(projected, before, weight, 3 * WIDTH),
      attention(out, projected, statistics, mask),
      layerNorm(y, out, scale),
    );
    packed.push(projected);
    before = y;
  }
  return { calls, kept: [x, weight, scale, last], packed };
}

test('attention and layer normalisation are done with the rows of whole sequences', () => {
  const { calls, kept, packed } = encoder();
  const found = tile(calls, kept, ROWS / 2);
  expect(kinds(found)).toEqual(['24+24']);
  for (const [task, list] of (found[0] as { tasks: readonly (readonly OptimizedCall[])[] }).tasks.entries()) {
    const [product, attended] = list.flatMap(callsOf) as [LoweredCall, LoweredCall];
    expect(viewsOf(product)[0]).toMatchObject({ offset: (task * ROWS * WIDTH) / 2 });
    expect(attended.attributes).toMatchObject({ batch: BATCH / 2, length: LENGTH });
    // The memory is that of a chunk.
    const [query, key, value] = viewsOf(attended) as [BufferView, BufferView, BufferView];
    expect(packed).not.toContain(query.storage);
    expect([query, key, value].map(({ offset }) => offset)).toEqual([0, WIDTH, 2 * WIDTH]);
    expect(query.shape).toEqual([BATCH / 2, HEADS, LENGTH, SIZE]);
  }
});

test('memory that another call reads stays where it is', () => {
  const { calls, kept, packed } = encoder();
  const found = tile(calls, [...kept, ...packed], ROWS / 2);
  const offsets = callsOf(found[0]!)
    .filter(({ kind }) => kind === 'scaledDotProductAttention')
    .map((call) => viewsOf(call).map(({ offset }) => offset));
  const half = (ROWS / 2) * 3 * WIDTH;
  expect(offsets[0]).toEqual([0, WIDTH, 2 * WIDTH]);
  expect(offsets.at(-1)).toEqual([half, half + WIDTH, half + 2 * WIDTH]);
});

test('attention is done as a whole where chunks cut sequences, or a mask has its own for each', () => {
  const { calls, kept } = encoder();
  expect(kinds(tile(calls, kept, ROWS / 2 + 2))).toContain('scaledDotProductAttention');
  const shared = { ...at(buffer(), BATCH, HEADS, LENGTH, LENGTH), strides: [0, 0, LENGTH, 1] };
  const masked = encoder(shared);
  const tasks = tile(masked.calls, [...masked.kept, shared.storage], ROWS / 2);
  expect(kinds(tasks)).toEqual(['24+24']);
  const parts = callsOf(tasks[0]!).filter(({ kind }) => kind === 'scaledDotProductAttention');
  expect(parts.map((call) => viewsOf(call)[3]!.offset)).toEqual(parts.map(() => 0));
  const own = encoder(at(buffer(), BATCH, HEADS, LENGTH, LENGTH));
  expect(kinds(tile(own.calls, own.kept, ROWS / 2))).toContain('scaledDotProductAttention');
});

test('the gradients of a scale and a shift are sums of the chunks', () => {
  const { calls, kept } = encoder();
  const [grad, out, weight, bias] = [buffer(), buffer(), buffer(), buffer()];
  const backward = [linear(grad, kept[3]!, kept[1]!, WIDTH), layerNormBackward(out, grad, [weight, bias])];
  const outliving = [...kept, out, weight, bias];
  expect(kinds(tile([...calls, ...backward], outliving, ROWS / 2))).toEqual(['26+26', 'binary', 'binary']);
  expect(kinds(tile([...calls, ...backward], outliving, ROWS / 4))).toEqual([
    '52+52',
    ...Array.from({ length: 6 }, () => 'binary'),
  ]);
  // Rows whose chunk is more than a block have sums of blocks.
  const wide = (length: number) => [...calls, layerNormBackward(out, buffer(), [weight, bias], length)];
  const rows = ROWS / 2;
  expect(kinds(tile(wide(32_768 / rows), outliving, rows))).toEqual(['25+25', 'binary', 'binary']);
  expect(kinds(tile(wide(32_768 / rows + 1), outliving, rows))).toEqual(['24+24', 'layerNormBackward']);
});

test('cross-entropy ends the rows of a pass with the sum of its count, and its gradient begins those of the next', () => {
  const { calls, kept } = encoder();
  const [weight, scale, last] = kept.slice(1) as [Buffer, Buffer, Buffer];
  const [losses, logs, count, target, grad, out] = Array.from({ length: 6 }, buffer) as Buffer[] & {
    length: 6;
  };
  const attributes = { rows: ROWS, classes: WIDTH, ignoreIndex: -100 };
  const targets: BufferView = { ...at(target!, ROWS), dtype: 'int32' };
  const loss: LoweredCall = {
    kind: 'crossEntropy',
    outputs: [at(losses!, ROWS), at(logs!, ROWS, WIDTH), at(count!, 1)],
    inputs: [at(last, ROWS, WIDTH), targets],
    attributes,
  };
  const ofCount: LoweredCall = {
    kind: 'unary',
    outputs: [at(grad!, 1)],
    inputs: [at(count!, 1)],
    attributes: { op: 'reciprocal', parameters: [] },
  };
  const slope: LoweredCall = {
    kind: 'crossEntropyBackward',
    outputs: [at(out!, ROWS, WIDTH)],
    inputs: [at(logs!, ROWS, WIDTH), targets, { ...at(grad!, ROWS), strides: [0] }],
    attributes,
  };
  const after: LoweredCall[] = [];
  let before = out!;
  for (let layer = 0; layer < 8; layer++) {
    const [product, norm] = [buffer(), buffer()];
    after.push(linear(product, before, weight, WIDTH), layerNorm(norm, product, scale));
    before = norm;
  }
  const found = tile([...calls, loss, ofCount, slope, ...after], [...kept, target!, before], ROWS / 2);
  expect(kinds(found)).toEqual(['25+25', 'binary', 'unary', '17+17']);
  const rows = callsOf(found[3]!).filter(({ kind }) => kind === 'crossEntropyBackward');
  expect(rows.map((call) => viewsOf(call).map(({ offset }) => offset))).toEqual([
    [0, 0, 0],
    [(ROWS / 2) * WIDTH, ROWS / 2, 0],
  ]);
});

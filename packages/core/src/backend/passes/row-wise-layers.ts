import type { BufferView, LoweredCall } from '../lowered-call.ts';
import { isBufferView, isDense } from './memory-use.ts';
import { narrowed, type Rows, type RowWise, rowsOf } from './row-part.ts';

/** Elements of the rows whose gradients of weight and bias are one sum (`kBlock` in native/src/layer-norm.cpp). */
const NORM_BLOCK = 32_768;

/** Rows whose number a float32 holds exactly. */
const MAX_COUNTED = 2 ** 24;

const viewsOf = (call: LoweredCall): readonly BufferView[] => call.inputs.filter(isBufferView);

function layerNormRows(call: LoweredCall, all: number): RowWise | undefined {
  if (call.kind !== 'layerNorm' || call.attributes.rows !== all) return undefined;
  const [x, ...whole] = viewsOf(call) as [BufferView, ...BufferView[]];
  return {
    rows: [...call.outputs, x],
    whole,
    cost: 0.6 * call.attributes.length + 15,
    sums: [],
    part: (rows) => ({
      ...call,
      attributes: { ...call.attributes, rows: rows.count },
      outputs: call.outputs.map((place) => rowsOf(place, all, rows)),
      inputs: [rowsOf(x, all, rows), ...whole],
    }),
  };
}

function layerNormGradients(call: LoweredCall, all: number, chunk: number): RowWise | undefined {
  if (call.kind !== 'layerNormBackward' || call.attributes.rows !== all) return undefined;
  const { length } = call.attributes;
  const [out, ...totals] = call.outputs as [BufferView, ...BufferView[]];
  if (totals.length > 0 && chunk * length > NORM_BLOCK) return undefined;
  const views = viewsOf(call);
  const [walked, whole] = [views.slice(0, 4), views.slice(4)];
  return {
    rows: [out, ...walked],
    whole,
    cost: 0.6 * length + 15,
    sums: totals.map((total) => ({ out: total, dtype: total.dtype, isAdded: true })),
    part: (rows, sums) => ({
      ...call,
      attributes: { ...call.attributes, rows: rows.count },
      outputs: [rowsOf(out, all, rows), ...sums],
      inputs: [...walked.map((place) => rowsOf(place, all, rows)), ...whole],
    }),
  };
}

function crossEntropyRows(call: LoweredCall, all: number): RowWise | undefined {
  if (call.kind !== 'crossEntropy' || call.attributes.rows !== all || all > MAX_COUNTED) return undefined;
  const [losses, logs, count] = call.outputs as readonly [BufferView, BufferView, BufferView];
  const walked = viewsOf(call);
  return {
    rows: [losses, logs, ...walked],
    whole: [],
    cost: 1.5 * call.attributes.classes + 10,
    sums: [{ out: count, dtype: count.dtype, isAdded: true }],
    part: (rows, sums) => ({
      ...call,
      attributes: { ...call.attributes, rows: rows.count },
      outputs: [...[losses, logs].map((place) => rowsOf(place, all, rows)), ...sums],
      inputs: walked.map((place) => rowsOf(place, all, rows)),
    }),
  };
}

function crossEntropyGradients(call: LoweredCall, all: number): RowWise | undefined {
  if (call.kind !== 'crossEntropyBackward' || call.attributes.rows !== all) return undefined;
  const [out] = call.outputs as readonly [BufferView];
  const [logs, target, grad] = viewsOf(call) as [BufferView, BufferView, BufferView];
  const isSpread = grad.strides[0] === 0;
  if (!isSpread && !isDense(grad)) return undefined;
  return {
    rows: [out, logs, target, ...(isSpread ? [] : [grad])],
    whole: isSpread ? [grad] : [],
    cost: 1.5 * call.attributes.classes + 10,
    sums: [],
    part: (rows) => ({
      ...call,
      attributes: { ...call.attributes, rows: rows.count },
      outputs: [rowsOf(out, all, rows)],
      inputs: [rowsOf(logs, all, rows), rowsOf(target, all, rows), narrowed(grad, 0, rows)],
    }),
  };
}

/** The matrix of `all` rows in whose rows an operand [batch, heads, length, size] of attention lies; undefined where it is in none. */
function matrixAround(place: BufferView, all: number): BufferView | undefined {
  const { shape, strides, offset } = place;
  const [, heads, length, size] = shape as [number, number, number, number];
  const [batchStep, headStep, width, step] = strides as [number, number, number, number];
  if (width <= 0 || headStep < 0 || step < 0 || batchStep !== length * width) return undefined;
  const first = offset % width;
  if (first + (heads - 1) * headStep + (size - 1) * step >= width) return undefined;
  return { ...place, shape: [all, width], strides: [width, 1], offset: offset - first };
}

/** Attention of sequences to themselves, chunks of whole sequences. */
function attentionRows(call: LoweredCall, all: number, chunk: number): RowWise | undefined {
  if (call.kind !== 'scaledDotProductAttention' && call.kind !== 'scaledDotProductAttentionBackward')
    return undefined;
  const { batch, heads, length, keys, size } = call.attributes;
  if (length !== keys || batch * length !== all || chunk % length !== 0) return undefined;
  const isMask = (place: BufferView): boolean =>
    place === call.inputs[call.kind === 'scaledDotProductAttention' ? 3 : 7];
  const places = [...call.outputs, ...viewsOf(call)];
  const rows: BufferView[] = [];
  const whole: BufferView[] = [];
  for (const place of places) {
    if (isMask(place)) {
      if (place.strides[0] !== 0) return undefined;
      whole.push(place);
      continue;
    }
    const matrix = place.shape.length === 4 ? matrixAround(place, all) : place;
    if (matrix === undefined) return undefined;
    rows.push(matrix);
  }
  const part = (place: BufferView, { first, count }: Rows): BufferView =>
    place.shape.length === 4
      ? narrowed(place, 0, { first: first / length, count: count / length })
      : rowsOf(place, all, { first, count });
  return {
    rows,
    whole,
    cost: heads * keys * (1 + 0.1 * size),
    sums: [],
    part: (some) => ({
      ...call,
      attributes: { ...call.attributes, batch: some.count / length },
      outputs: call.outputs.map((place) => part(place, some)),
      inputs: viewsOf(call).map((place) => part(place, some)),
    }),
  };
}

/** What layers and their losses do with rows. */
export const layerKinds = [
  layerNormRows,
  layerNormGradients,
  crossEntropyRows,
  crossEntropyGradients,
  attentionRows,
];

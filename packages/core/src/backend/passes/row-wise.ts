import { numel } from '../../shape.ts';
import type { BufferView, LoweredCall } from '../lowered-call.ts';
import { isPointwise, walksDensely } from './fuse-pointwise.ts';
import { isBufferView, isDense } from './memory-use.ts';
import { isFloat, narrowed, type Rows, type RowWise, rowsOf } from './row-part.ts';
import { layerKinds } from './row-wise-layers.ts';

/** Columns that a sum over rows may have (`kChunkedColumns` in native/src/axis.cpp). */
const MAX_COLUMNS = 256;

/** Elements of a matrix that is multiplied by; larger ones are read from far, and their products share threads well. */
const MAX_WEIGHTS = 4096;

function pointwiseRows(call: LoweredCall, all: number): RowWise | undefined {
  if (!isPointwise(call) || !walksDensely(call)) return undefined;
  const [out] = call.outputs as readonly [BufferView];
  const width = numel(out.shape) / all;
  if (!Number.isInteger(width) || width === 0) return undefined;
  const inputs = call.inputs.filter(isBufferView);
  const part = (place: BufferView, rows: Rows): BufferView =>
    isDense(place) ? rowsOf(place, all, rows) : { ...place, shape: [rows.count, width], strides: [0, 0] };
  return {
    rows: [out, ...inputs.filter(isDense)],
    whole: inputs.filter((place) => !isDense(place)),
    cost: (call.kind === 'unary' ? 0.3 : 0.1) * width,
    sums: [],
    part: (rows) => ({
      ...call,
      outputs: [rowsOf(out, all, rows)],
      inputs: call.inputs.map((input) => (isBufferView(input) ? part(input, rows) : input)),
    }),
  };
}

function productRows(call: LoweredCall, all: number): RowWise | undefined {
  if (call.kind !== 'matmul') return undefined;
  const { batch, m, n, k, transposeA, transposeB } = call.attributes;
  const [a, b, bias] = call.inputs;
  const [out] = call.outputs as readonly [BufferView];
  if (batch !== 1 || typeof a !== 'object' || typeof b !== 'object' || !isFloat(out)) return undefined;
  if (typeof bias === 'number') return undefined;
  const cost = 0.03 * n * (m === all ? k : m) + 0.5;
  if (m === all && !transposeA && k !== all && n * k <= MAX_WEIGHTS) {
    return {
      rows: [out, a],
      whole: bias === undefined ? [b] : [b, bias],
      cost,
      sums: [],
      part: (rows) => ({
        ...call,
        attributes: { ...call.attributes, m: rows.count },
        outputs: [rowsOf(out, all, rows)],
        inputs: [narrowed(a, 1, rows), ...call.inputs.slice(1)],
      }),
    };
  }
  // A sum over rows: of columns times rows, or of elements times rows.
  const isSum = k === all && m !== all && n !== all && m * n > 1 && m * n <= MAX_WEIGHTS;
  if (!isSum || bias !== undefined || transposeB || (!transposeA && m > 1)) return undefined;
  return {
    rows: [a, b],
    whole: [],
    cost,
    sums: [{ out, dtype: out.dtype, isAdded: true }],
    part: (rows, sums) => ({
      ...call,
      attributes: { ...call.attributes, k: rows.count },
      outputs: sums,
      inputs: [narrowed(a, transposeA ? 1 : 2, rows), narrowed(b, 1, rows)],
    }),
  };
}

function lossRows(call: LoweredCall, all: number): RowWise | undefined {
  if (call.kind !== 'mseBackward' && call.kind !== 'bceBackward') return undefined;
  const [out] = call.outputs as readonly [BufferView];
  const [x, y, grad] = call.inputs;
  const width = numel(out.shape) / all;
  if (!Number.isInteger(width) || width === 0) return undefined;
  if (typeof x !== 'object' || typeof y !== 'object' || typeof grad !== 'object') return undefined;
  return {
    rows: [out, x, y],
    whole: [grad],
    cost: 0.1 * width,
    sums: [],
    part: (rows) => ({
      ...call,
      outputs: [rowsOf(out, all, rows)],
      inputs: [rowsOf(x, all, rows), rowsOf(y, all, rows), grad],
    }),
  };
}

function sumRows(call: LoweredCall, all: number): RowWise | undefined {
  if (call.kind !== 'reduce' || call.attributes.op !== 'sum') return undefined;
  const { outer, length, inner } = call.attributes;
  const [input] = call.inputs;
  const [out] = call.outputs as readonly [BufferView];
  if (outer !== 1 || length !== all || inner < 2 || inner > MAX_COLUMNS) return undefined;
  if (typeof input !== 'object' || !isFloat(input)) return undefined;
  return {
    rows: [input],
    whole: [],
    cost: 0.1 * inner,
    sums: [{ out, dtype: 'float64', isAdded: false }],
    part: (rows, sums) => ({
      kind: 'columnTotals',
      attributes: { rows: rows.count, columns: inner },
      outputs: [sums[0]!],
      inputs: [rowsOf(input, all, rows)],
    }),
  };
}

const kinds = [pointwiseRows, productRows, lossRows, sumRows, ...layerKinds];

/** What a call does with `all` rows, of which it gets whole chunks of `chunk` rows; undefined where that is something else. */
export function rowWise(call: LoweredCall, all: number, chunk: number): RowWise | undefined {
  for (const of of kinds) {
    const found = of(call, all, chunk);
    if (found !== undefined) return found;
  }
  return undefined;
}

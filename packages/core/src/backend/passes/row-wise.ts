import { type DType, dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { BufferView, LoweredCall } from '../lowered-call.ts';
import { isPointwise, walksDensely } from './fuse-pointwise.ts';
import { isBufferView, isDense } from './memory-use.ts';
import type { PlainCall } from './optimized-call.ts';

/** Consecutive rows. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

/** A call that does the same with each row of a matrix, or adds rows up. */
export interface RowWise {
  /** What is walked row by row, as dense matrices. */
  readonly rows: readonly BufferView[];
  /** What is read as a whole for each row. */
  readonly whole: readonly BufferView[];
  /** Nanoseconds that a row takes, roughly. */
  readonly cost: number;
  /** The output that is a sum over rows, and the dtype of sums of a part of them; undefined where each row has its output. */
  readonly sum: { readonly out: BufferView; readonly dtype: DType } | undefined;
  /** The call for some rows. A sum over them goes to `out`. */
  part(rows: Rows, out: BufferView | undefined): PlainCall;
}

/** Columns that a sum over rows may have (`kColumns` in native/src/axis.cpp). */
const MAX_COLUMNS = 64;

/** Elements of a matrix that is multiplied by; larger ones are read from far, and their products share threads well. */
const MAX_WEIGHTS = 4096;

const isFloat = ({ dtype }: BufferView): boolean => dtype === 'float32' || dtype === 'float64';

/** Some rows of a dense matrix of so many rows. */
export function rowsOf(place: BufferView, all: number, { first, count }: Rows): BufferView {
  const width = numel(place.shape) / all;
  return { ...place, shape: [count, width], strides: [width, 1], offset: place.offset + first * width };
}

/** Some positions of one axis. */
function narrowed(place: BufferView, axis: number, { first, count }: Rows): BufferView {
  return {
    ...place,
    shape: place.shape.map((size, d) => (d === axis ? count : size)),
    offset: place.offset + first * place.strides[axis]!,
  };
}

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
    sum: undefined,
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
      sum: undefined,
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
    sum: { out, dtype: out.dtype },
    part: (rows, sum) => ({
      ...call,
      attributes: { ...call.attributes, k: rows.count },
      outputs: [sum!],
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
    sum: undefined,
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
    sum: { out, dtype: 'float64' },
    part: (rows, sum) => ({
      kind: 'columnTotals',
      attributes: { rows: rows.count, columns: inner },
      outputs: [sum!],
      inputs: [rowsOf(input, all, rows)],
    }),
  };
}

const kinds = [pointwiseRows, productRows, lossRows, sumRows];

/** What a call does with `all` rows of this dtype; undefined where that is something else. */
export function rowWise(call: LoweredCall, all: number): RowWise | undefined {
  for (const of of kinds) {
    const found = of(call, all);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a matrix of so many rows lies in its buffer, and how wide it is; undefined for rows with gaps. */
export function layoutOf(place: BufferView, all: number): string | undefined {
  return isDense(place) ? `${place.dtype} ${place.offset} ${numel(place.shape) / all}` : undefined;
}

/** Bytes of a row of a dense matrix. */
export const rowBytes = ({ shape, dtype }: BufferView, all: number): number =>
  (numel(shape) / all) * dtypes[dtype].bytes;

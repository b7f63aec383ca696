import { type DType, dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { BufferView } from '../lowered-call.ts';
import { isDense } from './memory-use.ts';
import type { PlainCall } from './optimized-call.ts';

/** Consecutive rows. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

/** An output that is a sum over rows, and how those of parts of the rows are added up. */
export interface RowSum {
  readonly out: BufferView;
  /** The dtype of the sum of a part. */
  readonly dtype: DType;
  /** Whether parts are added as matrices are, one after the other, or reduced. */
  readonly isAdded: boolean;
}

/** A call that does the same with each row of a matrix, or with each chunk of rows, or adds rows up. */
export interface RowWise {
  /** What is walked row by row, as the dense matrices that hold it. */
  readonly rows: readonly BufferView[];
  /** What is read as a whole for each row. */
  readonly whole: readonly BufferView[];
  /** Nanoseconds that a row takes, roughly. */
  readonly cost: number;
  /** Outputs that are sums over rows, the last ones of the call; each row has its part of the others. */
  readonly sums: readonly RowSum[];
  /** The call for some rows. Sums over them go to `sums`. */
  part(rows: Rows, sums: readonly BufferView[]): PlainCall;
}

export const isFloat = ({ dtype }: BufferView): boolean => dtype === 'float32' || dtype === 'float64';

/** Some rows of a dense matrix of so many rows. */
export function rowsOf(place: BufferView, all: number, { first, count }: Rows): BufferView {
  const width = numel(place.shape) / all;
  return { ...place, shape: [count, width], strides: [width, 1], offset: place.offset + first * width };
}

/** Some positions of one axis. */
export function narrowed(place: BufferView, axis: number, { first, count }: Rows): BufferView {
  return {
    ...place,
    shape: place.shape.map((size, d) => (d === axis ? count : size)),
    offset: place.offset + first * place.strides[axis]!,
  };
}

/** Where a matrix of so many rows lies in its buffer, and how wide it is; undefined for rows with gaps. */
export function layoutOf(place: BufferView, all: number): string | undefined {
  return isDense(place) ? `${place.dtype} ${place.offset} ${numel(place.shape) / all}` : undefined;
}

/** Bytes of a row of a dense matrix. */
export const rowBytes = ({ shape, dtype }: BufferView, all: number): number =>
  (numel(shape) / all) * dtypes[dtype].bytes;

import { describe } from '../arguments.ts';
import { type DType, dtypes, fits, rangeText, type TypedArray } from '../dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { numel, type Shape } from '../shape.ts';
import type { Nested } from './nested.ts';

/** Any typed array: `Int8Array` to `BigUint64Array` and `Float16Array`, of this realm (window, worker, `vm` context) or another. */
export interface NumericArray extends ArrayBufferView {
  readonly length: number;
  readonly [index: number]: number | bigint;
}

/** What the elements of each typed array are read as where no dtype is given. Nothing is lost: wider integers are checked. */
const natural: ReadonlyMap<string, DType> = new Map([
  ['Float16Array', 'float32'],
  ['Float32Array', 'float32'],
  ['Float64Array', 'float64'],
  ['Int8Array', 'int32'],
  ['Int16Array', 'int32'],
  ['Int32Array', 'int32'],
  ['Uint8Array', 'uint8'],
  ['Uint8ClampedArray', 'uint8'],
  ['Uint16Array', 'int32'],
  ['Uint32Array', 'int32'],
  ['BigInt64Array', 'int32'],
  ['BigUint64Array', 'int32'],
]);

const brand = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;

/** The name of a typed array's class, which no prototype and no other realm can change; undefined for anything else. */
const classOf = (value: unknown): string | undefined => brand.call(value) as string | undefined;

export const isNumericArray = (value: unknown): value is NumericArray => classOf(value) !== undefined;

/** The dtype that a typed array's elements have. Throws {@link DTypeError} for a class that is not known. */
export function dtypeOfArray(op: string, data: NumericArray): DType {
  const dtype = natural.get(classOf(data) ?? '');
  if (dtype !== undefined) return dtype;
  throw new DTypeError(`${op}: expected numbers, got ${describe(data)}`);
}

/** Whether a typed array of this realm already is the one that holds elements of the dtype. */
export const holds = (dtype: DType, data: NumericArray): data is NumericArray & TypedArray =>
  dtype !== 'bool' && data instanceof arrays[dtype];

const arrays = {
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Where the element at a row-major position stands: `[1, 2]`. */
function indexOf(shape: Shape, position: number): string {
  const index: number[] = [];
  for (let d = shape.length - 1, rest = position; d >= 0; d--) {
    index.unshift(rest % shape[d]!);
    rest = Math.floor(rest / shape[d]!);
  }
  return formatShape(index);
}

/**
 * Elements in the typed array of a dtype: floats are cut off in an integer dtype, and anything but 0 is true in bool, NaN
 * included.
 *
 * Throws {@link ArgumentError}, with the index, for what is no number or boolean, and for a number that the dtype cannot hold.
 */
export function elementsOf(
  op: string,
  dtype: DType,
  values: ArrayLike<unknown>,
  shape: Shape = [values.length],
): TypedArray {
  const count = values.length;
  const elements = dtypes[dtype].array(new ArrayBuffer(count * dtypes[dtype].bytes), 0, count);
  const big = typeof values[0] === 'bigint' && isNumericArray(values);
  const refuse = (expected: string, i: number): never => {
    const where = numel(shape) === count ? indexOf(shape, i) : formatShape([i]);
    throw new ArgumentError(`${op}: expected ${expected}, got ${describe(values[i])} at index ${where}`);
  };
  for (let i = 0; i < count; i++) {
    const given = values[i];
    if (typeof given !== 'number' && typeof given !== 'boolean' && !big) refuse('numbers or booleans', i);
    const value = Number(given);
    if (dtype === 'bool') {
      elements[i] = value === 0 ? 0 : 1;
    } else {
      if (!fits(value, dtype)) refuse(rangeText(dtype), i);
      elements[i] = value;
    }
  }
  return elements;
}

/**
 * The shape and the flat elements of nested arrays. Throws {@link ShapeError} where lengths differ, and {@link ArgumentError}, with
 * the index, for a place that holds no number or boolean, such as a hole of a sparse array.
 */
export function flatten(nested: Nested): { shape: number[]; flat: (number | boolean)[] } {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat: (number | boolean)[] = [];
  const path: number[] = [];
  const fail = (value: unknown, expected: number | undefined): never => {
    const wanted = expected === undefined ? 'a number or boolean' : `length ${expected}`;
    const message = `tensor: expected ${wanted} at index ${formatShape(path)}, got ${Array.isArray(value) ? `length ${value.length}` : describe(value)}`;
    const isShape = Array.isArray(value) || typeof value === 'number' || typeof value === 'boolean';
    throw isShape ? new ShapeError(message) : new ArgumentError(message);
  };
  const visit = (value: unknown, axis: number): void => {
    const expected = shape[axis];
    if (Array.isArray(value)) {
      if (value.length !== expected) fail(value, expected);
      for (let i = 0; i < value.length; i++) {
        path[axis] = i;
        visit(value[i], axis + 1);
      }
      path.length = axis;
    } else if (expected === undefined && (typeof value === 'number' || typeof value === 'boolean')) {
      flat.push(value);
    } else {
      fail(value, expected);
    }
  };
  visit(nested, 0);
  return { shape, flat };
}

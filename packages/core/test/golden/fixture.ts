import { readFileSync } from 'node:fs';
import type { DType } from '@kindling/core';

/** A JSON number, or the name of one that JSON cannot hold. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A tensor as a fixture stores it: row-major data, float32 where no dtype is given. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly data: readonly JsonNumber[];
}

/** A method and its arguments, applied to a leaf before the operation under test. */
export type ViewStep = readonly [method: string, ...args: unknown[]];

export interface StoredInput extends StoredTensor {
  readonly requiresGrad?: boolean;
  readonly view?: readonly ViewStep[];
}

/** A tensor, several, or several by name: the results that operations have. */
export type Result<T> = T | readonly T[] | { readonly [name: string]: T };

/** How far apart floats may be: rtol · |expected| + atol · (largest finite |expected|). */
export interface Tolerance {
  readonly rtol?: number;
  readonly atol?: number;
  /** Default: the smallest normal number of the dtype. */
  readonly tiny?: number;
  /** From which size on an infinity of the same sign will do. Default: from none. */
  readonly infiniteFrom?: number;
}

/** Reads a fixture that `tools/golden` wrote. */
export function readFixture<T>(url: URL): T {
  return JSON.parse(readFileSync(url, 'utf8'));
}

/** Elements with the dtype and shape they belong to, on the host. */
export interface Column {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** A stored tensor as typed data; float32 text reads back to the bit. */
export function decode({ shape, dtype = 'float32', data }: StoredTensor): Column {
  return { shape, dtype, data: new arrays[dtype](data.map(Number)) };
}

/** The members of a result with a name each. */
export function entries<T>(result: Result<T>, name = 'output'): [string, T][] {
  if (isList(result)) return result.map((item, i) => [`${name}[${i}]`, item]);
  if (isNamed(result)) return Object.entries(result).map(([key, item]) => [`${name}.${key}`, item]);
  return [[name, result]];
}

const isList = <T>(result: Result<T>): result is readonly T[] => Array.isArray(result);

/** Tensors, stored or not, have data; what names several has none. */
const isNamed = <T>(result: Result<T>): result is { readonly [name: string]: T } =>
  typeof result === 'object' && result !== null && !('data' in result);

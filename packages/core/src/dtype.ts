import { ArgumentError } from './errors.ts';

/** Element types, from the lowest to the highest in the promotion order. */
export type DType = 'bool' | 'uint8' | 'int32' | 'float32' | 'float64';

/** The typed array that holds elements of a dtype; bool is one byte, 0 or 1. */
export type TypedArray = Uint8Array | Int32Array | Float32Array | Float64Array;

/** The typed array of a dtype. */
export type ArrayOf<D extends DType> = {
  readonly bool: Uint8Array;
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}[D];

type Category = 'bool' | 'integer' | 'float';

interface DTypeInfo {
  readonly bytes: number;
  readonly rank: number;
  readonly category: Category;
  readonly array: (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
}

export const dtypes: { readonly [D in DType]: DTypeInfo } = {
  bool: { bytes: 1, rank: 0, category: 'bool', array: (b, o, n) => new Uint8Array(b, o, n) },
  uint8: { bytes: 1, rank: 1, category: 'integer', array: (b, o, n) => new Uint8Array(b, o, n) },
  int32: { bytes: 4, rank: 2, category: 'integer', array: (b, o, n) => new Int32Array(b, o, n) },
  float32: { bytes: 4, rank: 3, category: 'float', array: (b, o, n) => new Float32Array(b, o, n) },
  float64: { bytes: 8, rank: 4, category: 'float', array: (b, o, n) => new Float64Array(b, o, n) },
};

export const isFloat = (dtype: DType): dtype is 'float32' | 'float64' =>
  dtype === 'float32' || dtype === 'float64';

/** The integers that an integer dtype holds, from the least to the greatest. */
export const integerRange = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
} as const;

export const isInteger = (dtype: DType): dtype is 'uint8' | 'int32' => Object.hasOwn(integerRange, dtype);

/** Whether a number becomes an element of the dtype by truncation: none beyond an integer's range does, nor does NaN. */
export function fits(value: number, dtype: DType): boolean {
  if (!isInteger(dtype)) return true;
  const [least, greatest] = integerRange[dtype];
  return value >= least && value <= greatest;
}

/** What a message expects of numbers for a dtype. */
export const rangeText = (dtype: DType): string =>
  isInteger(dtype) ? `numbers in [${integerRange[dtype].join(', ')}] for ${dtype}` : `numbers for ${dtype}`;

/**
 * Throws {@link ArgumentError} for a number that no tensor of the dtype can hold: beyond the range of an integer dtype, NaN
 * among them, or finite and infinite as float32.
 */
export function assertHolds(op: string, dtype: DType, value: number): void {
  const overflows = dtype === 'float32' && Number.isFinite(value) && !Number.isFinite(Math.fround(value));
  if (!fits(value, dtype) || overflows) {
    throw new ArgumentError(`${op}: expected ${rangeText(dtype)}, got ${value}`);
  }
}

export const isDType = (name: string): name is DType => Object.hasOwn(dtypes, name);

/** An operand for type promotion: a tensor's dtype and rank, or a JavaScript number or boolean. */
export type PromotionOperand = { readonly dtype: DType; readonly ndim: number } | number | boolean;

const categoryRank: { readonly [C in Category]: number } = { bool: 0, integer: 1, float: 2 };

const higher = (a: DType, b: DType): DType => (dtypes[a].rank >= dtypes[b].rank ? a : b);

const numberDType = (value: number | boolean): DType => {
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) && !Object.is(value, -0) ? 'int32' : 'float32';
};

/**
 * The dtype that an operation on mixed operands works in, by PyTorch's rules.
 *
 * Operands fall into three ranks: tensors with dimensions, 0-d tensors, and plain numbers. The highest rank
 * decides, unless a lower rank holds a higher category (bool < integer < float); a Python `2` is an
 * integer, a `2.5` a float of the default dtype. JavaScript does not tell `2.0` from `2`, so an integer counts as an
 * integer.
 *
 * Source: https://docs.pytorch.org/docs/2.15/tensor_attributes.html#type-promotion-doc
 */
export function resultDType(...operands: PromotionOperand[]): DType {
  const byRank: (DType | undefined)[] = [undefined, undefined, undefined];
  for (const operand of operands) {
    const isTensor = typeof operand === 'object';
    const rank = isTensor ? (operand.ndim > 0 ? 0 : 1) : 2;
    const dtype = isTensor ? operand.dtype : numberDType(operand);
    const seen = byRank[rank];
    byRank[rank] = seen === undefined ? dtype : higher(seen, dtype);
  }
  let result: DType | undefined;
  for (const dtype of byRank) {
    if (dtype === undefined) continue;
    if (
      result === undefined ||
      categoryRank[dtypes[dtype].category] > categoryRank[dtypes[result].category]
    ) {
      result = dtype;
    }
  }
  return result ?? 'float32';
}

import { assertBoolean } from '../arguments.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { indexTensor } from './index-tensor.ts';

export interface UniqueOptions {
  /** Accepted for the sake of PyTorch's signature: the result is in order either way. */
  readonly sorted?: boolean;
  /** Return where each element stands among the unique ones, too. Default false. */
  readonly returnInverse?: boolean;
  /** Return how often each unique element occurs, too. Default false. */
  readonly returnCounts?: boolean;
  /** The axis whose slices are compared, and ordered by their elements from the first on. Default: all elements, flattened. */
  readonly dim?: number | undefined;
}

/** Unique elements, and what was asked for besides. */
export interface UniqueResult {
  readonly output: Tensor;
  readonly inverseIndices?: Tensor;
  readonly counts?: Tensor;
}

const optionNames = { sorted: true, returnInverse: true, returnCounts: true, dim: true } as const;

/** Negative, 0 or positive; NaN counts as the largest. */
const compare = (x: number, y: number): number =>
  x < y ? -1 : x > y ? 1 : Number(Number.isNaN(x)) - Number(Number.isNaN(y));

/** Rows that differ, in order: the first of each, the group of every row, and the sizes of groups. NaN differs from itself. */
function groupRows(data: ArrayLike<number>, rows: number) {
  const length = rows === 0 ? 0 : data.length / rows;
  const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => {
    for (let i = 0; i < length; i++) {
      const sign = compare(data[a * length + i]!, data[b * length + i]!);
      if (sign !== 0) return sign;
    }
    return a - b;
  });
  const equal = (a: number, b: number): boolean => {
    for (let i = 0; i < length; i++) if (data[a * length + i] !== data[b * length + i]) return false;
    return true;
  };
  const firsts: number[] = [];
  const inverse = new Array<number>(rows);
  const counts: number[] = [];
  for (const row of order) {
    const last = firsts.at(-1);
    if (last === undefined || !equal(last, row)) {
      firsts.push(row);
      counts.push(0);
    }
    counts[counts.length - 1]!++;
    inverse[row] = firsts.length - 1;
  }
  return { firsts, inverse, counts };
}

/** See `Tensor.unique`. */
export function unique(tensor: Tensor, options: UniqueOptions): Tensor | UniqueResult {
  tensor.assertLive('unique');
  const {
    sorted = true,
    returnInverse = false,
    returnCounts = false,
    dim,
  } = checkOptions('unique', options, optionNames);
  assertBoolean('unique', 'sorted', sorted);
  assertBoolean('unique', 'returnInverse', returnInverse);
  assertBoolean('unique', 'returnCounts', returnCounts);
  const axis = dim === undefined ? 0 : normalizeDim('unique', dim, tensor.ndim);
  const x = dim === undefined || tensor.ndim === 0 ? tensor.detach().flatten() : tensor.detach();
  const rows = x.shape[axis]!;
  if (rows > 0 && x.numel === 0) {
    throw new ShapeError(`unique: expected slices with elements, got shape ${formatShape(tensor.shape)}`);
  }
  const { firsts, inverse, counts } = groupRows(x.movedim(axis, 0).data(), rows);
  const output = x.indexSelect(axis, indexTensor(tensor, [firsts.length], firsts));
  if (!returnInverse && !returnCounts) return output;
  return {
    output,
    ...(returnInverse && {
      inverseIndices: indexTensor(tensor, dim === undefined ? tensor.shape : [rows], inverse),
    }),
    ...(returnCounts && { counts: indexTensor(tensor, [counts.length], counts) }),
  };
}

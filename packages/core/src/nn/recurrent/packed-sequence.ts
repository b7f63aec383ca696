import { assertList, assertTensor, assertWhole, describe } from '../../arguments.ts';
import { tensor } from '../../create.ts';
import { ArgumentError, formatShape, ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * Sequences of several lengths, without padding: the first steps of all, the longest sequence first, then the second steps of those
 * that have one, and so on. A plain object, so that compiled functions take it.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.rnn.PackedSequence.html
 */
export interface PackedSequence {
  /** [Σ lengths, …]. */
  readonly data: Tensor;
  /** How many sequences have each step; never more than the step before. */
  readonly batchSizes: readonly number[];
  /** The positions that the sequences, longest first, had before; left out where they were in that order. */
  readonly sortedIndices?: readonly number[] | undefined;
  /** The positions of the sequences among the sorted ones. */
  readonly unsortedIndices?: readonly number[] | undefined;
}

const isOrder = (value: unknown, count: number): boolean =>
  value === undefined ||
  (Array.isArray(value) &&
    value.length === count &&
    new Set(value).size === count &&
    value.every((i) => Number.isSafeInteger(i) && i >= 0 && i < count));

/** Whether a value is meant as a packed sequence, not as a tensor. */
export const isPacked = (value: unknown): value is PackedSequence =>
  typeof value === 'object' && value !== null && 'batchSizes' in value;

/**
 * @throws {ArgumentError} unless the sizes never grow and the indices are permutations.
 * @throws {ShapeError} unless the data has as many rows as the sizes say.
 */
export function assertPacked(op: string, value: unknown): asserts value is PackedSequence {
  if (!isPacked(value)) {
    throw new ArgumentError(`${op}: expected a packed sequence, got ${describe(value)}`);
  }
  const { data, batchSizes, sortedIndices, unsortedIndices } = value;
  assertTensor(op, 'data', data);
  assertList(op, 'batchSizes', batchSizes);
  batchSizes.forEach((size, t) => {
    assertWhole(op, `batchSizes[${t}]`, size, 1, batchSizes[t - 1] ?? Number.MAX_SAFE_INTEGER);
  });
  if (batchSizes.length === 0) {
    throw new ArgumentError(`${op}: expected a packed sequence of at least 1 step, got none`);
  }
  const rows = batchSizes.reduce((sum, size) => sum + size, 0);
  if (data.shape[0] !== rows) {
    throw new ShapeError(
      `${op}: expected packed data of shape [${rows}, ...], as the batch sizes say, got ${formatShape(data.shape)}`,
    );
  }
  for (const [name, order] of Object.entries({ sortedIndices, unsortedIndices })) {
    if (isOrder(order, batchSizes[0]!)) continue;
    throw new ArgumentError(
      `${op}: expected ${name} to be a permutation of ${batchSizes[0]} positions, got ${describe(order)}`,
    );
  }
}

/** The lengths of the sequences, longest first. */
export function sortedLengths(batchSizes: readonly number[]): number[] {
  const lengths = new Array<number>(batchSizes[0]!).fill(0);
  for (const size of batchSizes) for (let b = 0; b < size; b++) lengths[b]!++;
  return lengths;
}

/** An int32 tensor beside another one. */
export const indexBeside = (like: Tensor, index: readonly number[]): Tensor =>
  tensor(Int32Array.from(index), { device: like.device });

/** Entries along an axis in another order; undefined leaves them as they are. */
export const reordered = (x: Tensor, dim: number, order: readonly number[] | undefined): Tensor =>
  order === undefined ? x : x.indexSelect(dim, indexBeside(x, order));

/**
 * The packed rows as [steps, batch, …] or [batch, steps, …], longest sequence first. Places without a step hold the first row: they are to
 * be overwritten or left unread.
 */
export function spread(
  data: Tensor,
  batchSizes: readonly number[],
  steps: number,
  batchFirst: boolean,
): Tensor {
  const batch = batchSizes[0]!;
  const index = new Array<number>(steps * batch).fill(0);
  let row = 0;
  batchSizes.forEach((size, t) => {
    for (let b = 0; b < size; b++) index[batchFirst ? b * steps + t : t * batch + b] = row++;
  });
  const shape = batchFirst ? [batch, steps] : [steps, batch];
  return data.indexSelect(0, indexBeside(data, index)).reshape([...shape, ...data.shape.slice(1)]);
}

/** The rows of [steps, batch, …] or [batch, steps, …] in the order of packed data. */
export function gathered(padded: Tensor, batchSizes: readonly number[], batchFirst: boolean): Tensor {
  const [steps, batch] = batchFirst
    ? [padded.shape[1]!, padded.shape[0]!]
    : [padded.shape[0]!, padded.shape[1]!];
  const index = batchSizes.flatMap((size, t) =>
    Array.from({ length: size }, (_, b) => (batchFirst ? b * steps + t : t * batch + b)),
  );
  return padded.flatten(0, 1).indexSelect(0, indexBeside(padded, index));
}

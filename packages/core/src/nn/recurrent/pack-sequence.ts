import { assertBoolean, assertList, assertNumber, assertTensor, assertWhole } from '../../arguments.ts';
import { stack, where } from '../../combine.ts';
import { ArgumentError, formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import {
  assertPacked,
  gathered,
  indexBeside,
  type PackedSequence,
  reordered,
  sortedLengths,
  spread,
} from './packed-sequence.ts';

export interface PackOptions {
  /** Refuse sequences that are not in the order of falling lengths, instead of sorting them. Default true. */
  readonly enforceSorted?: boolean;
}

export interface PackPaddedOptions extends PackOptions {
  /** Whether the input is [batch, steps, …], not [steps, batch, …]. Default false. */
  readonly batchFirst?: boolean;
}

export interface PadOptions {
  /** Give [batch, steps, …], not [steps, batch, …]. Default false. */
  readonly batchFirst?: boolean;
  /** What stands behind the end of a sequence. Default 0. */
  readonly paddingValue?: number;
}

export interface PadPackedOptions extends PadOptions {
  /** Steps of the result. Default: those of the longest sequence. */
  readonly totalLength?: number;
}

/** Lengths from a list, or from the elements of a tensor. */
function lengthsOf(op: string, lengths: unknown): number[] {
  if (Array.isArray(lengths)) return lengths;
  assertTensor(op, 'lengths', lengths, ' or an array of integers');
  if (lengths.ndim !== 1) {
    throw new ShapeError(`${op}: expected lengths of 1 dim, got shape ${formatShape(lengths.shape)}`);
  }
  return Array.from(lengths.data());
}

/** Positions of the longest sequence first; of equal ones in their order. */
const longestFirst = (lengths: readonly number[]): number[] =>
  [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]!);

const inverseOf = (order: readonly number[]): number[] => {
  const inverse = new Array<number>(order.length);
  order.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
};

/**
 * Sequences of several lengths out of one padded tensor [steps, batch, …], or [batch, steps, …] with `batchFirst`.
 *
 * @param lengths the steps of each sequence, at least 1: numbers, or a tensor, which is read.
 * @throws {ArgumentError} for a length outside of the input, and for lengths that grow unless `enforceSorted` is false.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.rnn.pack_padded_sequence.html
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: readonly number[] | Tensor,
  options: PackPaddedOptions = {},
): PackedSequence {
  const op = 'packPaddedSequence';
  const { batchFirst = false, enforceSorted = true } = checkOptions(op, options, {
    batchFirst: true,
    enforceSorted: true,
  });
  assertTensor(op, 'the input', input);
  assertBoolean(op, 'batchFirst', batchFirst);
  assertBoolean(op, 'enforceSorted', enforceSorted);
  if (input.ndim < 2) {
    throw new ShapeError(
      `${op}: expected an input of at least 2 dims, got shape ${formatShape(input.shape)}`,
    );
  }
  const [steps, batch] = batchFirst ? [input.shape[1]!, input.shape[0]!] : [input.shape[0]!, input.shape[1]!];
  const given = lengthsOf(op, lengths);
  if (batch === 0)
    throw new ShapeError(`${op}: expected at least 1 sequence, got shape ${formatShape(input.shape)}`);
  if (given.length !== batch) {
    throw new ShapeError(`${op}: expected ${batch} lengths, one for each sequence, got ${given.length}`);
  }
  given.forEach((length, b) => {
    assertWhole(op, `lengths[${b}]`, length, 1, steps);
  });
  const order = longestFirst(given);
  if (enforceSorted) {
    const growth = given.findIndex((length, b) => b > 0 && length > given[b - 1]!);
    if (growth >= 0) {
      throw new ArgumentError(
        `${op}: expected lengths that never grow, got ${given[growth]} behind ${given[growth - 1]}; pass { enforceSorted: false } to have them sorted`,
      );
    }
  }
  const batchSizes = Array.from(
    { length: given[order[0]!]! },
    (_, t) => given.filter((length) => length > t).length,
  );
  const sorted = enforceSorted ? input : reordered(input, batchFirst ? 0 : 1, order);
  return {
    data: gathered(sorted, batchSizes, batchFirst),
    batchSizes,
    ...(enforceSorted ? {} : { sortedIndices: order, unsortedIndices: inverseOf(order) }),
  };
}

/**
 * The sequences of a packed one in their original order, padded to one length, and their lengths.
 *
 * @throws {ArgumentError} for a `totalLength` below the longest sequence.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.rnn.pad_packed_sequence.html
 */
export function padPackedSequence(
  sequence: PackedSequence,
  options: PadPackedOptions = {},
): [padded: Tensor, lengths: number[]] {
  const op = 'padPackedSequence';
  const {
    batchFirst = false,
    paddingValue = 0,
    totalLength,
  } = checkOptions(op, options, {
    batchFirst: true,
    paddingValue: true,
    totalLength: true,
  });
  assertPacked(op, sequence);
  assertBoolean(op, 'batchFirst', batchFirst);
  assertNumber(op, 'paddingValue', paddingValue);
  const { data, batchSizes, unsortedIndices } = sequence;
  const longest = batchSizes.length;
  if (totalLength !== undefined) assertWhole(op, 'totalLength', totalLength, longest);
  const steps = totalLength ?? longest;
  const lengths = sortedLengths(batchSizes);
  const padded = spread(data, batchSizes, steps, batchFirst);
  const present = lengths.flatMap((length) => Array.from({ length: steps }, (_, t) => Number(t < length)));
  const mask = indexBeside(data, present).reshape([lengths.length, steps]).bool();
  const shape = [...padded.shape.slice(0, 2), ...data.shape.slice(1).map(() => 1)];
  const result = where((batchFirst ? mask : mask.t()).reshape(shape), padded, paddingValue);
  return [
    reordered(result, batchFirst ? 0 : 1, unsortedIndices),
    unsortedIndices === undefined ? lengths : unsortedIndices.map((i) => lengths[i]!),
  ];
}

/** Sequences [length, …] that agree in all but their length. */
function assertSequences(op: string, sequences: unknown): asserts sequences is readonly Tensor[] {
  assertList(op, 'sequences', sequences);
  if (sequences.length === 0) throw new ArgumentError(`${op}: expected at least one sequence, got none`);
  const rest = (x: Tensor): readonly number[] => x.shape.slice(1);
  sequences.forEach((sequence, i) => {
    assertTensor(op, `sequences[${i}]`, sequence);
    const first = sequences[0] as Tensor;
    if (sequence.ndim > 0 && sameShape(rest(sequence), rest(first))) return;
    throw new ShapeError(
      `${op}: expected sequences of shape ${formatShape(['length', ...rest(first)] as never)}, got ${formatShape(sequence.shape)}`,
    );
  });
}

/**
 * Sequences of shape [length, …] as one tensor [steps, batch, …], or [batch, steps, …] with `batchFirst`, with `paddingValue` behind the
 * shorter ones.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.rnn.pad_sequence.html
 */
export function padSequence(sequences: readonly Tensor[], options: PadOptions = {}): Tensor {
  const op = 'padSequence';
  const { batchFirst = false, paddingValue = 0 } = checkOptions(op, options, {
    batchFirst: true,
    paddingValue: true,
  });
  assertSequences(op, sequences);
  assertBoolean(op, 'batchFirst', batchFirst);
  assertNumber(op, 'paddingValue', paddingValue);
  const steps = Math.max(...sequences.map(({ shape }) => shape[0]!));
  const padded = sequences.map((sequence) => {
    const missing = steps - sequence.shape[0]!;
    if (missing === 0) return sequence;
    const sides = sequence.shape.flatMap((_, d) => (d === 0 ? [missing, 0] : [0, 0])).reverse();
    return sequence.pad(sides, paddingValue);
  });
  return stack(padded, batchFirst ? 0 : 1);
}

/**
 * The sequences of a padded tensor, each with its own length: what {@link padSequence} made one of.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.rnn.unpad_sequence.html
 */
export function unpadSequence(
  padded: Tensor,
  lengths: readonly number[] | Tensor,
  options: { readonly batchFirst?: boolean } = {},
): Tensor[] {
  const op = 'unpadSequence';
  const { batchFirst = false } = checkOptions(op, options, { batchFirst: true });
  assertTensor(op, 'the padded tensor', padded);
  assertBoolean(op, 'batchFirst', batchFirst);
  if (padded.ndim < 2) {
    throw new ShapeError(`${op}: expected at least 2 dims, got shape ${formatShape(padded.shape)}`);
  }
  const [steps, batch] = batchFirst
    ? [padded.shape[1]!, padded.shape[0]!]
    : [padded.shape[0]!, padded.shape[1]!];
  const given = lengthsOf(op, lengths);
  if (given.length !== batch) {
    throw new ShapeError(`${op}: expected ${batch} lengths, one for each sequence, got ${given.length}`);
  }
  return given.map((length, b) => {
    assertWhole(op, `lengths[${b}]`, length, 0, steps);
    return padded.select(batchFirst ? 0 : 1, b).narrow(0, 0, length);
  });
}

/**
 * Sequences of shape [length, …] as one packed sequence.
 *
 * @throws {ArgumentError} for lengths that grow unless `enforceSorted` is false.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.rnn.pack_sequence.html
 */
export function packSequence(sequences: readonly Tensor[], options: PackOptions = {}): PackedSequence {
  checkOptions('packSequence', options, { enforceSorted: true });
  assertSequences('packSequence', sequences);
  const lengths = sequences.map(({ shape }) => shape[0]!);
  return packPaddedSequence(padSequence(sequences), lengths, options);
}

/**
 * The sequences of a packed one in their original order: what {@link packSequence} made one of.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.rnn.unpack_sequence.html
 */
export function unpackSequence(sequence: PackedSequence): Tensor[] {
  const [padded, lengths] = padPackedSequence(sequence, { batchFirst: true });
  return unpadSequence(padded, lengths, { batchFirst: true });
}

import { assertTensor } from '../../arguments.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';
import {
  assertPacked,
  gathered,
  indexBeside,
  isPacked,
  type PackedSequence,
  reordered,
  sortedLengths,
  spread,
} from './packed-sequence.ts';

/** The input of a recurrent module in the one form in which layers run: a batch of equally many steps. */
export interface Sequences {
  /** [steps, batch, features], or [batch, steps, features] with `batchFirst`. */
  readonly x: Tensor;
  readonly batchFirst: boolean;
  readonly batch: number;
  /** Whether states lack the axis of the batch. */
  readonly isUnbatched: boolean;
  /** The lengths of packed sequences, int32 [batch]. */
  readonly lengths: Tensor | undefined;
  /** A state [layers, batch, size] in the order of `x`, and back. */
  readonly ordered: (state: Tensor) => Tensor;
  readonly restored: (state: Tensor) => Tensor;
  /** Outputs in the form of the input. */
  readonly outputOf: (output: Tensor) => Tensor | PackedSequence;
  /** Outputs after dropout, whose draws follow the order [steps, batch, …], or that of the packed rows. */
  readonly dropped: (output: Tensor, p: number) => Tensor;
}

function assertFeatures(
  name: string,
  x: Tensor,
  inputSize: number,
  ranks: readonly number[],
  form: string,
): void {
  if (ranks.includes(x.ndim) && x.shape.at(-1) === inputSize) return;
  throw new ShapeError(`${name}: expected an input of shape ${form}, got ${formatShape(x.shape)}`);
}

function packedSequences(name: string, packed: PackedSequence, inputSize: number): Sequences {
  assertPacked(name, packed);
  const { data, batchSizes, sortedIndices, unsortedIndices } = packed;
  assertFeatures(name, data, inputSize, [2], `[rows, ${inputSize}] in a packed sequence`);
  const steps = batchSizes.length;
  return {
    x: spread(data, batchSizes, steps, true),
    batchFirst: true,
    batch: batchSizes[0]!,
    isUnbatched: false,
    lengths: indexBeside(data, sortedLengths(batchSizes)),
    ordered: (state) => reordered(state, 1, sortedIndices),
    restored: (state) => reordered(state, 1, unsortedIndices),
    outputOf: (output) => ({ ...packed, data: gathered(output, batchSizes, true) }),
    dropped: (output, p) => spread(gathered(output, batchSizes, true).dropout(p), batchSizes, steps, true),
  };
}

/** @throws {ShapeError} unless the input is [steps, batch, inputSize], with `batchFirst` [batch, steps, inputSize], or [steps, inputSize]. */
export function sequencesOf(
  name: string,
  input: Tensor | PackedSequence,
  inputSize: number,
  batchFirst: boolean,
): Sequences {
  if (isPacked(input)) return packedSequences(name, input, inputSize);
  assertTensor(name, 'the input', input, ' or a packed sequence');
  const batched = batchFirst ? '[batch, steps, ' : '[steps, batch, ';
  assertFeatures(name, input, inputSize, [2, 3], `${batched}${inputSize}] or [steps, ${inputSize}]`);
  const isUnbatched = input.ndim === 2;
  const batchAxis = batchFirst ? 0 : 1;
  const x = isUnbatched ? input.unsqueeze(batchAxis) : input;
  if (x.shape[1 - batchAxis] === 0) {
    throw new ShapeError(
      `${name}: expected at least 1 step, got an input of shape ${formatShape(input.shape)}`,
    );
  }
  const same = (state: Tensor): Tensor => state;
  return {
    x,
    batchFirst,
    batch: x.shape[batchAxis]!,
    isUnbatched,
    lengths: undefined,
    ordered: isUnbatched ? (state) => state.unsqueeze(1) : same,
    restored: isUnbatched ? (state) => state.squeeze(1) : same,
    outputOf: isUnbatched ? (output) => output.squeeze(batchAxis) : same,
    dropped: (output, p) =>
      batchFirst ? output.transpose(0, 1).dropout(p).transpose(0, 1) : output.dropout(p),
  };
}

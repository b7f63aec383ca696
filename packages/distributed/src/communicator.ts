import type { DType, TypedArray } from '@kindling/core';
import type { ForeignReduction } from '@kindling/core/internal';

/** How elements of all processes become one. */
export type Reduction = 'sum' | 'product' | 'min' | 'max';

/**
 * Processes that pass messages, each with its memory. Every process of a group makes the same calls in the same order; each waits for the
 * others as far as the result needs them.
 */
export interface Communicator {
  /** What it stands on, in words: a library and its version. */
  readonly description: string;
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** values ← their reduction over all processes. */
  allReduce(values: TypedArray, reduction: Reduction): void;
  /** values ← those of the process `root`. */
  broadcast(values: TypedArray, root: number): void;
  /** values, at the process `root`, ← their reduction over all processes. Those of the others stay what they are. */
  reduce(values: TypedArray, reduction: Reduction, root: number): void;
  /** all ← the values of each process, in the order of ranks. */
  allGather(own: TypedArray, all: TypedArray): void;
  /** all, at the process `root`, ← the values of each process. Undefined at the others. */
  gather(own: TypedArray, all: TypedArray | undefined, root: number): void;
  /** own ← the part for this process of `all` at the process `root`. Undefined at the others. */
  scatter(all: TypedArray | undefined, own: TypedArray, root: number): void;
  /** own ← the part for this process of the reduction of `all`. */
  reduceScatter(all: TypedArray, own: TypedArray, reduction: Reduction): void;
  send(values: TypedArray, to: number, tag: number): void;
  receive(values: TypedArray, from: number, tag: number): void;
  /** Waits until every process has come here. */
  barrier(): void;
  /** Ends all processes of the group at once, with an exit code. */
  abort(code: number): void;
  /** Leaves the group. The last call. */
  finalize(): void;
  /** The function that reduces memory of an engine in place; undefined where there is none. */
  inMemory(dtype: DType, reduction: Reduction): ForeignReduction | undefined;
}

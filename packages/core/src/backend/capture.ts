import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { BufferHandle, Storage, View } from './backend.ts';

/** Elements in a backend's memory that the host sets before each replay. */
export interface GraphInput {
  readonly view: View;
  /** Sets all of them; takes an array of the view's dtype and length. */
  write(elements: TypedArray): void;
}

/** The kernel calls of one run of a function, logged while they are executed. One at a time for each backend. */
export interface Capture {
  /** Why what was logged cannot be replayed; undefined where it can. */
  readonly unsupportedReason: string | undefined;
  /** Storages made before the capture began that calls work on, with their memory. */
  readonly outside: ReadonlyMap<Storage, BufferHandle>;
  /** Those of them that calls write to. */
  readonly written: Iterable<Storage>;
  /** Whether the storage was made since the capture began. */
  owns(storage: Storage): boolean;
  /** A graph input whose elements no call of the capture overwrites. */
  input(dtype: DType, shape: Shape): GraphInput;
  /** Ends the logging. */
  stop(): void;
  /** What the log of another run of the function differs in first, in a sentence; undefined where they are the same. */
  difference(other: Capture): string | undefined;
  /** What replays the log. The memory that it works on stays its own from then on. */
  graph(): Graph;
}

/** Contiguous memory that a graph writes, and where it is copied to after each replay, one copy behind the other. */
export interface Collected {
  readonly source: View;
  /** The place of the first copy. */
  readonly target: View;
}

/** What the host does for replays that are made in one call. It may do so long before they are made. */
export interface ReplayHost {
  /** Sets the graph inputs for replay i. Where it gives false, that replay is not made and no other. */
  readonly prepare: (i: number) => boolean;
  /** Sets the graph inputs for all replays at once, in place of `prepare`. Undefined where they change from replay to replay. */
  readonly prepareAll: (() => void) | undefined;
}

export interface Graph {
  /** Does all calls again, in their order, on what the memory holds now. */
  replay(): void;
  /**
   * Replays up to `count` times without coming back to the host in between. Returns how many replays were made.
   *
   * Left out where nothing is gained over single replays.
   */
  replayMany?(count: number, host: ReplayHost, collected: readonly Collected[]): number;
}

import type { DType } from '../dtype.ts';

/** What processes with a GPU each pass messages by: a communicator of NCCL. */
export interface StreamCommunicator {
  /**
   * Throws where it has failed. Asked while the host waits for the GPU, which would wait for other processes without end.
   *
   * @param waited Seconds since the host began to.
   */
  check(waited: number): void;
}

/** An operation that all processes of a communicator do together, in place on the memory of their GPUs. */
export interface StreamCollective {
  readonly communicator: StreamCommunicator;
  /** The dtype of the elements. */
  readonly dtype: DType;
  /** Enqueues the operation on `count` elements from an address on, at the end of a stream. The stream may be one that captures. */
  enqueue(address: number, count: number, stream: number): void;
}

/** How operations of another library come into the order of a GPU's calls. */
export interface StreamCollectives {
  /** Tells the GPU from all others: its UUID. */
  readonly gpu: string;
  /** Makes the GPU the one that libraries on CUDA work with in this thread. */
  use(): void;
  /** Registers an operation, which calls of `allReduce` name by the number that it gets. */
  register(collective: StreamCollective): number;
  /** Waits for all that was enqueued. */
  synchronize(): void;
  /** Ends recorded calls that hold operations of a communicator, which may then be ended or aborted: it would wait for them. */
  release(communicator: StreamCommunicator): void;
}

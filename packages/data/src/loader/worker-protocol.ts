import type { DataProblem } from '../data-error.ts';
import type { Packed } from './packed.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  /** Address of the module of the dataset. */
  readonly module: string;
  /** Number of the worker, and of all workers. */
  readonly id: number;
  readonly numWorkers: number;
  /** Samples of the loader's own dataset. */
  readonly length: number;
  /** Whether batches are made by the worker; else it sends samples. */
  readonly collates: boolean;
}

/** Asks for a batch. */
export interface WorkerTask {
  readonly indices: Int32Array;
  /** What the default generator of the worker is seeded with before. */
  readonly seed: bigint;
}

/** What went wrong in a worker. */
export interface WorkerFailure {
  /** `sample 3`, or what else was done. */
  readonly place: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a `DataError`. */
  readonly problem: DataProblem | undefined;
}

/** A worker answers its tasks in their order. */
export type WorkerAnswer =
  | { readonly type: 'batch'; readonly value: Packed }
  | { readonly type: 'failure'; readonly failure: WorkerFailure };

import { type PeerError, TooSlowError } from '../process/peer-process.ts';

/** Something that was left out, by name. */
export interface Note {
  readonly implementation: string;
  /** Undefined where it concerns all workloads. */
  readonly workload?: string;
  readonly reason: string;
  /** More about the reason, which the file holds and the table leaves out. */
  readonly detail?: string;
}

export const noteOf = (error: PeerError, implementation: string, workload: string): Note => ({
  implementation,
  workload,
  reason: error.message,
  ...(error instanceof TooSlowError ? { detail: error.detail } : {}),
});

/** Measured values of one implementation, in the unit of the workload. */
export interface Measurement {
  readonly implementation: string;
  readonly values: readonly number[];
}

export interface Outcome {
  readonly measurements: readonly Measurement[];
  readonly notes: readonly Note[];
}

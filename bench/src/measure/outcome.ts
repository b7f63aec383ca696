/** Something that was left out, by name. */
export interface Note {
  readonly implementation: string;
  /** Undefined where it concerns all workloads. */
  readonly workload?: string;
  readonly reason: string;
}

/** Measured values of one implementation, in the unit of the workload. */
export interface Measurement {
  readonly implementation: string;
  readonly values: readonly number[];
}

export interface Outcome {
  readonly measurements: readonly Measurement[];
  readonly notes: readonly Note[];
}

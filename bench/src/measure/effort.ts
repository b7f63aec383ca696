/** How long to measure. Times are in seconds. */
export interface Effort {
  /** Samples of each implementation. */
  readonly runs: number;
  /** What a sample should take; so many steps are put into it. */
  readonly sample: number;
  /** Pause before each sample, in which other peers' threads that wait actively go to sleep. */
  readonly settle: number;
  /** An implementation gets no further sample of a workload that would bring it beyond this; the first it gets. */
  readonly budget: number;
  /** A sample that would take longer is not begun. */
  readonly longestSample: number;
  /** How long a peer may keep silent. */
  readonly patience: number;
  /** How long it may take to get ready for a workload, in which it may compile. */
  readonly preparation: number;
}

/** OpenBLAS' threads spin for some 25 ms before they sleep, libgomp's shorter. */
const settle = 0.04;

export const effortOf = (runs: number, quick: boolean): Effort =>
  quick
    ? { runs, sample: 0.05, settle, budget: 3, longestSample: 3, patience: 15, preparation: 120 }
    : { runs, sample: 0.1, settle, budget: 40, longestSample: 120, patience: 300, preparation: 300 };

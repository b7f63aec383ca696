/** A network between processes, or the memory of one machine. */
export interface Network {
  readonly name: string;
  /** Seconds from the beginning of a message to its end, if it is empty. */
  readonly latency: number;
  /** Bytes a second, in one direction. */
  readonly bandwidth: number;
}

/** A program whose batches processes share. */
export interface Program {
  readonly name: string;
  /** Rows of a batch, over all processes. */
  readonly batch: number;
  /** Bytes of its gradients. */
  readonly bytes: number;
  /** Seconds of a step on one process, by rows; in the order of rows. */
  readonly compute: readonly (readonly [rows: number, seconds: number])[];
}

/**
 * Seconds of an all-reduce of `bytes` over p processes, by the better of two algorithms: doubling, log₂ p rounds of the whole
 * (latency + bytes / bandwidth); and halves scattered and gathered again, 2 log₂ p rounds in which 2 (p − 1)/p of the bytes pass. The
 * sums themselves count as nothing. A ring of 2 (p − 1) rounds passes as many bytes and is never better in this model.
 *
 * Source: Thakur, Rabenseifner and Gropp, Optimization of Collective Communication Operations in MPICH, 2005.
 */
export function allReduceSeconds(bytes: number, processes: number, { latency, bandwidth }: Network): number {
  if (processes === 1) return 0;
  const rounds = Math.ceil(Math.log2(processes));
  const doubling = rounds * (latency + bytes / bandwidth);
  const halving = 2 * rounds * latency + (2 * (processes - 1) * bytes) / processes / bandwidth;
  return Math.min(doubling, halving);
}

/** Seconds of the forward and backward pass and the update on one process; between measured batches, and beyond them, by straight lines. */
export function computeSeconds({ compute }: Program, rows: number): number {
  const found = compute.findIndex(([measured]) => measured >= rows);
  const above = found < 0 ? compute.length - 1 : Math.max(1, found);
  const [[r0, s0], [r1, s1]] = [compute[above - 1]!, compute[above]!];
  return s0 + ((s1 - s0) * (rows - r0)) / (r1 - r0);
}

/** Seconds of a step: gradients are averaged after the backward pass, and nothing goes on meanwhile. */
export const stepSeconds = (program: Program, processes: number, network: Network): number =>
  computeSeconds(program, program.batch / processes) + allReduceSeconds(program.bytes, processes, network);

/** How many times faster a step is than with one process. */
export const speedUp = (program: Program, processes: number, network: Network): number =>
  stepSeconds(program, 1, network) / stepSeconds(program, processes, network);

/** The program with as many rows for each process as it has for one. */
export const grown = (program: Program, processes: number): Program => ({
  ...program,
  batch: program.batch * processes,
});

/** Of the counts, the last that makes a step at least `gain` times as fast as the count before it. */
export function worthwhile(
  program: Program,
  counts: readonly number[],
  network: Network,
  gain = 1.2,
): number {
  let last = counts[0]!;
  for (const next of counts.slice(1)) {
    if (stepSeconds(program, last, network) / stepSeconds(program, next, network) < gain) return last;
    last = next;
  }
  return last;
}

/** The latency and bandwidth with which two processes need the measured times; by least squares of the relative errors. */
export function fitNetwork(
  name: string,
  measured: readonly (readonly [bytes: number, seconds: number])[],
): Network {
  let [one, x, xx, y, xy] = [0, 0, 0, 0, 0];
  for (const [bytes, seconds] of measured) {
    const weight = 1 / seconds ** 2;
    one += weight;
    x += weight * bytes;
    xx += weight * bytes * bytes;
    y += weight * seconds;
    xy += weight * bytes * seconds;
  }
  const slope = (one * xy - x * y) / (one * xx - x * x);
  return { name, latency: (y - slope * x) / one, bandwidth: 1 / slope };
}

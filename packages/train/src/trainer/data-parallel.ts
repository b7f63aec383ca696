import type { nn, Tensor } from '@kindling/core';
import type { Sampler } from '@kindling/data';

/**
 * Processes that train one model together, each by its share of every batch: what training asks of them. `@kindling/distributed` gives
 * it; where it is left out, this process trains alone. All of them make the same calls in the same order.
 */
export interface DataParallel {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Number of this process among those of its machine, from 0: that of its GPU. */
  readonly localRank: number;
  /** Each gradient ← its mean over the processes; in a recorded step at each replay. */
  averageGradients(parameters: readonly Tensor[]): void;
  /** x ← its mean over the processes, in place; in a recorded step at each replay. */
  average(x: Tensor): void;
  /** Puts batch normalization over the batches of all processes in the place of that of this one's, with the same parameters. */
  syncBatchNorm(model: nn.Sequential): void;
  /** The largest of each number over the processes. */
  largest(values: readonly number[]): readonly number[];
  /** The numbers of each process, in the order of ranks, the same at all. They may be of different counts. */
  gather(values: readonly number[]): readonly (readonly number[])[];
  /** x ← that of process 0, in place. */
  broadcast(x: Tensor): void;
  /** The bytes that process 0 gives. */
  share(bytes: Uint8Array | undefined): Uint8Array;
  /**
   * The share of the samples that is this process', in another order each epoch where it shuffles: that of the epochs from `epoch` on, one
   * after the other.
   */
  sampler(samples: number, options: { readonly shuffle: boolean; readonly seed: number }): EpochSampler;
}

/** A sampler whose order depends on the number of the epoch. */
export interface EpochSampler extends Sampler {
  /** The epoch whose order comes next. */
  setEpoch(epoch: number): void;
}

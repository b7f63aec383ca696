import { ArgumentError, Generator } from '@kindling/core';
import { assertBoolean, assertWhole, checkOptions, drawPermutation } from '@kindling/core/internal';
import type { Sampler } from '@kindling/data';
import { currentGroup, isInitialized } from './process-group.ts';

export interface DistributedSamplerOptions {
  /** Number of processes. Default that of the group. */
  readonly numReplicas?: number | undefined;
  /** Number of this process. Default that in the group. */
  readonly rank?: number | undefined;
  /** Take the samples in another random order each epoch. Default true. */
  readonly shuffle?: boolean | undefined;
  /** What the order is drawn from, together with the epoch; the same at all processes. Default 0. */
  readonly seed?: number | undefined;
  /** Leave out samples that do not make a round of all processes, instead of taking the first ones twice. Default false. */
  readonly dropLast?: boolean | undefined;
}

/**
 * The part of a data set that is this process' share: every `numReplicas`-th sample of an order that all processes draw alike, from
 * sample `rank` of it on. All shares have the same length. Call {@link setEpoch} before each epoch.
 *
 * Source: https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.distributed.DistributedSampler
 */
export class DistributedSampler implements Sampler {
  readonly numReplicas: number;
  readonly rank: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly dropLast: boolean;
  readonly #source: { readonly length: number };
  #epoch = 0;

  /** @throws {ArgumentError} for a rank that is not below `numReplicas`, and without samples. */
  constructor(source: { readonly length: number }, options: DistributedSamplerOptions = {}) {
    const given = checkOptions('DistributedSampler', options, {
      numReplicas: true,
      rank: true,
      shuffle: true,
      seed: true,
      dropLast: true,
    });
    const group = isInitialized() ? currentGroup('DistributedSampler') : { rank: 0, size: 1 };
    const { numReplicas = group.size, rank = group.rank, shuffle = true, seed = 0, dropLast = false } = given;
    assertWhole('DistributedSampler', 'the length of the source', source?.length, 1);
    assertWhole('DistributedSampler', 'numReplicas', numReplicas, 1);
    assertWhole('DistributedSampler', 'rank', rank, 0);
    assertWhole('DistributedSampler', 'seed', seed, 0);
    assertBoolean('DistributedSampler', 'shuffle', shuffle);
    assertBoolean('DistributedSampler', 'dropLast', dropLast);
    if (rank >= numReplicas) {
      throw new ArgumentError(`DistributedSampler: expected rank below ${numReplicas}, got ${rank}`);
    }
    this.#source = source;
    this.numReplicas = numReplicas;
    this.rank = rank;
    this.shuffle = shuffle;
    this.seed = seed;
    this.dropLast = dropLast;
  }

  /** Samples of this process. */
  get length(): number {
    const { length } = this.#source;
    return this.dropLast ? Math.floor(length / this.numReplicas) : Math.ceil(length / this.numReplicas);
  }

  /** The epoch whose order is drawn next, from 0. */
  get epoch(): number {
    return this.#epoch;
  }

  setEpoch(epoch: number): void {
    assertWhole('DistributedSampler.setEpoch', 'epoch', epoch, 0);
    this.#epoch = epoch;
  }

  *[Symbol.iterator](): Iterator<number> {
    yield* this.order();
  }

  /** All indices of the epoch. */
  order(): Int32Array {
    const count = this.#source.length;
    const all = this.shuffle ? drawPermutation(new Generator(this.seed + this.#epoch), count) : undefined;
    return Int32Array.from({ length: this.length }, (_, i) => {
      const position = (this.rank + i * this.numReplicas) % count;
      return all === undefined ? position : all[position]!;
    });
  }
}

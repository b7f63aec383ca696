import { type nn, noGrad, type Tensor } from '@kindling/core';
import { allReduce, broadcast } from './collectives.ts';
import { DistributedSampler } from './distributed-sampler.ts';
import { averageTogether, bucketsOf } from './gradient-buckets.ts';
import { localProcesses } from './mpi/launcher.ts';
import { currentGroup } from './process-group.ts';
import { SyncBatchNorm } from './sync-batch-norm.ts';

/** Bytes of gradients that are averaged together at most. */
const BUCKET_BYTES = 25 * 2 ** 20;

/** A share of the samples that goes on with the next epoch's order each time. */
class EpochShare extends DistributedSampler {
  override order(): Int32Array {
    const order = super.order();
    this.setEpoch(this.epoch + 1);
    return order;
  }
}

/**
 * The processes of the group, as `Trainer` and `runExperiment` of `@kindling/train` take them (`dataParallel`).
 *
 * ```ts
 * initProcessGroup();
 * const trainer = new Trainer({ model, loss, optimizer, dataParallel: processes() });
 * ```
 */
export function processes() {
  const group = currentGroup('processes');
  return {
    rank: group.rank,
    size: group.size,
    localRank: localProcesses().rank,
    averageGradients: (parameters: readonly Tensor[]): void => {
      const gradients = parameters.flatMap(({ grad }) => grad ?? []);
      noGrad(() => {
        for (const bucket of bucketsOf(gradients, BUCKET_BYTES)) averageTogether(bucket);
      });
    },
    average: (x: Tensor): void => allReduce(x, 'mean'),
    syncBatchNorm: (model: nn.Sequential): void => {
      SyncBatchNorm.convertSyncBatchnorm(model);
    },
    largest: (values: readonly number[]): readonly number[] => {
      const numbers = Float64Array.from(values);
      group.allReduce(numbers, 'max');
      return [...numbers];
    },
    gather: (values: readonly number[]): readonly (readonly number[])[] => {
      const counts = new Float64Array(group.size);
      group.allGather(Float64Array.of(values.length), counts);
      const most = Math.max(...counts);
      const own = new Float64Array(most);
      own.set(values);
      const all = new Float64Array(most * group.size);
      group.allGather(own, all);
      return Array.from(counts, (count, rank) => [...all.subarray(rank * most, rank * most + count)]);
    },
    broadcast: (x: Tensor): void => broadcast(x),
    share: (bytes: Uint8Array | undefined): Uint8Array => {
      const length = Float64Array.of(bytes?.length ?? 0);
      group.broadcast(length, 0);
      const shared = bytes ?? new Uint8Array(length[0]!);
      group.broadcast(shared, 0);
      return shared;
    },
    sampler: (
      samples: number,
      options: { readonly shuffle: boolean; readonly seed: number },
    ): DistributedSampler => new EpochShare({ length: samples }, options),
  };
}

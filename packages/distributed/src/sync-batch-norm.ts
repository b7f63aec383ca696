import {
  ArgumentError,
  type BatchNormOptions,
  cat,
  customGradient,
  nn,
  noGrad,
  ShapeError,
  type Tensor,
} from '@kindling/core';
import { assertTensor, BatchNorm, describeValue, formatShape, replaceModules } from '@kindling/core/internal';
import { allReduce } from './collectives.ts';
import { currentGroup, isInitialized } from './process-group.ts';

export type SyncBatchNormOptions = nn.BatchNorm1dOptions;

/** Σ x over all processes. What a process' x does to the sum, it does to that of each, so ∂L/∂x is the sum of their gradients. */
const sumOverProcesses: (x: Tensor) => Tensor = customGradient('sumOverProcesses', {
  forward: (x: Tensor) => {
    const sum = x.clone();
    allReduce(sum);
    return sum;
  },
  gradient: (grad) => [sumOverProcesses(grad)],
});

/** As `Tensor.batchNorm` in training over the samples of all processes, each of which may have another number of them. */
function batchNormTogether(
  x: Tensor,
  { runningMean, runningVar, weight, bias, momentum = 0.1, eps = 1e-5 }: BatchNormOptions,
): Tensor {
  const channels = x.shape[1]!;
  const axes = [...x.shape.keys()].filter((d) => d !== 1);
  const perChannel = (s: Tensor): Tensor => s.reshape(x.shape.map((size, d) => (d === 1 ? size : 1)));
  const ownCount = x.newFull([1], x.numel / Math.max(channels, 1));
  const sums = sumOverProcesses(cat([x.sum(axes), ownCount]));
  const count = sums.detach().narrow(0, channels, 1);
  const mean = sums.narrow(0, 0, channels).div(count);
  const deviation = x.sub(perChannel(mean));
  const squares = sumOverProcesses(deviation.square().sum(axes));
  noGrad(() => {
    runningMean?.mul_(1 - momentum).add_(mean.mul(momentum));
    runningVar?.mul_(1 - momentum).add_(squares.div(count.sub(1).clamp(1)).mul(momentum));
  });
  const normal = deviation.mul(perChannel(squares.div(count).add(eps).rsqrt()));
  const scaled = weight === undefined ? normal : normal.mul(perChannel(weight));
  return bias === undefined ? scaled : scaled.add(perChannel(bias));
}

/**
 * Batch normalization of inputs [N, C, …] whose mean and variance in training are those of the batches of all processes together. The
 * processes may have batches of different sizes. In evaluation, and in a group of one process, it is `BatchNorm1d`.
 *
 * Gradients of `weight` and `bias` are of this process' samples: `DistributedDataParallel` averages them, as those of other layers.
 *
 * ```ts
 * const model = new DistributedDataParallel(SyncBatchNorm.convertSyncBatchnorm(net));
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.SyncBatchNorm.html
 *
 * @throws {ShapeError} for a rank below 2 or another number of channels, and in a group of one for a training batch with a single value
 *   for each channel.
 */
export class SyncBatchNorm extends BatchNorm {
  constructor(numFeatures: number, options: SyncBatchNormOptions = {}) {
    super(numFeatures, options, 'SyncBatchNorm');
  }

  /**
   * Puts a `SyncBatchNorm` with the same parameters and statistics in the place of each `BatchNorm1d` and `BatchNorm2d` in a module. Optimizers
   * that have its parameters keep working.
   *
   * @returns the module; a `SyncBatchNorm` where it is itself a batch normalization.
   */
  static convertSyncBatchnorm<M extends nn.AnyModule>(module: M): M extends BatchNorm ? SyncBatchNorm : M {
    if (!(module instanceof nn.Module)) {
      throw new ArgumentError(`convertSyncBatchnorm: expected a module, got ${describeValue(module)}`);
    }
    return replaceModules(module, (each) =>
      each instanceof BatchNorm && !(each instanceof SyncBatchNorm) ? SyncBatchNorm.#like(each) : each,
    ) as M extends BatchNorm ? SyncBatchNorm : M;
  }

  static #like(own: BatchNorm): SyncBatchNorm {
    const { numFeatures, eps, momentum, training, weight, bias } = own;
    const { runningMean, runningVar, numBatchesTracked } = own;
    const affine = weight !== undefined;
    const trackRunningStats = runningMean !== undefined;
    const like = new SyncBatchNorm(numFeatures, { eps, momentum, affine, trackRunningStats });
    return Object.assign(like, { training, weight, bias, runningMean, runningVar, numBatchesTracked });
  }

  forward(x: Tensor): Tensor {
    assertTensor('SyncBatchNorm', 'the input', x);
    const { numFeatures } = this;
    if (x.ndim < 2 || x.shape[1] !== numFeatures) {
      throw new ShapeError(
        `SyncBatchNorm: expected an input of shape [N, ${numFeatures}, …], got ${formatShape(x.shape)}`,
      );
    }
    return this.normalize(x);
  }

  protected override batchNorm(x: Tensor, options: BatchNormOptions): Tensor {
    const isShared = this.training && isInitialized() && currentGroup('SyncBatchNorm').size > 1;
    return isShared ? batchNormTogether(x, options) : super.batchNorm(x, options);
  }
}

import { assertTensor } from '../arguments.ts';
import { guard } from '../capture/context.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { BatchNormOptions } from '../tensor/normalization.ts';
import type { Tensor } from '../tensor.ts';
import { ChannelNorm } from './channel-norm.ts';

export interface BatchNorm1dOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Weight of a new batch in the running statistics; null averages all batches alike. Default 0.1. */
  readonly momentum?: number | null;
  /** Scale and shift each channel by learned parameters. Default true. */
  readonly affine?: boolean;
  /** Keep running statistics for evaluation; without them, each batch is normalized by its own. Default true. */
  readonly trackRunningStats?: boolean;
}

export type BatchNorm2dOptions = BatchNorm1dOptions;

/** Batch normalization whatever the rank of its inputs: what `convertSyncBatchnorm` looks for. */
export abstract class BatchNorm extends ChannelNorm {
  constructor(numFeatures: number, options: BatchNorm1dOptions, name: string) {
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = true,
      trackRunningStats = true,
    } = checkOptions(name, options, {
      eps: true,
      momentum: true,
      affine: true,
      trackRunningStats: true,
    });
    super(numFeatures, { eps, momentum, affine, trackRunningStats });
  }

  protected normalize(x: Tensor): Tensor {
    const { runningMean, runningVar, weight, bias, eps } = this;
    guard(() => this.training);
    const training = this.training || runningMean === undefined;
    const momentum = this.training ? this.#countBatch() : 0;
    return this.batchNorm(x, { runningMean, runningVar, weight, bias, training, momentum, eps });
  }

  /** What normalizes an input that was checked. */
  protected batchNorm(x: Tensor, options: BatchNormOptions): Tensor {
    return x.batchNorm(options);
  }

  /** Counts a training batch, and gives the weight that it has in the running statistics. */
  #countBatch(): number {
    const count = this.numBatchesTracked?.add_(1);
    return this.momentum ?? (count === undefined ? 0 : 1 / count.item());
  }
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel of an input of shape [N, C] or [N, C, L].
 *
 * In training, mean and population variance are the batch's, and the running statistics move towards its mean and
 * unbiased variance; in evaluation the running ones are used. `weight` starts at 1 and `bias` at 0, the running mean at 0
 * and variance at 1. With `momentum: null` each training step reads the batch counter on the host.
 *
 * Throws {@link ShapeError} for another rank or number of channels, and for a training batch with a single value for each
 * channel.
 *
 * Sources: https://arxiv.org/abs/1502.03167, https://docs.pytorch.org/docs/2.15/generated/torch.nn.BatchNorm1d.html
 */
export class BatchNorm1d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNorm1dOptions = {}) {
    super(numFeatures, options, 'BatchNorm1d');
  }

  forward(x: Tensor): Tensor {
    assertTensor('BatchNorm1d', 'the input', x);
    const { numFeatures } = this;
    if ((x.ndim !== 2 && x.ndim !== 3) || x.shape[1] !== numFeatures) {
      throw new ShapeError(
        `BatchNorm1d: expected an input of shape [N, ${numFeatures}] or [N, ${numFeatures}, L], got ${formatShape(x.shape)}`,
      );
    }
    return this.normalize(x);
  }
}

/**
 * The same for each channel of images [N, C, H, W]; see {@link BatchNorm1d}.
 *
 * Throws {@link ShapeError} for another rank or number of channels, and for a training batch with a single value for each
 * channel.
 *
 * Sources: https://arxiv.org/abs/1502.03167, https://docs.pytorch.org/docs/2.15/generated/torch.nn.BatchNorm2d.html
 */
export class BatchNorm2d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNorm2dOptions = {}) {
    super(numFeatures, options, 'BatchNorm2d');
  }

  forward(x: Tensor): Tensor {
    assertTensor('BatchNorm2d', 'the input', x);
    const { numFeatures } = this;
    if (x.ndim !== 4 || x.shape[1] !== numFeatures) {
      throw new ShapeError(
        `BatchNorm2d: expected an input of shape [N, ${numFeatures}, H, W], got ${formatShape(x.shape)}`,
      );
    }
    return this.normalize(x);
  }
}

import { assertTensor } from '../arguments.ts';
import { guard } from '../capture/context.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { ChannelNorm } from './channel-norm.ts';
import { instanceNorm } from './functional/instance-norm.ts';

export interface InstanceNorm1dOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Weight of a new batch in the running statistics; null for 0. Default 0.1. */
  readonly momentum?: number | null;
  /** Scale and shift each channel by learned parameters. Default false. */
  readonly affine?: boolean;
  /** Keep running statistics, and normalize by them in evaluation. Default false. */
  readonly trackRunningStats?: boolean;
}

export type InstanceNorm2dOptions = InstanceNorm1dOptions;

abstract class InstanceNorm extends ChannelNorm {
  readonly #axes: 1 | 2;

  constructor(axes: 1 | 2, numFeatures: number, options: InstanceNorm1dOptions, name: string) {
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = false,
      trackRunningStats = false,
    } = checkOptions(name, options, {
      eps: true,
      momentum: true,
      affine: true,
      trackRunningStats: true,
    });
    super(numFeatures, { eps, momentum, affine, trackRunningStats });
    this.#axes = axes;
  }

  forward(x: Tensor): Tensor {
    const { name } = this.constructor;
    const { numFeatures, runningMean, runningVar, weight, bias, eps } = this;
    assertTensor(name, 'the input', x);
    const lead = x.ndim - this.#axes;
    const counts = weight !== undefined || runningMean !== undefined;
    if ((lead !== 1 && lead !== 2) || (counts && x.shape[lead - 1] !== numFeatures)) {
      const sizes = [numFeatures, ...(this.#axes === 1 ? ['L'] : ['H', 'W'])];
      throw new ShapeError(
        `${name}: expected an input of shape [${sizes.join(', ')}] or [N, ${sizes.join(', ')}], got ${formatShape(x.shape)}`,
      );
    }
    guard(() => this.training);
    const useInputStats = this.training || runningMean === undefined;
    const momentum = this.momentum ?? 0;
    const options = { runningMean, runningVar, weight, bias, useInputStats, momentum, eps };
    return lead === 1 ? instanceNorm(x.unsqueeze(0), options).squeeze(0) : instanceNorm(x, options);
  }
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel of each sample of an input [N, C, L] or [C, L], with mean and population
 * variance over the sample. By default without parameters and running statistics.
 *
 * @throws {ShapeError} for another rank or number of channels, and for a single element in each channel.
 *
 * Sources: https://arxiv.org/abs/1607.08022, https://docs.pytorch.org/docs/2.15/generated/torch.nn.InstanceNorm1d.html
 */
export class InstanceNorm1d extends InstanceNorm {
  constructor(numFeatures: number, options: InstanceNorm1dOptions = {}) {
    super(1, numFeatures, options, 'InstanceNorm1d');
  }
}

/**
 * The same for images [N, C, H, W] or [C, H, W]; see {@link InstanceNorm1d}.
 *
 * @throws {ShapeError} for another rank or number of channels, and for a single element in each channel.
 *
 * Sources: https://arxiv.org/abs/1607.08022, https://docs.pytorch.org/docs/2.15/generated/torch.nn.InstanceNorm2d.html
 */
export class InstanceNorm2d extends InstanceNorm {
  constructor(numFeatures: number, options: InstanceNorm2dOptions = {}) {
    super(2, numFeatures, options, 'InstanceNorm2d');
  }
}

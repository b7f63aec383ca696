import { assertBoolean, assertNumber, assertTensor, shapeArgument } from '../arguments.ts';
import { guard } from '../capture/context.ts';
import { ones, zeros } from '../create.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { Buffer } from './buffer.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonBool, pythonFloat } from './python-text.ts';

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
export class BatchNorm1d extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly runningMean: Buffer | undefined;
  readonly runningVar: Buffer | undefined;
  readonly numBatchesTracked: Buffer | undefined;

  constructor(numFeatures: number, options: BatchNorm1dOptions = {}) {
    super();
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = true,
      trackRunningStats = true,
    } = checkOptions('BatchNorm1d', options, {
      eps: true,
      momentum: true,
      affine: true,
      trackRunningStats: true,
    });
    const shape = [numFeatures];
    shapeArgument('BatchNorm1d', shape);
    assertNumber('BatchNorm1d', 'eps', eps);
    if (momentum !== null) assertNumber('BatchNorm1d', 'momentum', momentum);
    assertBoolean('BatchNorm1d', 'affine', affine);
    assertBoolean('BatchNorm1d', 'trackRunningStats', trackRunningStats);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(ones(shape)) : undefined;
    this.bias = affine ? new Parameter(zeros(shape)) : undefined;
    this.runningMean = trackRunningStats ? new Buffer(zeros(shape)) : undefined;
    this.runningVar = trackRunningStats ? new Buffer(ones(shape)) : undefined;
    this.numBatchesTracked = trackRunningStats ? new Buffer(zeros([], { dtype: 'int32' })) : undefined;
  }

  forward(x: Tensor): Tensor {
    assertTensor('BatchNorm1d', 'the input', x);
    const { numFeatures, runningMean, runningVar, weight, bias, eps } = this;
    if ((x.ndim !== 2 && x.ndim !== 3) || x.shape[1] !== numFeatures) {
      throw new ShapeError(
        `BatchNorm1d: expected an input of shape [N, ${numFeatures}] or [N, ${numFeatures}, L], got ${formatShape(x.shape)}`,
      );
    }
    guard(() => this.training);
    const training = this.training || runningMean === undefined;
    const momentum = this.training ? this.#countBatch() : 0;
    return x.batchNorm({ runningMean, runningVar, weight, bias, training, momentum, eps });
  }

  /** Counts a training batch, and gives the weight that it has in the running statistics. */
  #countBatch(): number {
    const count = this.numBatchesTracked?.add_(1);
    return this.momentum ?? (count === undefined ? 0 : 1 / count.item());
  }

  protected override extraRepr(): string {
    const momentum = this.momentum === null ? 'None' : pythonFloat(this.momentum);
    return [
      this.numFeatures,
      `eps=${pythonFloat(this.eps)}`,
      `momentum=${momentum}`,
      `affine=${pythonBool(this.weight !== undefined)}`,
      `bias=${pythonBool(this.bias !== undefined)}`,
      `track_running_stats=${pythonBool(this.runningMean !== undefined)}`,
    ].join(', ');
  }
}

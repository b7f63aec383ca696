import {
  assertBoolean,
  assertGenerator,
  assertNumber,
  assertProbability,
  assertTensor,
  shapeArgument,
} from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { noGrad } from '../autograd/mode.ts';
import { uploadOnReplay } from '../capture/dynamic.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { batchNorm } from '../ops/batch-norm.ts';
import { layerNorm } from '../ops/layer-norm.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import { defaultGenerator } from '../random/default-generator.ts';
import { fillBernoulli } from '../random/distributions.ts';
import type { Generator } from '../random/generator.ts';
import { isContiguous, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { assertFloat } from './axes.ts';
import { hasKernel } from './has-kernel.ts';

/** Arguments of `batchNorm`; statistics and affine parameters have shape [C]. */
export interface BatchNormOptions {
  readonly runningMean?: Tensor | undefined;
  readonly runningVar?: Tensor | undefined;
  readonly weight?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
  /** Use the batch's own statistics, and move the running ones towards them. Default false. */
  readonly training?: boolean;
  /** Weight of the new batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const batchNormOptionNames: OptionNames<BatchNormOptions> = {
  runningMean: true,
  runningVar: true,
  weight: true,
  bias: true,
  training: true,
  momentum: true,
  eps: true,
};

function expectShape(op: string, what: string, got: Tensor | undefined, shape: readonly number[]): void {
  if (got === undefined) return;
  assertTensor(op, what, got);
  if (!sameShape(got.shape, shape)) {
    throw new ShapeError(
      `${op}: expected a ${what} of shape ${formatShape(shape)}, got ${formatShape(got.shape)}`,
    );
  }
}

const kept = { keepdim: true };

/** Normalizations and dropout. */
export class Normalization {
  /**
   * (x − x̄) / √(var + eps) · weight + bias, with mean and population variance over the last axes, whose sizes are
   * `normalizedShape`. Default eps 1e-5.
   *
   * Source: https://arxiv.org/abs/1607.06450
   */
  layerNorm(
    this: Tensor,
    normalizedShape: readonly number[],
    weight?: Tensor,
    bias?: Tensor,
    eps = 1e-5,
  ): Tensor {
    this.assertLive('layerNorm');
    shapeArgument('layerNorm', normalizedShape);
    assertNumber('layerNorm', 'eps', eps);
    const tail = normalizedShape.length === 0 ? [] : this.shape.slice(-normalizedShape.length);
    if (normalizedShape.length === 0 || !sameShape(tail, normalizedShape)) {
      throw new ShapeError(
        `layerNorm: expected an input whose shape ends in ${formatShape(normalizedShape)}, got ${formatShape(this.shape)}`,
      );
    }
    expectShape('layerNorm', 'weight', weight, normalizedShape);
    expectShape('layerNorm', 'bias', bias, normalizedShape);
    if (this.numel > 0 && hasKernel(this, 'layerNorm', weight, bias)) {
      const attributes = { axes: normalizedShape.length, eps };
      const affine = weight === undefined ? [] : bias === undefined ? [weight] : [weight, bias];
      const normal = apply(layerNorm, [this, ...affine], attributes);
      return weight === undefined && bias !== undefined ? normal.add(bias) : normal;
    }
    const axes = normalizedShape.map((_, i) => this.ndim - normalizedShape.length + i);
    const deviation = this.sub(this.mean(axes, kept));
    let result = deviation.mul(deviation.square().mean(axes, kept).add(eps).rsqrt());
    if (weight !== undefined) result = result.mul(weight);
    return bias === undefined ? result : result.add(bias);
  }

  /**
   * (x − mean) / √(var + eps) · weight + bias for each channel (axis 1). In training the mean and population
   * variance are the batch's, and the running statistics move by `momentum` towards the mean and the unbiased
   * variance, in place; otherwise the running ones are used. A batch without elements moves nothing.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.batch_norm.html
   */
  batchNorm(this: Tensor, options: BatchNormOptions = {}): Tensor {
    const {
      runningMean,
      runningVar,
      weight,
      bias,
      training = false,
      momentum = 0.1,
      eps = 1e-5,
    } = checkOptions('batchNorm', options, batchNormOptionNames);
    this.assertLive('batchNorm');
    assertBoolean('batchNorm', 'training', training);
    assertNumber('batchNorm', 'momentum', momentum);
    assertNumber('batchNorm', 'eps', eps);
    if (this.ndim < 2) {
      throw new ShapeError(
        `batchNorm: expected at least 2 dims [N, C, …], got shape ${formatShape(this.shape)}`,
      );
    }
    const channels = [this.shape[1]!];
    for (const [what, got] of Object.entries({ runningMean, runningVar, weight, bias })) {
      expectShape('batchNorm', what, got, channels);
    }
    const perChannel = (x: Tensor): Tensor => x.reshape(this.shape.map((size, d) => (d === 1 ? size : 1)));
    const axes = [...this.shape.keys()].filter((d) => d !== 1);
    const affine = (x: Tensor): Tensor => {
      const scaled = weight === undefined ? x : x.mul(perChannel(weight));
      return bias === undefined ? scaled : scaled.add(perChannel(bias));
    };
    if (this.numel === 0 && training) return affine(this.clone());
    let mean: Tensor;
    let variance: Tensor;
    if (training) {
      const count = this.numel / Math.max(this.shape[1]!, 1);
      if (count <= 1) {
        throw new ShapeError(
          `batchNorm: expected more than 1 value per channel when training, got shape ${formatShape(this.shape)}`,
        );
      }
      const running = [runningMean, runningVar].filter((x) => x !== undefined);
      if (
        running.length !== 1 &&
        hasKernel(this, 'batchNorm', runningMean, runningVar, weight, bias) &&
        running.every(({ shape, strides }) => isContiguous(shape, strides))
      ) {
        const operands = weight === undefined ? [] : bias === undefined ? [weight] : [weight, bias];
        const attributes = { eps, momentum, running: running.map((x) => x.strided) };
        const normal = apply(batchNorm, [this, ...operands], attributes);
        return weight === undefined && bias !== undefined ? normal.add(perChannel(bias)) : normal;
      }
      mean = this.mean(axes, kept);
      variance = this.sub(mean).square().mean(axes, kept);
      noGrad(() => {
        runningMean?.mul_(1 - momentum).add_(mean.reshape(channels).mul(momentum));
        runningVar?.mul_(1 - momentum).add_(variance.reshape(channels).mul((momentum * count) / (count - 1)));
      });
    } else {
      if (runningMean === undefined || runningVar === undefined) {
        throw new ArgumentError('batchNorm: expected runningMean and runningVar when not training');
      }
      mean = perChannel(runningMean);
      variance = perChannel(runningVar);
    }
    return affine(this.sub(mean).mul(variance.add(eps).rsqrt()));
  }

  /**
   * In training, each element is 0 with probability p, else x/(1 − p); otherwise x itself. Default p = 0.5.
   * Draws from the default generator, in the order PyTorch does.
   *
   * @throws {DTypeError} in training for other than floats.
   *
   * Source: https://jmlr.org/papers/v15/srivastava14a.html
   */
  dropout(this: Tensor, p = 0.5, training = true, generator: Generator = defaultGenerator): Tensor {
    this.assertLive('dropout');
    assertProbability('dropout', p);
    assertBoolean('dropout', 'training', training);
    assertGenerator('dropout', generator);
    if (!training || p === 0) return this;
    assertFloat('dropout', this);
    if (p === 1) return this.mul(this.newZeros([]));
    const draw = () => fillBernoulli(new Float32Array(this.numel), generator, 1 - p);
    const mask = this.wrap(uploadOnReplay(this.storage.backend, 'float32', this.shape, draw), undefined);
    return this.mul(mask.toDType(this.dtype).div_(1 - p));
  }
}

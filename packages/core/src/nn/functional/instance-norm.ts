import { assertBoolean, assertTensor } from '../../arguments.ts';
import { noGrad } from '../../autograd/mode.ts';
import { ArgumentError, formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';

/** Arguments of `instanceNorm`; statistics and affine parameters have shape [C]. */
export interface InstanceNormFunctionOptions {
  readonly runningMean?: Tensor | undefined;
  readonly runningVar?: Tensor | undefined;
  readonly weight?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
  /** Use the statistics of each sample, and move the running ones towards their mean. Default true. */
  readonly useInputStats?: boolean;
  /** Weight of the new batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel of each sample of [N, C, …], with mean and population variance over the
 * sample; without `useInputStats` with the running statistics.
 *
 * @throws {ShapeError} for statistics or parameters of another shape, and for a single element in each channel.
 *
 * Sources: https://arxiv.org/abs/1607.08022, https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.instance_norm.html
 */
export function instanceNorm(input: Tensor, options: InstanceNormFunctionOptions = {}): Tensor {
  const {
    useInputStats = true,
    runningMean,
    runningVar,
    weight,
    bias,
    momentum,
    eps,
  } = checkOptions('instanceNorm', options, {
    runningMean: true,
    runningVar: true,
    weight: true,
    bias: true,
    useInputStats: true,
    momentum: true,
    eps: true,
  });
  assertTensor('instanceNorm', 'input', input);
  assertBoolean('instanceNorm', 'useInputStats', useInputStats);
  const [samples, channels, ...rest] = input.shape;
  if (samples === undefined || channels === undefined || rest.length === 0) {
    throw new ShapeError(`instanceNorm: expected an input [N, C, …], got shape ${formatShape(input.shape)}`);
  }
  if (useInputStats && rest.every((size) => size === 1)) {
    throw new ShapeError(
      `instanceNorm: expected more than 1 element in each channel of a sample, got shape ${formatShape(input.shape)}`,
    );
  }
  if (!useInputStats && (runningMean === undefined || runningVar === undefined)) {
    throw new ArgumentError('instanceNorm: expected runningMean and runningVar without useInputStats');
  }
  for (const [what, x] of Object.entries({ runningMean, runningVar, weight, bias })) {
    if (x === undefined) continue;
    assertTensor('instanceNorm', what, x);
    if (x.ndim === 1 && x.shape[0] === channels) continue;
    throw new ShapeError(
      `instanceNorm: expected a ${what} of shape [${channels}], got ${formatShape(x.shape)}`,
    );
  }
  const forEach = (x: Tensor | undefined): Tensor | undefined => x?.repeat(samples);
  const [mean, variance] = noGrad(() => [forEach(runningMean), forEach(runningVar)] as const);
  const normal = input.reshape([1, samples * channels, ...rest]).batchNorm({
    runningMean: mean,
    runningVar: variance,
    weight: forEach(weight),
    bias: forEach(bias),
    training: useInputStats,
    ...(momentum !== undefined && { momentum }),
    ...(eps !== undefined && { eps }),
  });
  if (useInputStats && samples > 0) {
    noGrad(() => {
      runningMean?.copy_(mean!.reshape([samples, channels]).mean(0));
      runningVar?.copy_(variance!.reshape([samples, channels]).mean(0));
    });
  }
  return normal.reshape(input.shape);
}

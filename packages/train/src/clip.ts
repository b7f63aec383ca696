import { ArgumentError, noGrad, scope, stack, type Tensor, tensor } from '@kindling/core';
import { assertNumber, assertTensor, checkOptions, describeValue } from '@kindling/core/internal';

export interface ClipGradNormOptions {
  /** p of the norm (Σ |g|ᵖ)^(1/p); Infinity for the largest |g|. Default 2. */
  readonly normType?: number;
  /** Throw when the norm is NaN or infinite, instead of spreading it. Reads the norm on the host. Default false. */
  readonly errorIfNonfinite?: boolean;
}

function gradientsOf(op: string, parameters: Iterable<Tensor>): Tensor[] {
  if (typeof parameters !== 'object' || parameters === null || !(Symbol.iterator in parameters)) {
    throw new ArgumentError(`${op}: expected parameters, got ${describeValue(parameters)}`);
  }
  return [...parameters].flatMap((parameter) => {
    assertTensor(op, 'each parameter', parameter);
    const { grad } = parameter;
    return grad === null ? [] : [grad];
  });
}

/**
 * Scales all gradients together, in place, by min(1, maxNorm / (‖g‖ + 10⁻⁶)), where ‖g‖ is the norm of all of them as one
 * vector. Parameters without a gradient are passed over.
 *
 * @returns ‖g‖ before scaling, as a scalar tensor, so that a step need not wait for its device; 0 without gradients.
 *
 * Throws `ArgumentError` for a negative maxNorm, and with `errorIfNonfinite` for a norm that is not finite.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.clip_grad_norm_.html
 */
export function clipGradNorm(
  parameters: Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  const { normType = 2, errorIfNonfinite = false } = checkOptions('clipGradNorm', options, {
    normType: true,
    errorIfNonfinite: true,
  });
  if (!(typeof maxNorm === 'number' && maxNorm >= 0)) {
    throw new ArgumentError(`clipGradNorm: expected a maxNorm of at least 0, got ${describeValue(maxNorm)}`);
  }
  assertNumber('clipGradNorm', 'normType', normType);
  const gradients = gradientsOf('clipGradNorm', parameters);
  if (gradients.length === 0) return tensor(0);
  return scope(() =>
    noGrad(() => {
      const norm = stack(gradients.map((grad) => grad.norm(normType))).norm(normType);
      if (errorIfNonfinite && !Number.isFinite(norm.item())) {
        throw new ArgumentError(`clipGradNorm: expected a finite norm, got ${norm.item()}`);
      }
      const factor = norm.add(1e-6).reciprocal().mul_(maxNorm).clamp(undefined, 1);
      for (const grad of gradients) grad.mul_(factor);
      return norm;
    }),
  );
}

/**
 * Cuts every element of every gradient to [−value, value], in place.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.utils.clip_grad_value_.html
 */
export function clipGradValue(parameters: Iterable<Tensor>, value: number): void {
  if (!(typeof value === 'number' && value >= 0)) {
    throw new ArgumentError(`clipGradValue: expected a value of at least 0, got ${describeValue(value)}`);
  }
  noGrad(() => {
    for (const grad of gradientsOf('clipGradValue', parameters))
      scope(() => void grad.copy_(grad.clamp(-value, value)));
  });
}

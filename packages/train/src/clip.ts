import { ArgumentError, noGrad, scope, stack, type Tensor, tensor } from '@kindling/core';

export interface ClipGradNormOptions {
  /** p of the norm (Σ |g|ᵖ)^(1/p); Infinity for the largest |g|. Default 2. */
  readonly normType?: number;
  /** Throw when the norm is NaN or infinite, instead of spreading it. Reads the norm on the host. Default false. */
  readonly errorIfNonfinite?: boolean;
}

const gradientsOf = (parameters: Iterable<Tensor>): Tensor[] =>
  [...parameters].flatMap(({ grad }) => (grad === null ? [] : [grad]));

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
  { normType = 2, errorIfNonfinite = false }: ClipGradNormOptions = {},
): Tensor {
  const gradients = gradientsOf(parameters);
  if (!(maxNorm >= 0))
    throw new ArgumentError(`clipGradNorm: expected a maxNorm of 0 or more, got ${maxNorm}`);
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
  if (!(value >= 0)) throw new ArgumentError(`clipGradValue: expected a value of 0 or more, got ${value}`);
  noGrad(() => {
    for (const grad of gradientsOf(parameters)) scope(() => void grad.copy_(grad.clamp(-value, value)));
  });
}

import { dynamicScalar, guard } from '@kindling/core';
import { addcdiv, addScaled, updateMoments } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertBetas, assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';

export interface RAdamOptions extends OptimizerOptions {
  /** β₁ and β₂ in [0, 1): decay of the running means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, 0 or more, added to the denominator. Default 1e-8. */
  eps: number;
  /** Whether weight decay shrinks the parameter itself, as in AdamW, and stays out of the means. Default false. */
  decoupledWeightDecay: boolean;
}

/** rₜ; undefined while the variance of v is not known, where ρₜ is 5 or less. */
function rectification(step: number, beta2: number): number | undefined {
  const most = 2 / (1 - beta2) - 1;
  const length = most - (2 * step * beta2 ** step) / (1 - beta2 ** step);
  if (!(length > 5)) return undefined;
  return Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
}

const rule: UpdateRule<RAdamOptions> = {
  name: 'RAdam',
  check: ({ lr, betas, eps, weightDecay, decoupledWeightDecay, maximize }) => {
    assertNotNegative('RAdam', { lr, eps, weightDecay });
    assertFlags('RAdam', { decoupledWeightDecay, maximize });
    assertBetas('RAdam', betas);
  },
  update: (update, options) => {
    const { param, state } = update;
    const {
      betas: [beta1, beta2],
      eps,
    } = options;
    // What is recorded holds on this side of the step from which on the variance is known.
    guard(() => rectification(state.step + 1, beta2) === undefined);
    const { mean, meanSquare } = updateMoments(update, options);
    const rate = (): number => -options.lr / (1 - beta1 ** state.step);
    if (rectification(state.step, beta2) === undefined) {
      addScaled(param, mean, dynamicScalar(rate, param));
      return;
    }
    const rectified = (): number =>
      rate() * rectification(state.step, beta2)! * Math.sqrt(1 - beta2 ** state.step);
    addcdiv(param, mean, meanSquare.sqrt().add_(eps), dynamicScalar(rectified, param));
  },
};

/**
 * Rectified Adam: Adam, but without the division by √v while the variance of v is not known. With g the gradient and λ · param, t
 * counting from 1, ρ∞ = 2/(1 − β₂) − 1, ρₜ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ), and
 * rₜ = √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ)):
 *
 *     m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²
 *     param ← param − lr · m/(1 − β₁ᵗ) · rₜ√(1 − β₂ᵗ) / (√v + ε)   where ρₜ > 5
 *     param ← param − lr · m/(1 − β₁ᵗ)                             else
 *
 * Defaults: lr 1e-3, betas [0.9, 0.999], eps 1e-8, weightDecay 0. Throws `ArgumentError` for negative options and betas
 * outside [0, 1).
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.RAdam.html, https://arxiv.org/abs/1908.03265
 */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(params: OptimizerParameters<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<RAdamOptions>(
        'RAdam',
        {
          lr: 1e-3,
          betas: [0.9, 0.999],
          eps: 1e-8,
          weightDecay: 0,
          decoupledWeightDecay: false,
          maximize: false,
        },
        options,
      ),
    );
  }
}

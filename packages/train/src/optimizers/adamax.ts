import { dynamicScalar, zerosLike } from '@kindling/core';
import { addcdiv, effectiveGradient, lerp } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertBetas, assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';

export interface AdamaxOptions extends OptimizerOptions {
  /** β₁ and β₂ in [0, 1): decay of the running mean of the gradient and of its largest size. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, 0 or more, added to the size of the gradient. Default 1e-8. */
  eps: number;
}

const rule: UpdateRule<AdamaxOptions> = {
  name: 'Adamax',
  check: ({ lr, betas, eps, weightDecay, maximize }) => {
    assertNotNegative('Adamax', { lr, eps, weightDecay });
    assertFlags('Adamax', { maximize });
    assertBetas('Adamax', betas);
  },
  update: ({ param, grad, state }, options) => {
    const {
      betas: [beta1, beta2],
      eps,
    } = options;
    state.countStep();
    const gradient = effectiveGradient(param, grad, options);
    const mean = lerp(
      state.tensor('exp_avg', () => zerosLike(param)),
      gradient,
      beta1,
    );
    const norm = state.tensor('exp_inf', () => zerosLike(param));
    norm.copy_(norm.mul(beta2).maximum(gradient.abs().add_(eps)));
    const rate = dynamicScalar(() => -options.lr / (1 - beta1 ** state.step), param);
    addcdiv(param, mean, norm, rate);
  },
};

/**
 * Adam by the infinity norm. With g the gradient and λ · param, and t counting from 1:
 *
 *     m ← β₁m + (1 − β₁)g,   u ← max(β₂u, |g| + ε)
 *     param ← param − lr/(1 − β₁ᵗ) · m/u
 *
 * Defaults: lr 2e-3, betas [0.9, 0.999], eps 1e-8, weightDecay 0. Throws `ArgumentError` for negative options and betas
 * outside [0, 1).
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.Adamax.html, https://arxiv.org/abs/1412.6980
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(params: OptimizerParameters<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<AdamaxOptions>(
        'Adamax',
        {
          lr: 2e-3,
          betas: [0.9, 0.999],
          eps: 1e-8,
          weightDecay: 0,
          maximize: false,
        },
        options,
      ),
    );
  }
}

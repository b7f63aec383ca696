import { dynamicScalar } from '@kindling/core';
import { addcdiv, updateMoments } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertBetas, assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';

export interface NAdamOptions extends OptimizerOptions {
  /** β₁ and β₂ in [0, 1): decay of the running means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, 0 or more, added to the denominator. Default 1e-8. */
  eps: number;
  /** ψ, 0 or more: how fast the momentum comes near β₁. Default 4e-3. */
  momentumDecay: number;
  /** Whether weight decay shrinks the parameter itself, as in AdamW, and stays out of the means. Default false. */
  decoupledWeightDecay: boolean;
}

const rule: UpdateRule<NAdamOptions> = {
  name: 'NAdam',
  check: ({ lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize }) => {
    assertNotNegative('NAdam', { lr, eps, weightDecay, momentumDecay });
    assertFlags('NAdam', { decoupledWeightDecay, maximize });
    assertBetas('NAdam', betas);
  },
  numbers: ['mu_product'],
  update: (update, options) => {
    const { param, state } = update;
    const {
      betas: [beta1, beta2],
      eps,
      momentumDecay,
    } = options;
    const momentum = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
    const { gradient, mean, meanSquare } = updateMoments(update, options);
    // In float32 as PyTorch keeps it, whatever the dtype of the parameter.
    state.advance('mu_product', 1, (product) => Math.fround(product * Math.fround(momentum(state.step))));
    const denominator = meanSquare
      .div(dynamicScalar(() => 1 - beta2 ** state.step, param))
      .sqrt()
      .add_(eps);
    const now = (): number => (-options.lr * (1 - momentum(state.step))) / (1 - state.number('mu_product'));
    const next = (): number => {
      const ahead = momentum(state.step + 1);
      return (-options.lr * ahead) / (1 - state.number('mu_product') * ahead);
    };
    addcdiv(param, gradient, denominator, dynamicScalar(now, param));
    addcdiv(param, mean, denominator, dynamicScalar(next, param));
  },
};

/**
 * Adam with Nesterov's momentum. With g the gradient and λ · param, t counting from 1, and μₜ = β₁(1 − ½ · 0.96^(tψ)):
 *
 *     m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²
 *     param ← param − lr · ((1 − μₜ)/(1 − μ₁…μₜ) · g + μₜ₊₁/(1 − μ₁…μₜ₊₁) · m) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * Defaults: lr 2e-3, betas [0.9, 0.999], eps 1e-8, weightDecay 0, momentumDecay 4e-3. Throws `ArgumentError` for negative
 * options and betas outside [0, 1).
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.NAdam.html
 */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(params: OptimizerParameters<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<NAdamOptions>(
        'NAdam',
        {
          lr: 2e-3,
          betas: [0.9, 0.999],
          eps: 1e-8,
          weightDecay: 0,
          momentumDecay: 4e-3,
          decoupledWeightDecay: false,
          maximize: false,
        },
        options,
      ),
    );
  }
}

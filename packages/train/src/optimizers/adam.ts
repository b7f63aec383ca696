import { dynamicScalar, type Tensor, zerosLike } from '@kindling/core';
import { optimizerStep } from '@kindling/core/internal';
import { addcdiv, effectiveGradient, lerp, lerpSquare, stepTensors } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertBetas, assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, ParameterUpdate, UpdateRule } from './update-rule.ts';

export interface AdamOptions extends OptimizerOptions {
  /** β₁ and β₂ in [0, 1): decay of the running means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, 0 or more, added to the denominator. Default 1e-8. */
  eps: number;
  /** Divide by the largest mean square so far. Default false. */
  amsgrad: boolean;
}

/** Throws `ArgumentError` for options out of range. */
export function checkAdam(
  name: string,
  { lr, betas, eps, weightDecay, amsgrad, maximize }: Readonly<AdamOptions>,
): void {
  assertNotNegative(name, { lr, eps, weightDecay });
  assertFlags(name, { amsgrad, maximize });
  assertBetas(name, betas);
}

/** m, v and param of one step along `direction`. */
export function updateAdam(
  { param, state }: ParameterUpdate,
  direction: Tensor,
  options: Readonly<AdamOptions>,
): void {
  const {
    betas: [beta1, beta2],
    eps,
    amsgrad,
  } = options;
  state.countStep();
  const mean = state.tensor('exp_avg', () => zerosLike(param));
  const meanSquare = state.tensor('exp_avg_sq', () => zerosLike(param));
  lerp(mean, direction, beta1);
  lerpSquare(meanSquare, direction, beta2);
  let scale = meanSquare;
  if (amsgrad) {
    scale = state.tensor('max_exp_avg_sq', () => zerosLike(param));
    scale.copy_(scale.maximum(meanSquare));
  }
  const denominator = scale
    .sqrt()
    .div_(dynamicScalar(() => Math.sqrt(1 - beta2 ** state.step), param))
    .add_(eps);
  const size = dynamicScalar(() => -options.lr / (1 - beta1 ** state.step), param);
  addcdiv(param, mean, denominator, size);
}

/** The same for many parameters by one kernel. `decay` is what it multiplies them with first. */
export function fusedAdamStep(
  updates: readonly ParameterUpdate[],
  weightDecay: number,
  options: Readonly<AdamOptions>,
  decay: () => number,
): void {
  const {
    betas: [beta1, beta2],
    eps,
    amsgrad,
    maximize,
  } = options;
  const { state } = updates[0]!;
  const kept = ['exp_avg', 'exp_avg_sq', ...(amsgrad ? ['max_exp_avg_sq'] : [])];
  optimizerStep(
    'adamStep',
    stepTensors(updates, kept),
    { weightDecay, maximize, beta1, beta2, eps, amsgrad },
    [() => options.lr / (1 - beta1 ** state.step), () => Math.sqrt(1 - beta2 ** state.step), decay],
    'step',
  );
}

const rule: UpdateRule<AdamOptions> = {
  name: 'Adam',
  check: (options) => checkAdam('Adam', options),
  update: (update, options) =>
    updateAdam(update, effectiveGradient(update.param, update.grad, options), options),
  fused: {
    kernel: 'adamStep',
    update: (updates, options) => fusedAdamStep(updates, options.weightDecay, options, () => 1),
  },
};

/**
 * Adam. With g the gradient and λ · param, and t counting from 1:
 *
 *     m ← β₁m + (1 − β₁)g
 *     v ← β₂v + (1 − β₂)g²   (the largest v so far with amsgrad)
 *     param ← param − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
 *
 * Defaults: lr 1e-3, betas [0.9, 0.999], eps 1e-8, weightDecay 0. Throws `ArgumentError` for negative options and betas
 * outside [0, 1).
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.Adam.html, https://arxiv.org/abs/1412.6980
 */
export class Adam extends Optimizer<AdamOptions> {
  constructor(params: OptimizerParameters<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<AdamOptions>(
        'Adam',
        {
          lr: 1e-3,
          betas: [0.9, 0.999],
          eps: 1e-8,
          weightDecay: 0,
          amsgrad: false,
          maximize: false,
        },
        options,
      ),
    );
  }
}

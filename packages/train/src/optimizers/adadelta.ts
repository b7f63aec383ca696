import { ArgumentError, dynamicScalar, zerosLike } from '@kindling/core';
import { addScaled, effectiveGradient, lerpSquare } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';

export interface AdadeltaOptions extends OptimizerOptions {
  /** ρ in [0, 1]: decay of the running means of squares. Default 0.9. */
  rho: number;
  /** ε, 0 or more, added under both roots. Default 1e-6. */
  eps: number;
}

const rule: UpdateRule<AdadeltaOptions> = {
  name: 'Adadelta',
  check: ({ lr, rho, eps, weightDecay, maximize }) => {
    assertNotNegative('Adadelta', { lr, rho, eps, weightDecay });
    assertFlags('Adadelta', { maximize });
    if (rho > 1) throw new ArgumentError(`Adadelta: expected rho in [0, 1], got ${rho}`);
  },
  update: ({ param, grad, state }, options) => {
    const { rho, eps } = options;
    state.countStep();
    const gradient = effectiveGradient(param, grad, options);
    const meanSquare = lerpSquare(
      state.tensor('square_avg', () => zerosLike(param)),
      gradient,
      rho,
    );
    const meanChange = state.tensor('acc_delta', () => zerosLike(param));
    const change = meanChange.add(eps).sqrt().div_(meanSquare.add(eps).sqrt()).mul_(gradient);
    lerpSquare(meanChange, change, rho);
    addScaled(
      param,
      change,
      dynamicScalar(() => -options.lr, param),
    );
  },
};

/**
 * Adadelta. With g the gradient and λ · param:
 *
 *     v ← ρv + (1 − ρ)g²,   d = √(u + ε)/√(v + ε) · g
 *     u ← ρu + (1 − ρ)d²
 *     param ← param − lr · d
 *
 * Defaults: lr 1, rho 0.9, eps 1e-6, weightDecay 0. Throws `ArgumentError` for negative options and a rho above 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.Adadelta.html, https://arxiv.org/abs/1212.5701
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(params: OptimizerParameters<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<AdadeltaOptions>(
        'Adadelta',
        { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false },
        options,
      ),
    );
  }
}

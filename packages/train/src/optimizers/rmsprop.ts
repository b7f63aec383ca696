import { dynamicScalar, zerosLike } from '@kindling/core';
import { optimizerStep } from '@kindling/core/internal';
import { addcdiv, addScaled, effectiveGradient, lerp, lerpSquare, stepTensors } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';

export interface RMSpropOptions extends OptimizerOptions {
  /** α, 0 or more: decay of the running mean of squares. Default 0.99. */
  alpha: number;
  /** ε, 0 or more, added to the denominator. Default 1e-8. */
  eps: number;
  /** μ, 0 or more: how much of the last direction is kept. Default 0. */
  momentum: number;
  /** Divide by the deviation, the mean square less the squared mean. Default false. */
  centered: boolean;
}

const rule: UpdateRule<RMSpropOptions> = {
  name: 'RMSprop',
  check: ({ lr, eps, momentum, weightDecay, alpha, centered, maximize }) => {
    assertNotNegative('RMSprop', { lr, eps, momentum, weightDecay, alpha });
    assertFlags('RMSprop', { centered, maximize });
  },
  update: ({ param, grad, state }, options) => {
    const { alpha, eps, momentum, centered } = options;
    state.countStep();
    const rate = dynamicScalar(() => -options.lr, param);
    const zeros = () => zerosLike(param);
    const direction = effectiveGradient(param, grad, options);
    let spread = lerpSquare(state.tensor('square_avg', zeros), direction, alpha);
    if (centered) {
      const mean = lerp(state.tensor('grad_avg', zeros), direction, alpha);
      spread = spread.sub(mean.square());
    }
    const denominator = spread.sqrt().add_(eps);
    if (momentum === 0) {
      addcdiv(param, direction, denominator, rate);
    } else {
      const velocity = state.tensor('momentum_buffer', zeros);
      addScaled(param, velocity.mul_(momentum).add_(direction.div(denominator)), rate);
    }
  },
  fused: {
    kernel: 'rmspropStep',
    update: (updates, options) => {
      const { weightDecay, maximize, alpha, eps, momentum, centered } = options;
      const kept = [
        'square_avg',
        ...(momentum === 0 ? [] : ['momentum_buffer']),
        ...(centered ? ['grad_avg'] : []),
      ];
      optimizerStep(
        'rmspropStep',
        stepTensors(updates, kept),
        { weightDecay, maximize, alpha, eps, momentum, centered },
        [() => options.lr],
        'options',
      );
    },
  },
};

/**
 * RMSprop. With g the gradient and λ · param:
 *
 *     s ← αs + (1 − α)g²,   with centered  a ← αa + (1 − α)g  and s − a² in the place of s
 *     v ← μv + g/(√s + ε)
 *     param ← param − lr · v
 *
 * Defaults: lr 1e-2, alpha 0.99, eps 1e-8, weightDecay 0, momentum 0. Throws `ArgumentError` for negative options.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.RMSprop.html
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(params: OptimizerParameters<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<RMSpropOptions>(
        'RMSprop',
        {
          lr: 1e-2,
          alpha: 0.99,
          eps: 1e-8,
          weightDecay: 0,
          momentum: 0,
          centered: false,
          maximize: false,
        },
        options,
      ),
    );
  }
}

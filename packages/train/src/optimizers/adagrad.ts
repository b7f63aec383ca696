import { dynamicScalar, fullLike } from '@kindling/core';
import { optimizerStep } from '@kindling/core/internal';
import { addcdiv, effectiveGradient, stepTensors } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';

export interface AdagradOptions extends OptimizerOptions {
  /** η, 0 or more: the rate at step t, from 1, is lr/(1 + (t − 1)η). Default 0. */
  lrDecay: number;
  /** Where the sum of squares starts, 0 or more. Default 0. */
  initialAccumulatorValue: number;
  /** ε, 0 or more, added to the denominator. Default 1e-10. */
  eps: number;
}

const rateOf = ({ lr, lrDecay }: Readonly<AdagradOptions>, step: number): number =>
  lr / (1 + (step - 1) * lrDecay);

const rule: UpdateRule<AdagradOptions> = {
  name: 'Adagrad',
  check: ({ lr, lrDecay, weightDecay, initialAccumulatorValue, eps, maximize }) => {
    assertNotNegative('Adagrad', { lr, lrDecay, weightDecay, initialAccumulatorValue, eps });
    assertFlags('Adagrad', { maximize });
  },
  update: ({ param, grad, state }, options) => {
    const { initialAccumulatorValue, eps } = options;
    state.countStep();
    const direction = effectiveGradient(param, grad, options);
    const sum = state.tensor('sum', () => fullLike(param, initialAccumulatorValue));
    sum.add_(direction.square());
    const rate = dynamicScalar(() => -rateOf(options, state.step), param);
    addcdiv(param, direction, sum.sqrt().add_(eps), rate);
  },
  fused: {
    kernel: 'adagradStep',
    update: (updates, options) => {
      const { weightDecay, maximize, initialAccumulatorValue, eps } = options;
      const { state } = updates[0]!;
      const tensors = stepTensors(updates, ['sum'], (param) => fullLike(param, initialAccumulatorValue));
      const rate = (): number => rateOf(options, state.step);
      optimizerStep('adagradStep', tensors, { weightDecay, maximize, eps }, [rate], 'step');
    },
  },
};

/**
 * Adagrad. With g the gradient and λ · param, and t counting from 1:
 *
 *     s ← s + g²
 *     param ← param − lr/(1 + (t − 1)η) · g/(√s + ε)
 *
 * Defaults: lr 1e-2, lrDecay 0, weightDecay 0, initialAccumulatorValue 0, eps 1e-10. Throws `ArgumentError` for negative options.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.Adagrad.html, https://jmlr.org/papers/v12/duchi11a.html
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(params: OptimizerParameters<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<AdagradOptions>(
        'Adagrad',
        {
          lr: 1e-2,
          lrDecay: 0,
          weightDecay: 0,
          initialAccumulatorValue: 0,
          eps: 1e-10,
          maximize: false,
        },
        options,
      ),
    );
  }
}

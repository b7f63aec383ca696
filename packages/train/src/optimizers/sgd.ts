import { ArgumentError, dynamicScalar } from '@kindling/core';
import { assertNumber, optimizerStep } from '@kindling/core/internal';
import { addScaled, effectiveGradient, stepTensors } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';

export interface SGDOptions extends OptimizerOptions {
  /** μ, 0 or more: how much of the last direction is kept. Default 0. */
  momentum: number;
  /** τ: how much of the new gradient is held back from the momentum. Default 0. */
  dampening: number;
  /** Look ahead along the momentum. Needs momentum, and no dampening. Default false. */
  nesterov: boolean;
}

const rule: UpdateRule<SGDOptions> = {
  name: 'SGD',
  check: ({ lr, momentum, weightDecay, dampening, nesterov, maximize }) => {
    assertNotNegative('SGD', { lr, momentum, weightDecay });
    assertNumber('SGD', 'dampening', dampening);
    assertFlags('SGD', { nesterov, maximize });
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new ArgumentError(
        `SGD: expected momentum above 0 and dampening 0 with nesterov, got ${momentum} and ${dampening}`,
      );
    }
  },
  update: ({ param, grad, state }, options) => {
    const { momentum, dampening, nesterov } = options;
    state.countStep();
    let direction = effectiveGradient(param, grad, options);
    if (momentum !== 0) {
      const isFirst = !state.has('momentum_buffer');
      const velocity = state.tensor('momentum_buffer', () => direction.clone());
      if (!isFirst) addScaled(velocity.mul_(momentum), direction, 1 - dampening);
      direction = nesterov ? direction.add(velocity.mul(momentum)) : velocity;
    }
    addScaled(
      param,
      direction,
      dynamicScalar(() => -options.lr, param),
    );
  },
  fused: {
    kernel: 'sgdStep',
    update: (updates, options) => {
      const { weightDecay, maximize, momentum, dampening, nesterov } = options;
      const isFirst = momentum !== 0 && !updates[0]!.state.has('momentum_buffer');
      const tensors = stepTensors(updates, momentum === 0 ? [] : ['momentum_buffer']);
      const attributes = { weightDecay, maximize, momentum, dampening, nesterov, isFirst };
      optimizerStep('sgdStep', tensors, attributes, [() => options.lr], 'options');
    },
  },
};

/**
 * Stochastic gradient effectiveGradient. With g the gradient and λ · param:
 *
 *     v ← μv + (1 − τ)g   (v ← g at the first step)
 *     param ← param − lr · v,   or lr · (g + μv) with nesterov
 *
 * Default lr 10⁻³. Throws `ArgumentError` for a negative lr, momentum or weightDecay, and for nesterov without momentum or with dampening.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.SGD.html
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(params: OptimizerParameters<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<SGDOptions>(
        'SGD',
        {
          lr: 1e-3,
          momentum: 0,
          dampening: 0,
          weightDecay: 0,
          nesterov: false,
          maximize: false,
        },
        options,
      ),
    );
  }
}

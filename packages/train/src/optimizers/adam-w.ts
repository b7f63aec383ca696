import { type AdamOptions, checkAdam, fusedAdamStep, updateAdam } from './adam.ts';
import { decayed } from './arithmetic.ts';
import { Optimizer, type OptimizerParameters } from './optimizer.ts';
import { resolveOptions } from './resolve-options.ts';
import type { UpdateRule } from './update-rule.ts';

export type AdamWOptions = AdamOptions;

const rule: UpdateRule<AdamWOptions> = {
  name: 'AdamW',
  check: (options) => checkAdam('AdamW', options),
  update: (update, options) => {
    const gradient = decayed(update.param, update.grad, { ...options, decoupledWeightDecay: true });
    updateAdam(update, gradient, options);
  },
  fused: {
    kernel: 'adamStep',
    update: (updates, options) =>
      fusedAdamStep(updates, 0, options, () => 1 - options.lr * options.weightDecay),
  },
};

/**
 * Adam with decoupled weight decay: param ← (1 − lr · λ)param, then Adam's step of the gradient alone, so that the decay is
 * not divided by √v.
 *
 * Defaults: lr 1e-3, betas [0.9, 0.999], eps 1e-8, weightDecay 1e-2. Throws `ArgumentError` for negative options and betas
 * outside [0, 1).
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.AdamW.html, https://arxiv.org/abs/1711.05101
 */
export class AdamW extends Optimizer<AdamWOptions> {
  constructor(params: OptimizerParameters<AdamWOptions>, options: Partial<AdamWOptions> = {}) {
    super(
      rule,
      params,
      resolveOptions<AdamWOptions>(
        'AdamW',
        {
          lr: 1e-3,
          betas: [0.9, 0.999],
          eps: 1e-8,
          weightDecay: 1e-2,
          amsgrad: false,
          maximize: false,
        },
        options,
      ),
    );
  }
}

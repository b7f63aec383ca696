import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { assertNotNegative } from '../optimizers/range.ts';
import { CountedSchedule } from './counted-schedule.ts';

export interface ExponentialLROptions {
  readonly gamma: number;
}

/**
 * lr ← γ · lr after every step.
 *
 * Throws `ArgumentError` for a negative gamma.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.ExponentialLR.html
 */
export class ExponentialLR extends CountedSchedule {
  constructor(optimizer: Optimizer, options: ExponentialLROptions) {
    const { gamma } = checkOptions('ExponentialLR', options, { gamma: true });
    assertNotNegative('ExponentialLR', { gamma });
    super('ExponentialLR', optimizer, (group, count) => {
      if (count > 0) group.lr *= gamma;
    });
  }
}

import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { assertNotNegative } from '../optimizers/range.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { assertCount } from './range.ts';

export interface StepLROptions {
  /** Steps between two changes, 1 or more. */
  readonly stepSize: number;
  /** Default 0.1. */
  readonly gamma?: number;
}

/**
 * lr ← γ · lr after every `stepSize` steps.
 *
 * Throws `ArgumentError` for a stepSize that is not a positive integer, and a negative gamma.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.StepLR.html
 */
export class StepLR extends CountedSchedule {
  constructor(optimizer: Optimizer, options: StepLROptions) {
    const { stepSize, gamma = 0.1 } = checkOptions('StepLR', options, { stepSize: true, gamma: true });
    assertCount('StepLR', 'stepSize', stepSize);
    assertNotNegative('StepLR', { gamma });
    super('StepLR', optimizer, (group, count) => {
      if (count > 0 && count % stepSize === 0) group.lr *= gamma;
    });
  }
}

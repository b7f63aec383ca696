import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { assertNotNegative } from '../optimizers/range.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { assertCount, assertListed } from './range.ts';

export interface MultiStepLROptions {
  /** The steps at which the rate changes, in any order; one listed twice counts twice. */
  readonly milestones: readonly number[];
  /** Default 0.1. */
  readonly gamma?: number;
}

/**
 * lr ← γ · lr at each milestone.
 *
 * Throws `ArgumentError` for a milestone that is not an integer of at least 0, and a negative gamma.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.MultiStepLR.html
 */
export class MultiStepLR extends CountedSchedule {
  constructor(optimizer: Optimizer, options: MultiStepLROptions) {
    const { milestones, gamma = 0.1 } = checkOptions('MultiStepLR', options, {
      milestones: true,
      gamma: true,
    });
    assertListed('MultiStepLR', 'milestones', milestones);
    for (const milestone of milestones) assertCount('MultiStepLR', 'a milestone', milestone, 0);
    assertNotNegative('MultiStepLR', { gamma });
    super('MultiStepLR', optimizer, (group, count) => {
      group.lr *= gamma ** milestones.filter((milestone) => milestone === count).length;
    });
  }
}

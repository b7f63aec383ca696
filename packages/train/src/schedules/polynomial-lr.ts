import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { assertNotNegative } from '../optimizers/range.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { assertCount } from './range.ts';

export interface PolynomialLROptions {
  /** T: steps until the rate is 0, 1 or more. Default 5. */
  readonly totalIters?: number;
  /** p, 0 or more. Default 1: a straight line. */
  readonly power?: number;
}

/**
 * lrₜ = lr₀(1 − t/T)^p up to T, and 0 after it, computed from the rate before it: lrₜ = lrₜ₋₁((1 − t/T)/(1 − (t − 1)/T))^p.
 *
 * Throws `ArgumentError` for a totalIters that is not a positive integer, and a negative power.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.PolynomialLR.html
 */
export class PolynomialLR extends CountedSchedule {
  constructor(optimizer: Optimizer, options: PolynomialLROptions = {}) {
    const { totalIters = 5, power = 1 } = checkOptions('PolynomialLR', options, {
      totalIters: true,
      power: true,
    });
    assertCount('PolynomialLR', 'totalIters', totalIters);
    assertNotNegative('PolynomialLR', { power });
    super('PolynomialLR', optimizer, (group, count) => {
      if (count === 0 || count > totalIters) return;
      group.lr *= ((1 - count / totalIters) / (1 - (count - 1) / totalIters)) ** power;
    });
  }
}

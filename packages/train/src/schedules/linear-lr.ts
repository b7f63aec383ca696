import { ArgumentError } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { assertCount, assertFraction } from './range.ts';

export interface LinearLROptions {
  /** Factor of the first rate, in (0, 1]. Default 1/3. */
  readonly startFactor?: number;
  /** Factor from `totalIters` steps on, in [0, 1]. Default 1. */
  readonly endFactor?: number;
  /** Steps until then, 1 or more. Default 5. */
  readonly totalIters?: number;
}

/**
 * The rate times a factor that goes in a straight line from `startFactor` to `endFactor` over `totalIters` steps: a warm-up.
 *
 * Throws `ArgumentError` for factors outside [0, 1], a startFactor of 0 (which nothing multiplies up from), and a totalIters that is
 * not a positive integer.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.LinearLR.html
 */
export class LinearLR extends CountedSchedule {
  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    const {
      startFactor = 1 / 3,
      endFactor = 1,
      totalIters = 5,
    } = checkOptions('LinearLR', options, { startFactor: true, endFactor: true, totalIters: true });
    if (!(typeof startFactor === 'number' && startFactor > 0 && startFactor <= 1)) {
      throw new ArgumentError(`LinearLR: expected startFactor in (0, 1], got ${describeValue(startFactor)}`);
    }
    assertFraction('LinearLR', 'endFactor', endFactor);
    assertCount('LinearLR', 'totalIters', totalIters);
    const rise = endFactor - startFactor;
    super('LinearLR', optimizer, (group, count) => {
      if (count === 0) group.lr *= startFactor;
      else if (count <= totalIters) group.lr *= 1 + rise / (totalIters * startFactor + (count - 1) * rise);
    });
  }
}

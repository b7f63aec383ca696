import type { Optimizer } from '../optimizers/optimizer.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { perGroup } from './per-group.ts';

type Factor = (count: number) => number;

/**
 * The rate before any schedule times λ(count), with one function for all parameter groups or one for each. The functions are
 * not part of the saved state.
 *
 * ```ts
 * const schedule = new LambdaLR(optimizer, (epoch) => 0.95 ** epoch);
 * ```
 *
 * Throws `ArgumentError` for another number of functions than there are groups.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.LambdaLR.html
 */
export class LambdaLR extends CountedSchedule {
  constructor(optimizer: Optimizer, factor: Factor | readonly Factor[]) {
    const factors = perGroup('LambdaLR', 'factor', factor, optimizer);
    super('LambdaLR', optimizer, (group, count, baseLr, index) => {
      group.lr = baseLr * factors[index]!(count);
    });
  }
}

import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { assertNotNegative } from '../optimizers/range.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { assertCount } from './range.ts';

export interface CosineAnnealingLROptions {
  /** T: steps from the first rate down to `etaMin`, 1 or more. The rate rises again after that. */
  readonly tMax: number;
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/**
 * lrₜ = ηₘᵢₙ + ½(lr₀ − ηₘᵢₙ)(1 + cos(πt/T)), computed from the rate before it:
 * (lrₜ − ηₘᵢₙ) = (lrₜ₋₁ − ηₘᵢₙ)(1 + cos(πt/T))/(1 + cos(π(t − 1)/T)).
 *
 * Throws `ArgumentError` for a tMax that is not a positive integer, and a negative etaMin.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html,
 * https://arxiv.org/abs/1608.03983
 */
export class CosineAnnealingLR extends CountedSchedule {
  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions) {
    const { tMax, etaMin = 0 } = checkOptions('CosineAnnealingLR', options, { tMax: true, etaMin: true });
    assertCount('CosineAnnealingLR', 'tMax', tMax);
    assertNotNegative('CosineAnnealingLR', { etaMin });
    const height = (count: number): number => 1 + Math.cos((Math.PI * count) / tMax);
    super('CosineAnnealingLR', optimizer, (group, count, baseLr) => {
      if (count === 0) return;
      // One step past the bottom the ratio is 0/0; the wave starts to rise from ηₘᵢₙ.
      const isPastBottom = (count - 1 - tMax) % (2 * tMax) === 0;
      group.lr = isPastBottom
        ? group.lr + ((baseLr - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2
        : (height(count) / height(count - 1)) * (group.lr - etaMin) + etaMin;
    });
  }
}

import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { assertNotNegative } from '../optimizers/range.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { assertCount } from './range.ts';

export interface CosineAnnealingWarmRestartsOptions {
  /** T₀: steps until the first restart, 1 or more. */
  readonly t0: number;
  /** What the length of a cosine is multiplied by at each restart, 1 or more. Default 1. */
  readonly tMult?: number;
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/** Where a step stands in its cosine: how many steps behind the restart, and how long the cosine is. */
function placeOf(
  count: number,
  t0: number,
  tMult: number,
): { readonly passed: number; readonly length: number } {
  if (tMult === 1) return { passed: count % t0, length: t0 };
  let [passed, length] = [count, t0];
  while (passed >= length) {
    passed -= length;
    length *= tMult;
  }
  return { passed, length };
}

/**
 * Half a cosine from the first rate down to `etaMin`, over and over: lr = ηₘᵢₙ + ½(lr₀ − ηₘᵢₙ)(1 + cos(πt/Tᵢ)), with t the steps since
 * the last restart, T₀ the length of the first cosine and Tᵢ₊₁ = tMult · Tᵢ.
 *
 * Throws `ArgumentError` for a t0 or tMult that is not a positive integer, and a negative etaMin.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html,
 * https://arxiv.org/abs/1608.03983
 */
export class CosineAnnealingWarmRestarts extends CountedSchedule {
  constructor(optimizer: Optimizer, options: CosineAnnealingWarmRestartsOptions) {
    const name = 'CosineAnnealingWarmRestarts';
    const {
      t0,
      tMult = 1,
      etaMin = 0,
    } = checkOptions(name, options, { t0: true, tMult: true, etaMin: true });
    assertCount(name, 't0', t0);
    assertCount(name, 'tMult', tMult);
    assertNotNegative(name, { etaMin });
    super(name, optimizer, (group, count, baseLr) => {
      const { passed, length } = placeOf(count, t0, tMult);
      group.lr = etaMin + ((baseLr - etaMin) * (1 + Math.cos((Math.PI * passed) / length))) / 2;
    });
  }
}

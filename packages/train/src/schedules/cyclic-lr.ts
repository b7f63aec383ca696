import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { CountedSchedule } from './counted-schedule.ts';
import { assertHasMomentum, setMomentum } from './momentum.ts';
import { perGroup } from './per-group.ts';
import { assertCount, assertOneOf } from './range.ts';

export interface CyclicLROptions {
  /** The lowest rate, for all groups or for each; the optimizer's own plays no part. */
  readonly baseLr: number | readonly number[];
  /** The highest rate, for all groups or for each. */
  readonly maxLr: number | readonly number[];
  /** Steps that go up, 1 or more. Default 2000. */
  readonly stepSizeUp?: number;
  /** Steps that go down, 1 or more. Default: as many as go up. */
  readonly stepSizeDown?: number | undefined;
  /**
   * How the height of cycles changes: not at all, by half from each to the next (`triangular2`), or by `gamma` from each step to the next
   * (`expRange`). Default `'triangular'`.
   */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange';
  /** Of `expRange`. Default 1. */
  readonly gamma?: number;
  /** Move `momentum`, or the first of `betas`, against the rate. Default true. */
  readonly cycleMomentum?: boolean;
  /** Momentum at the top, for all groups or for each. Default 0.8. */
  readonly baseMomentum?: number | readonly number[];
  /** Momentum at the bottom, for all groups or for each. Default 0.9. */
  readonly maxMomentum?: number | readonly number[];
}

type Mode = NonNullable<CyclicLROptions['mode']>;

/** Height of a step, against that of the first cycle. `cycle` counts from 1. */
const heights: { readonly [M in Mode]: (cycle: number, count: number, gamma: number) => number } = {
  triangular: () => 1,
  triangular2: (cycle) => 1 / 2 ** (cycle - 1),
  expRange: (_, count, gamma) => gamma ** count,
};

/**
 * The rate goes up from baseLr to maxLr and down again in straight lines, over and over, while momentum goes from maxMomentum down to
 * baseMomentum and up again. Mostly stepped after every batch.
 *
 * Throws `ArgumentError` for step sizes that are no positive integers, another mode, and for cycleMomentum with an optimizer that has no
 * momentum.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.CyclicLR.html, https://arxiv.org/abs/1506.01186
 */
export class CyclicLR extends CountedSchedule {
  constructor(optimizer: Optimizer, options: CyclicLROptions) {
    checkOptions('CyclicLR', options, {
      baseLr: true,
      maxLr: true,
      stepSizeUp: true,
      stepSizeDown: true,
      mode: true,
      gamma: true,
      cycleMomentum: true,
      baseMomentum: true,
      maxMomentum: true,
    });
    const { stepSizeUp = 2000, mode = 'triangular', gamma = 1, cycleMomentum = true } = options;
    const { stepSizeDown = stepSizeUp, baseMomentum = 0.8, maxMomentum = 0.9 } = options;
    assertCount('CyclicLR', 'stepSizeUp', stepSizeUp);
    assertCount('CyclicLR', 'stepSizeDown', stepSizeDown);
    assertOneOf('CyclicLR', 'mode', mode, Object.keys(heights));
    if (cycleMomentum) assertHasMomentum('CyclicLR', optimizer);
    const forGroups = (option: string, value: number | readonly number[]): readonly number[] =>
      perGroup('CyclicLR', option, value, optimizer);
    const baseLrs = forGroups('baseLr', options.baseLr);
    const maxLrs = forGroups('maxLr', options.maxLr);
    const baseMomenta = forGroups('baseMomentum', baseMomentum);
    const maxMomenta = forGroups('maxMomentum', maxMomentum);
    const length = stepSizeUp + stepSizeDown;
    const turn = stepSizeUp / length;
    super('CyclicLR', optimizer, (group, count, _, index) => {
      const cycle = Math.floor(1 + count / length);
      const x = 1 + count / length - cycle;
      const slope = x <= turn ? x / turn : (x - 1) / (turn - 1);
      const height = heights[mode](cycle, count, gamma);
      group.lr = baseLrs[index]! + (maxLrs[index]! - baseLrs[index]!) * slope * height;
      if (!cycleMomentum) return;
      const range = maxMomenta[index]! - baseMomenta[index]!;
      setMomentum(group, maxMomenta[index]! - range * slope * height);
    });
  }
}

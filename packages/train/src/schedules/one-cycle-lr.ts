import { ArgumentError } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { CountedSchedule, type ScheduledGroup } from './counted-schedule.ts';
import { assertHasMomentum, setMomentum } from './momentum.ts';
import { perGroup } from './per-group.ts';
import { assertCount, assertFraction, assertOneOf, assertPositive } from './range.ts';
import type { ScheduleState } from './schedule.ts';

export interface OneCycleLROptions {
  /** The rate at the top, for all groups or for each. */
  readonly maxLr: number | readonly number[];
  /** Steps of the whole cycle; or say `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number | undefined;
  readonly epochs?: number | undefined;
  readonly stepsPerEpoch?: number | undefined;
  /** Part of the cycle that goes up, in [0, 1]. Default 0.3. */
  readonly pctStart?: number;
  /** Along half a cosine or a straight line. Default `'cos'`. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** Move `momentum`, or the first of `betas`, against the rate. Default true. */
  readonly cycleMomentum?: boolean;
  /** Momentum at the top, for all groups or for each. Default 0.85. */
  readonly baseMomentum?: number | readonly number[];
  /** Momentum at both ends, for all groups or for each. Default 0.95. */
  readonly maxMomentum?: number | readonly number[];
  /** The first rate is maxLr / divFactor. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first one / finalDivFactor. Default 1e4. */
  readonly finalDivFactor?: number;
  /** Come down to the first rate as steeply as up, and only then to the last. Default false. */
  readonly threePhase?: boolean;
}

/** From one height to another, as `part` goes from 0 to 1. */
type Anneal = (start: number, end: number, part: number) => number;

const anneals: { readonly [S in 'cos' | 'linear']: Anneal } = {
  cos: (start, end, part) => end + ((start - end) / 2) * (Math.cos(Math.PI * part) + 1),
  linear: (start, end, part) => (end - start) * part + start,
};

type Height = 'first' | 'top' | 'last';

/** A stretch of the cycle: rates go from one height to another; momentum is lowest at the top. */
interface Phase {
  readonly end: number;
  readonly from: Height;
  readonly to: Height;
}

function phasesOf(totalSteps: number, pctStart: number, threePhase: boolean): readonly Phase[] {
  const last = totalSteps - 1;
  const up: Phase = { end: pctStart * totalSteps - 1, from: 'first', to: 'top' };
  if (!threePhase) return [up, { end: last, from: 'top', to: 'last' }];
  const down: Phase = { end: 2 * pctStart * totalSteps - 2, from: 'top', to: 'first' };
  return [up, down, { end: last, from: 'first', to: 'last' }];
}

function stepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) {
    assertCount('OneCycleLR', 'totalSteps', totalSteps);
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new ArgumentError('OneCycleLR: expected totalSteps, or epochs and stepsPerEpoch, got neither');
  }
  assertCount('OneCycleLR', 'epochs', epochs);
  assertCount('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch);
  return epochs * stepsPerEpoch;
}

/**
 * One cycle, stepped after every batch: the rate rises from maxLr/divFactor to maxLr and falls to (maxLr/divFactor)/finalDivFactor,
 * while momentum falls from maxMomentum to baseMomentum and rises again. The optimizer's own rate plays no part.
 *
 * Throws `ArgumentError` for options out of range, for cycleMomentum with an optimizer that has no momentum, and when it
 * is stepped more than totalSteps times.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.OneCycleLR.html, https://arxiv.org/abs/1708.07120
 */
export class OneCycleLR extends CountedSchedule {
  readonly #place: (group: ScheduledGroup, count: number, index: number) => void;

  constructor(optimizer: Optimizer, options: OneCycleLROptions) {
    checkOptions('OneCycleLR', options, {
      maxLr: true,
      totalSteps: true,
      epochs: true,
      stepsPerEpoch: true,
      pctStart: true,
      annealStrategy: true,
      cycleMomentum: true,
      baseMomentum: true,
      maxMomentum: true,
      divFactor: true,
      finalDivFactor: true,
      threePhase: true,
    });
    const { pctStart = 0.3, annealStrategy = 'cos', cycleMomentum = true, threePhase = false } = options;
    const { maxLr, divFactor = 25, finalDivFactor = 1e4, baseMomentum = 0.85, maxMomentum = 0.95 } = options;
    const name = 'OneCycleLR';
    const totalSteps = stepsOf(options);
    assertFraction(name, 'pctStart', pctStart);
    assertOneOf(name, 'annealStrategy', annealStrategy, Object.keys(anneals));
    assertPositive(name, 'divFactor', divFactor);
    assertPositive(name, 'finalDivFactor', finalDivFactor);
    if (cycleMomentum) assertHasMomentum(name, optimizer);
    const tops = perGroup(name, 'maxLr', maxLr, optimizer);
    const lows = perGroup(name, 'baseMomentum', baseMomentum, optimizer);
    const highs = perGroup(name, 'maxMomentum', maxMomentum, optimizer);
    const phases = phasesOf(totalSteps, pctStart, threePhase);
    const anneal = anneals[annealStrategy];

    const place = (group: ScheduledGroup, count: number, index: number): void => {
      if (count > totalSteps) {
        throw new ArgumentError(`${name}: expected at most ${totalSteps} steps, got ${count}`);
      }
      const at = phases.findIndex(({ end }, i) => count <= end || i === phases.length - 1);
      const { from, to, end } = phases[at]!;
      const start = phases[at - 1]?.end ?? 0;
      const part = end === start ? 1 : (count - start) / (end - start);
      const first = tops[index]! / divFactor;
      const rates = { first, top: tops[index]!, last: first / finalDivFactor };
      group.lr = anneal(rates[from], rates[to], part);
      if (!cycleMomentum) return;
      const momentumAt = (height: Height): number => (height === 'top' ? lows[index]! : highs[index]!);
      setMomentum(group, anneal(momentumAt(from), momentumAt(to), part));
    };

    optimizer.paramGroups.forEach((group, i) => {
      group.initialLr = tops[i]! / divFactor;
    });
    super(name, optimizer, (group, count, _, index) => place(group, count, index));
    this.#place = place;
  }

  /** The momenta are those of the saved place too, whether or not the optimizer's state was loaded. */
  override loadStateDict(state: ScheduleState): void {
    super.loadStateDict(state);
    this.optimizer.paramGroups.forEach((group, i) => {
      this.#place(group, this.count, i);
    });
  }
}

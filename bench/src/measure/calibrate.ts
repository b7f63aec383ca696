import { TooSlowError } from '../process/peer-process.ts';
import type { Effort } from './effort.ts';

export interface Calibration {
  /** Steps that make a sample of the wanted length. */
  readonly count: number;
  /** Seconds of a step, roughly. */
  readonly perStep: number;
}

/** Samples in a row that must not be faster than the one before them, so that steps count as warm. */
const PATIENCE = 5;
/** How long a step takes, of what it took before, where compilers still work. */
const FASTER = 0.95;
/** The most samples that are spent on warming up. */
const LONGEST = 20;

/**
 * Takes steps until compilers and caches are warm and finds how many make one sample. Compilers that work while a program runs, as
 * those of JavaScript do, may need a second or two; so samples are taken until several in a row are no faster than the one before them.
 *
 * @throws TooSlowError when a single step takes longer than the longest sample may.
 */
export async function calibrate(
  step: (count: number) => Promise<number>,
  { sample, longestSample }: Pick<Effort, 'sample' | 'longestSample'>,
): Promise<Calibration> {
  let count = 1;
  let reference = Number.POSITIVE_INFINITY;
  let before = Number.POSITIVE_INFINITY;
  let settled = 0;
  for (let warm = 0; ; ) {
    const seconds = await step(count);
    warm += seconds;
    const perStep = seconds / count;
    if (perStep > longestSample) throw new TooSlowError(`a step takes ${perStep.toFixed(1)} s`);
    const fitting = Math.max(1, Math.round(sample / perStep));
    const isSample = seconds >= sample / 2;
    if (isSample && perStep > FASTER * reference) settled++;
    else [settled, reference] = [0, perStep];
    const isWarm = settled >= PATIENCE || (warm >= LONGEST * sample && perStep > before / 2);
    if (isSample && isWarm) return { count: fitting, perStep };
    before = perStep;
    // The first steps are slower than those to come, so a sample is approached from below.
    count = Math.min(fitting, 10 * count);
  }
}

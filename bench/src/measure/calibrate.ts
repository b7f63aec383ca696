import { TooSlowError } from '../process/peer-process.ts';
import type { Effort } from './effort.ts';

export interface Calibration {
  /** Steps that make a sample of the wanted length. */
  readonly count: number;
  /** Seconds of a step, roughly. */
  readonly perStep: number;
}

/**
 * Takes steps until compilers and caches are warm (twice the length of a sample, no less, and until steps hardly get faster)
 * and finds how many make one sample.
 *
 * @throws TooSlowError when a single step takes longer than the longest sample may.
 */
export async function calibrate(
  step: (count: number) => Promise<number>,
  { sample, longestSample }: Pick<Effort, 'sample' | 'longestSample'>,
): Promise<Calibration> {
  let count = 1;
  let before = Number.POSITIVE_INFINITY;
  for (let warm = 0; ; ) {
    const seconds = await step(count);
    warm += seconds;
    const perStep = seconds / count;
    if (perStep > longestSample) throw new TooSlowError(`a step takes ${perStep.toFixed(1)} s`);
    const fitting = Math.max(1, Math.round(sample / perStep));
    const isSettled = perStep > before / 2;
    if (isSettled && warm >= 2 * sample && seconds >= sample / 2) return { count: fitting, perStep };
    before = perStep;
    // The first steps are slower than those to come, so a sample is approached from below.
    count = Math.min(fitting, 10 * count);
  }
}

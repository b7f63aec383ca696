import { type Column, isDrawable } from '../columns/column.ts';
import { bestDirection } from './best-point.ts';

/** The setting of each run: numbers, words, `true` and `false`; `null` or `undefined` for a run without one. */
export type SettingColumn = Column | readonly (string | number | boolean | null | undefined)[];

/** Whether less or more of a metric is better. */
export type Better = 'min' | 'max';

/** The direction of a metric: as it is given, else by a word in its name, else less. */
export const directionOf = (metric: string, better: Better | undefined): Better =>
  better ?? bestDirection(metric) ?? 'min';

/** The index of the best finite value; `undefined` where there is none. Of equal values the first counts. */
export function bestIndex(values: Column, better: Better): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!isDrawable(value)) continue;
    if (best === undefined || (better === 'min' ? value < values[best]! : value > values[best]!)) best = i;
  }
  return best;
}

/** @throws RangeError for a direction that is none */
export function checkBetter(where: string, better: unknown): void {
  if (better === undefined || better === 'min' || better === 'max') return;
  throw new RangeError(`${where}: expected better to be 'min' or 'max', got ${String(better)}`);
}

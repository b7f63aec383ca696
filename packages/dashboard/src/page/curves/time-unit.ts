import type { Range } from './visible-points.ts';

export type TimeUnitName = 's' | 'min' | 'h';

/** The unit in which seconds up to the end of a range read well. */
export function timeUnit(range: Range | undefined): {
  readonly name: TimeUnitName;
  readonly seconds: number;
} {
  const longest = range?.[1] ?? 0;
  if (longest >= 3 * 3600) return { name: 'h', seconds: 3600 };
  return longest >= 180 ? { name: 'min', seconds: 60 } : { name: 's', seconds: 1 };
}

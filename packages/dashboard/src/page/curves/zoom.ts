import type { Range } from './visible-points.ts';

/** A range `factor` times as long around a place in it that stays where it is, its middle by default. */
export function zoomRange([min, max]: Range, around: number | undefined, factor: number): Range {
  const center = around === undefined ? (min + max) / 2 : Math.min(max, Math.max(min, around));
  return [center - factor * (center - min), center + factor * (max - center)];
}

/** The part of a range that lies in another; nothing where it is all of that. */
export function within([min, max]: Range, whole: Range | undefined): Range | undefined {
  if (whole === undefined || (min <= whole[0] && max >= whole[1])) return undefined;
  return [Math.max(min, whole[0]), Math.min(max, whole[1])];
}

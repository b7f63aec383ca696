/** What a row's numbers count. */
export const units = ['µs/step', 'ms/step', 's/epoch', 's', 'ms', 'GFLOP/s', 'GB/s', 'MB', 'kB'] as const;
export type Unit = (typeof units)[number];

const perSecond: Partial<Record<Unit, number>> = { 'GFLOP/s': 1e9, 'GB/s': 1e9 };
const seconds: Partial<Record<Unit, number>> = {
  'µs/step': 1e-6,
  'ms/step': 1e-3,
  's/epoch': 1,
  s: 1,
  ms: 1e-3,
};

/** Whether more is better: work in time, as against time and memory. */
export const moreIsBetter = (unit: Unit): boolean => perSecond[unit] !== undefined;

/** A time in a unit of time; `work` done in a time, in a unit of work in time. */
export function inUnit(time: number, unit: Unit, work = 1): number {
  const rate = perSecond[unit];
  if (rate !== undefined) return work / time / rate;
  const scale = seconds[unit];
  if (scale === undefined)
    throw new TypeError(`inUnit: expected a unit of time or of work in time, got ${unit}`);
  return time / scale;
}

/** A value in a unit of time as seconds. */
export function secondsOf(value: number, unit: Unit): number {
  const scale = seconds[unit];
  if (scale === undefined) throw new TypeError(`secondsOf: expected a unit of time, got ${unit}`);
  return value * scale;
}

/** How many times better a value is than another: above 1, the first wins. */
export function timesBetter(value: number, other: number, unit: Unit): number {
  return moreIsBetter(unit) ? value / other : other / value;
}

import type { Ticks } from './ticks.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((count) => count * day),
];

/** About `count` times of day, or days, between two times in milliseconds since 1970, at whole multiples in UTC. */
export function clockTicks(min: number, max: number, count: number): Ticks {
  const rough = (max - min) / Math.max(1, count);
  const step = steps.find((one) => one >= rough) ?? day * Math.ceil(rough / day);
  const values: number[] = [];
  for (let tick = Math.ceil(min / step) * step; tick <= max; tick += step) values.push(tick);
  return { values, step };
}

/** How the ticks of a clock axis are written: `14:30:05`, `14:30`, `11-28 14:30`, `2026-11-28`. */
export function clockLabel(min: number, max: number, step: number | undefined): (value: number) => string {
  const spansDays = Math.floor(min / day) !== Math.floor(max / day);
  return (value) => {
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) return '';
    const text = date.toISOString();
    if (step === undefined || step >= day) return text.slice(0, 10);
    const time = text.slice(11, step < minute ? 19 : 16);
    return spansDays ? `${text.slice(5, 10)} ${time}` : time;
  };
}

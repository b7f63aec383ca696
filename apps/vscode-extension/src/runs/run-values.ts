import type { RunRow } from '@kindling/dashboard/protocol';
import { metricGoal } from '@kindling/train/events';

/** A value of a metric with the metric's name. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
}

/** The newest loss: that of the newest step, else that of the newest epoch. */
export function lastLoss({ metrics }: RunRow): number | undefined {
  return (metrics.loss ?? metrics['train/loss'])?.last;
}

const metricOrder = ['validation/accuracy', 'test/accuracy', 'train/accuracy'];

/** The best value of the most telling metric of a run: an accuracy where there is one, held back where there is one, else a loss. */
export function bestMetric({ metrics }: RunRow): MetricValue | undefined {
  const names = [
    ...metricOrder,
    ...Object.keys(metrics).filter((name) => metricGoal(name) === 'max'),
    'validation/loss',
    'train/loss',
    'loss',
  ];
  for (const name of names) {
    const range = metrics[name];
    const value = range && (metricGoal(name) === 'min' ? range.min : range.max);
    if (range !== undefined) return { name, value: value ?? range.last };
  }
  return undefined;
}

/** Part of a run that is through, 0 to 1; undefined where its end is not known. */
export function progress({ epoch, epochs }: RunRow): number | undefined {
  if (epoch === undefined || epochs === undefined || epochs === 0) return undefined;
  return Math.min(1, epoch / epochs);
}

/** Four significant digits, and a percentage for an accuracy. */
export function metricText({ name, value }: MetricValue): string {
  return /(^|\/)accuracy$/.test(name) ? `${(value * 100).toFixed(1)} %` : numberText(value);
}

/** Four significant digits; `9.716e-6` rather than many zeros. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  const isLong = size !== 0 && Number.isFinite(value) && (size < 1e-4 || size >= 1e9);
  return isLong
    ? value
        .toExponential(3)
        .replace(/\.?0+e/, 'e')
        .replace('e+', 'e')
    : String(Number(value.toPrecision(4)));
}

/** `3 s`, `2:05`, `1:02:05`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

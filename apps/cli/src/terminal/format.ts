export {
  formatClock,
  formatCount,
  formatLoss,
  formatMetric,
  formatSeconds,
  plural,
} from '@kindling/train/internal/console';

/** Bytes in the unit that leaves one to three digits before the point: `4.5 kB`, `9.7 MB`. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A moment in local time: `2026-11-21 08:55`. */
export function formatMoment(milliseconds: number): string {
  const local = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}

/** A loss as the tutorials print it, seven decimals: `0.7434073`; very large and very small ones in exponential form. */
export function formatLoss(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  return value !== 0 && (size < 1e-5 || size >= 1e6) ? value.toExponential(4) : value.toFixed(7);
}

/** A metric by its name: shares of one with four decimals, anything else as a loss. */
export function formatMetric(name: string, value: number): string {
  return name === 'accuracy' && Number.isFinite(value) ? value.toFixed(4) : formatLoss(value);
}

/** Thousands apart, as in `60,000`. The formatters of `Intl` take 10 ms to load. */
export const formatCount = (count: number): string =>
  String(count).replace(/(?<!\..*)\B(?=(?:\d{3})+\b)/g, ',');

/** How many of what: `1 epoch`, `60,000 images`. */
export const plural = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A time span as on a clock: `0:07`, `12:03`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const total = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** A time span in words: `0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  if (total < 60) return `${total} s`;
  if (total < 3600) return `${Math.floor(total / 60)} min ${total % 60} s`;
  return `${Math.floor(total / 3600)} h ${Math.floor(total / 60) % 60} min`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in the unit that leaves one to three digits before the point: `4.5 kB`, `9.7 MB`. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A moment in local time: `2026-11-21 08:55`. */
export function formatMoment(milliseconds: number): string {
  const local = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}

/** A number with all its digits; what is no number by its sign. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '∞';
  return value === -Infinity ? '−∞' : String(value);
}

/** `2026-11-28 14:30:05`, in the time zone of the browser. */
export function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return '';
  const pad = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':')}`;
}

/** `14:30:05 UTC` with its day: as the ticks of a clock axis, which are in UTC. */
export function utcText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

/** Hours, minutes and seconds of a duration. */
export function durationParts(seconds: number): readonly [hours: number, minutes: number, seconds: number] {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
}

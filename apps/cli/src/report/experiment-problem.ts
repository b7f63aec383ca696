import type { Problem } from '@kindling/train';

/**
 * A problem as `--json` shows it to editors; without a range where it is in no text.
 *
 * @param file what the experiment was read from; the `--set` of a problem that is in one takes its place.
 */
export const problemRecord = (
  { origin, path, message, suggestion, range, variant }: Problem,
  file: string,
): object => ({
  type: 'problem',
  file: origin.startsWith('--set') ? origin : file,
  ...(variant === undefined ? {} : { variant }),
  path: path.join('.'),
  message,
  ...(suggestion === undefined ? {} : { suggestion }),
  ...(range === undefined ? {} : { start: range.start, end: range.end }),
});

/** A problem in one line: `my.json:3:5: optimizer.lr: expected …, got …`. */
export function problemText({ origin, path, message, range }: Problem): string {
  const place = range === undefined ? '' : `:${range.start.line}:${range.start.column}`;
  return `${origin}${place}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`;
}

import { FormatError } from '@kindling/core';
import { type RunEvent, runEventSchema } from './event.ts';

/**
 * The event in a line of `events.jsonl`.
 *
 * @throws FormatError for what is no event; `place` begins its message.
 */
export function parseEvent(line: string, place = 'event'): RunEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FormatError(`${place}: expected an event in JSON, got ${JSON.stringify(line.slice(0, 60))}`);
  }
  const parsed = runEventSchema.safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new FormatError(
      `${place}: expected an event, got one with ${path.join('.') || 'type'}: ${message}`,
    );
  }
  return parsed.data;
}

/**
 * The events of a text in the format of `events.jsonl`. A last line without an end is left out: it is still being written, or
 * was when the run died.
 *
 * @throws FormatError with the line's number.
 */
export function parseEvents(text: string, name = 'events.jsonl'): RunEvent[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, i) => parseEvent(line, `${name}:${i + 1}`));
}

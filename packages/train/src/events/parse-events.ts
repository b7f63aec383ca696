import { type RunEvent, runEventSchema } from './event.ts';

/** A line that is not an event. Its message begins with the place of the line. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

/** What a line of `events.jsonl` was read as: an event, an event of a type that this version does not know, or neither. */
export type EventLine =
  | { readonly event: RunEvent }
  | { readonly unknown: string }
  | { readonly problem: string };

const MAX_SHOWN = 60;

/** The literals that a schema's key may have. */
const literals = (schemas: readonly { shape: object }[], key: string): Set<unknown> =>
  new Set(
    schemas.flatMap(({ shape }) => [
      ...(Reflect.get(shape, key) as { readonly values: ReadonlySet<unknown> }).values,
    ]),
  );

const samples = runEventSchema.options.find((option) => 'options' in option)!;
const types = literals(
  runEventSchema.options.map((option) => ('options' in option ? option.options[0]! : option)),
  'type',
);
const kinds = literals(samples.options, 'kind');

/** The type that a value has and this version does not know, with the kind of a sample. */
function unknownType(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, kind }: { type?: unknown; kind?: unknown } = value;
  if (typeof type !== 'string') return undefined;
  if (!types.has(type)) return type;
  return type === 'sample' && typeof kind === 'string' && !kinds.has(kind) ? `sample ${kind}` : undefined;
}

/** Reads a line of `events.jsonl`. Never throws. @param place Begins the problem. */
export function readEventLine(line: string, place: string): EventLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return {
      problem: `${place}: expected an event in JSON, got ${JSON.stringify(line.slice(0, MAX_SHOWN))}`,
    };
  }
  const parsed = runEventSchema.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  const unknown = unknownType(value);
  if (unknown !== undefined) return { unknown };
  const { path, message } = parsed.error.issues[0]!;
  return { problem: `${place}: expected an event, got one with ${path.join('.') || 'type'}: ${message}` };
}

function assertText(op: string, value: unknown): void {
  if (typeof value !== 'string')
    throw new EventError(`${op}: expected text, got ${value === null ? 'null' : typeof value}`);
}

/**
 * The event in a line of `events.jsonl`.
 *
 * @throws {EventError} for anything but an event of a type that this version knows; `place` begins its message.
 */
export function parseEvent(line: string, place = 'event'): RunEvent {
  assertText('parseEvent', line);
  const read = readEventLine(line, place);
  if ('event' in read) return read.event;
  throw new EventError(
    'problem' in read ? read.problem : `${place}: expected an event, got one of unknown type ${read.unknown}`,
  );
}

/**
 * The events of a text in the format of `events.jsonl`. Events of a type that this version does not know are passed over. A last
 * line without an end is left out: it is still being written, or was when the run died.
 *
 * @throws {EventError} with the line's number.
 */
export function parseEvents(text: string, name = 'events.jsonl'): RunEvent[] {
  assertText('parseEvents', text);
  const events: RunEvent[] = [];
  for (const [i, line] of text.split('\n').slice(0, -1).entries()) {
    const read = readEventLine(line, `${name}:${i + 1}`);
    if ('problem' in read) throw new EventError(read.problem);
    if ('event' in read) events.push(read.event);
  }
  return events;
}

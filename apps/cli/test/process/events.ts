import { parseEvents, type RunEvent } from '@kindling/train';

/** The events of an output, every line checked against the schema of events. */
export const events = (text: string): RunEvent[] => parseEvents(text, 'stdout');

type Type = RunEvent['type'];

export const ofType = <T extends Type>(all: readonly RunEvent[], type: T): Extract<RunEvent, { type: T }>[] =>
  all.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

import type { RunEvent, StepRow } from '@kindling/train/events';

/** Makes of the events of a log what a file in another format holds. */
export interface LogEncoder {
  step(row: StepRow): void;
  event(event: RunEvent): void;
  /** What was made since the last call, to be written. */
  take(): Uint8Array;
}

/** Names that a row has for itself; a metric of the same name is `metrics.step`. */
const reserved = ['type', 'step', 'epoch', 'time', 'seconds'];

export const metricColumn = (name: string): string => (reserved.includes(name) ? `metrics.${name}` : name);

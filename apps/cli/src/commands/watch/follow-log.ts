import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked } from '@kindling/data/internal';
import { EventFile, type RunFolder } from '@kindling/train';
import type { EventReading, EventSink } from '@kindling/train/events';

const pollMs = 250;

/**
 * Reads the log of a run, and then what is new four times a second, for as long as a process works on the run.
 *
 * @param onRead Called after each reading.
 * @returns what of the log was passed over, once the run is over or its process is gone. Rejects where the signal aborts.
 */
export async function followLog(
  { events, lock }: RunFolder,
  sink: EventSink,
  signal: AbortSignal,
  onRead: () => void,
): Promise<EventReading> {
  const log = new EventFile(events, sink);
  for (;;) {
    // In this order: what a process has written before it ends is read.
    const isAlive = isLocked(lock);
    if (existsSync(events)) log.read();
    onRead();
    if (!isAlive) return log.reader;
    await sleep(pollMs, undefined, { signal });
  }
}

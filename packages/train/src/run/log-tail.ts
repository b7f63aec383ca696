import { EventReader } from '../events/event-reader.ts';
import { RunColumns } from '../events/run-columns.ts';
import { openRegularFile, readAt } from './regular-file.ts';

/** Holds hundreds of steps. */
const TAIL_BYTES = 2 ** 16;
const LINE_END = 0x0a;

/** What the newest events of a log come to, without reading all of it. */
export function readLogTail(path: string): RunColumns {
  const columns = new RunColumns();
  openRegularFile(path, (file, size) => {
    const start = Math.max(0, size - TAIL_BYTES);
    const bytes = readAt(file, start, TAIL_BYTES);
    // The first line has begun before, unless this is the log's beginning.
    new EventReader(columns, path).push(start === 0 ? bytes : bytes.subarray(bytes.indexOf(LINE_END) + 1));
  });
  return columns;
}

import type { DownloadEvent } from '@kindling/data';
import type { OutputLevel } from '../protocol.ts';

/** A download that takes longer says how far it is, this often. */
const INTERVAL_MS = 1000;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Says on the console what is downloaded, how far it is, and what went wrong. */
export function noteDownloads(
  print: (level: OutputLevel, text: string) => void,
): (event: DownloadEvent) => void {
  let noted = performance.now();
  return (event) => {
    if (event.type === 'start') {
      noted = performance.now();
      print('info', `downloading ${event.path} from ${new URL(event.url).host}`);
    } else if (event.type === 'progress') {
      if (performance.now() - noted < INTERVAL_MS) return;
      noted = performance.now();
      const of = event.total === undefined ? '' : ` of ${megabytes(event.total)}`;
      print('info', `${event.path}: ${megabytes(event.received)}${of}`);
    } else if (event.type === 'problem') print('warn', `${event.path}: ${event.reason}`);
    else if (event.type === 'done') print('info', `${event.path} is kept in this browser`);
  };
}

import type { DownloadEvent } from '@kindling/data';
import { formatBytes, formatClock, Rate } from '@kindling/train/internal/console';
import type { Output } from './output.ts';
import { ProgressLine } from './progress-line.ts';

/** Reports downloads on stderr: a bar on a terminal, else a line at the beginning and at the end of each. */
export function downloadProgress(output: Output): (event: DownloadEvent) => void {
  const line = new ProgressLine(output);
  let rate = new Rate();
  const note = (text: string): void => {
    line.clear();
    output.note(text);
  };
  return (event) => {
    const { type, path } = event;
    switch (type) {
      case 'wait':
        return note(
          `${path}: waiting for ${event.pid === undefined ? 'another process' : `process ${event.pid}`}, which is downloading it`,
        );
      case 'start':
        rate = new Rate();
        return line.lively ? undefined : note(`${path}: downloading from ${new URL(event.url).host}`);
      case 'progress': {
        const { received, total } = event;
        rate.add(received);
        return line.update(() => {
          const { perSecond } = rate;
          const left = total === undefined || !perSecond ? undefined : (total - received) / perSecond;
          const size =
            total === undefined ? formatBytes(received) : `${formatBytes(received)} of ${formatBytes(total)}`;
          const speed = perSecond ? [`${formatBytes(perSecond)}/s`] : [];
          const eta = left === undefined ? [] : [`ETA ${formatClock(left)}`];
          return { label: path, done: received, total, facts: [size, ...eta, ...speed] };
        });
      }
      case 'problem':
        return note(`${path}: ${new URL(event.url).host}: ${event.reason}`);
      case 'done':
        return note(`${path}: downloaded`);
    }
  };
}

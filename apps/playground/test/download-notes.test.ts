import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noteDownloads } from '../src/worker/download-notes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a download says what it loads, how far it is each second, and how it ended', () => {
  const printed: string[] = [];
  const note = noteDownloads((level, text) => printed.push(`${level}: ${text}`));
  const file = { path: 'mnist/images.gz', url: 'https://example.org/mnist/images.gz' };
  note({ type: 'start', ...file });
  for (let received = 0; received <= 9_000_000; received += 1_000_000) {
    note({ type: 'progress', ...file, received, total: 9_900_000 });
    vi.advanceTimersByTime(400);
  }
  note({ type: 'problem', ...file, reason: 'connection cut' });
  note({ type: 'progress', ...file, received: 9_500_000, total: undefined });
  note({ type: 'done', path: file.path, file: '/data/mnist/images.gz' });
  expect(printed).toEqual([
    'info: downloading mnist/images.gz from example.org',
    'info: mnist/images.gz: 3.0 MB of 9.9 MB',
    'info: mnist/images.gz: 6.0 MB of 9.9 MB',
    'info: mnist/images.gz: 9.0 MB of 9.9 MB',
    'warn: mnist/images.gz: connection cut',
    'info: mnist/images.gz is kept in this browser',
  ]);
});

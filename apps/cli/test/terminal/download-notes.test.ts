import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { DownloadEvent } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { downloadProgress } from '../../src/terminal/download-progress.ts';
import { createOutput } from '../../src/terminal/output.ts';

class Screen extends PassThrough {
  readonly isTTY: boolean;
  readonly columns = 100;
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
}

/** What stderr shows of events. */
function shown(isTTY: boolean, events: readonly object[]): string {
  const stderr = new Screen(isTTY);
  const onEvent = downloadProgress(createOutput({ stdout: new Screen(isTTY), stderr, env: {} }));
  for (const event of events) onEvent({ path: 'mnist/a.gz', ...event } as DownloadEvent);
  return stripVTControlCharacters(String(stderr.read() ?? ''));
}

const url = 'https://mirror.example:8443/data/a.gz';

describe('a download', () => {
  test('has a line at its beginning and at its end where there is no terminal', () => {
    const events = [
      { type: 'start', url },
      { type: 'progress', received: 1000, total: 4000 },
      { type: 'problem', url, reason: 'HTTP 503' },
      { type: 'done' },
    ];
    expect(shown(false, events)).toBe(
      [
        'mnist/a.gz: downloading from mirror.example:8443',
        'mnist/a.gz: mirror.example:8443: HTTP 503',
        'mnist/a.gz: downloaded\n',
      ].join('\n'),
    );
  });

  test('that another process makes is waited for', () => {
    expect(shown(false, [{ type: 'wait' }])).toBe(
      'mnist/a.gz: waiting for another process, which is downloading it\n',
    );
    expect(shown(false, [{ type: 'wait', pid: 7 }])).toBe(
      'mnist/a.gz: waiting for process 7, which is downloading it\n',
    );
  });

  test('has a bar on a terminal, with what is known of its size', () => {
    const start = { type: 'start', url };
    const known = shown(true, [start, { type: 'progress', received: 1000, total: 4000 }]);
    // One measurement makes no speed.
    expect(known).toMatch(/mnist\/a\.gz .*25% {2}1\.0 kB of 4\.0 kB$/);
    const unknown = shown(true, [start, { type: 'progress', received: 1000, total: undefined }]);
    expect(unknown).toMatch(/mnist\/a\.gz .*1\.0 kB/);
    expect(unknown).not.toMatch(/ of |ETA/);
  });
});

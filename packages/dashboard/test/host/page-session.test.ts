import { appendFileSync, existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunColumns, type RunEvent } from '@kindling/train/events';
import { EventFile, RunFolder, readRunNotes } from '@kindling/train/runs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { FollowedRun } from '../../src/host/followed-run.ts';
import { deleteRun, RunFeed, stopRun } from '../../src/host.ts';
import { openPage, Page } from './page.ts';
import { RunTables } from './page-tables.ts';
import { epoch, linesOf, newRuns, started, step, writeRun } from './run-files.ts';

/** What happens to a log. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ append: fc.array(fc.nat(12), { maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ resumeAt: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ cutTo: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ half: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ replace: fc.nat(5) }) },
);

const text = (name: string, at: number): RunEvent => ({
  type: 'sample',
  kind: 'text',
  name,
  text: `${name} ${at}`,
  epoch: 0,
  step: at,
  time: 0,
});

test('whatever becomes of a log, a page holds what its columns hold, however late it looks', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(happening, fc.boolean()), { maxLength: 12 }), (happenings) => {
      const runs = newRuns();
      const folder = writeRun(runs, 'a', { events: [started('a')] });
      const run = new FollowedRun('a', folder);
      const cursor = run.addCursor();
      const page = new RunTables();
      let at = 0;
      let size = linesOf([started('a')]).length;
      const append = (lines: string): void => {
        appendFileSync(folder.events, lines);
        size += Buffer.byteLength(lines);
      };
      for (const [what, isSeen] of happenings) {
        if ('append' in what) {
          for (const kind of what.append) {
            append(linesOf([kind === 0 ? epoch(at++) : kind === 1 ? text('note', at) : step(at++, kind)]));
          }
        } else if ('resumeAt' in what) {
          at = Math.min(at, what.resumeAt);
          append(`\n${linesOf([started('a'), step(at++, -1), text('again', at)])}`);
        } else if ('cutTo' in what) {
          size = Math.floor(size * what.cutTo);
          truncateSync(folder.events, size);
        } else if ('half' in what) append(linesOf([step(at++)]).slice(0, what.half));
        else {
          rmSync(folder.events);
          size = 0;
          append(linesOf(Array.from({ length: what.replace }, (_, i) => step(100 + i))));
        }
        run.read(Number.POSITIVE_INFINITY);
        if (isSeen) page.takeAll(cursor);
      }
      page.takeAll(cursor);
      expect(page.tables).toEqual(RunTables.of(run.columns).tables);
      expect(cursor.next()).toBeUndefined();
      rmSync(runs, { recursive: true });
    }),
    { numRuns: 150 },
  );
});

test('a log that is read in pieces of any size comes to the same columns', () => {
  const runs = newRuns();
  const events = [
    started('a'),
    ...Array.from({ length: 30_000 }, (_, at) => step(at)),
    epoch(0),
    text('note', 3),
  ];
  const folder = writeRun(runs, 'a', { events });
  const whole = new RunColumns();
  new EventFile(folder.events, whole).read();
  for (const bytes of [1, 300_000, 2 ** 30]) {
    const run = new FollowedRun('a', folder);
    const cursor = run.addCursor();
    const page = new RunTables();
    while (run.read(bytes)) page.takeAll(cursor);
    page.takeAll(cursor);
    expect(page.tables).toEqual(RunTables.of(whole).tables);
  }
});

test('actions and notes reach the run, and what a host does not offer is refused', async () => {
  const runs = newRuns();
  writeRun(runs, 'sweep/a');
  writeRun(runs, 'b');
  const revealed: string[] = [];
  using feed = new RunFeed({
    folder: runs,
    canAnnotate: true,
    actions: { stop: stopRun, delete: deleteRun, reveal: ({ path }) => void revealed.push(path) },
  });
  using page = new Page(feed);
  await page.until(() => page.rows.size === 2);
  expect(await page.request({ type: 'act', action: 'reveal', run: 'sweep/a' })).toBeUndefined();
  expect(revealed).toEqual([join(runs, 'sweep', 'a')]);
  expect(await page.request({ type: 'act', action: 'resume', run: 'b' })).toContain(
    'expected an action that is permitted',
  );
  expect(await page.request({ type: 'act', action: 'stop', run: 'b' })).toContain(
    'got one that is completed',
  );
  expect(await page.request({ type: 'act', action: 'delete', run: '../b' })).toContain(
    'got none named "../b"',
  );
  expect(await page.request({ type: 'annotate', run: 'sweep/a', note: 'mine', tags: ['x'] })).toBeUndefined();
  await page.until(() => page.rows.get('sweep/a')?.note === 'mine');
  expect(readRunNotes(new RunFolder(join(runs, 'sweep', 'a')))).toEqual({ note: 'mine', tags: ['x'] });
  expect(await page.request({ type: 'act', action: 'delete', run: 'sweep/a' })).toBeUndefined();
  await page.until(() => !page.rows.has('sweep/a'));
  expect(existsSync(join(runs, 'sweep', 'a'))).toBe(false);
  expect(page.rows.has('b')).toBe(true);
});

test('messages that are none are told, and change nothing', async () => {
  using page = openPage({ folder: newRuns() });
  await page.until(() => page.messages.length > 0);
  for (const message of [
    undefined,
    null,
    7,
    'ready',
    {},
    { type: 'follow', runs: [7] },
    { type: 'act', run: 'a' },
  ]) {
    expect(page.session.receive(message)).toContain('expected a message of a page');
  }
  expect(page.messages).toHaveLength(1);
});

test('what went wrong in a page is passed to the host that wants it', async () => {
  const report = vi.fn();
  using feed = new RunFeed({ folder: newRuns(), report });
  using page = new Page(feed);
  expect(page.session.receive({ type: 'report', problem: 'policy script-src forbids eval' })).toBeUndefined();
  expect(report.mock.calls).toEqual([['policy script-src forbids eval']]);
  using silent = openPage({ folder: newRuns() });
  expect(silent.session.receive({ type: 'report', problem: 'x' })).toBeUndefined();
});

test('a page that cannot be reached is given up; the others go on', async () => {
  const runs = newRuns();
  using feed = new RunFeed({ folder: runs });
  const gone = feed.connect(() => {
    throw new Error('disposed');
  });
  gone.receive({ type: 'ready', version: 1 });
  using page = new Page(feed);
  writeRun(runs, 'a');
  await page.until(() => page.rows.has('a'));
});

test('thousands of runs come in one snapshot, the newest first, while other work goes on', async () => {
  const runs = newRuns();
  const count = 3000;
  for (let i = 0; i < count; i++)
    writeRun(runs, i % 3 === 0 ? `group-${i % 7}/run-${i}` : `run-${i}`, { summary: { started: i } });
  mkdirSync(join(runs, 'damaged'));
  writeFileSync(join(runs, 'damaged', 'config.json'), '');
  using page = openPage({ folder: runs });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await page.until(() => page.messages.length > 0);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
  const [snapshot] = page.messages;
  if (snapshot?.type !== 'snapshot') throw new Error('expected a snapshot');
  expect(snapshot.runs).toHaveLength(count + 1);
  expect(snapshot.runs.map(({ started = -1 }) => started)).toEqual(
    Array.from({ length: count + 1 }, (_, i) => count - 1 - i),
  );
  rmSync(join(runs, 'group-3'), { recursive: true });
  await page.until(() => ![...page.rows.keys()].some((id) => id.startsWith('group-3/')));
  expect(page.rows.size).toBe(
    count + 1 - Array.from({ length: count }, (_, i) => i).filter((i) => i % 3 === 0 && i % 7 === 3).length,
  );
});

import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { expect, test } from 'vitest';
import { RunFeed } from '../../src/host.ts';
import { openPage, Page } from './page.ts';
import { epoch, linesOf, newRuns, started, step, summaryOf, writeRun } from './run-files.ts';

const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => step(from + i));

test('a snapshot has the runs of the folder and of the groups in it, and says what the host can do', async () => {
  const runs = newRuns();
  writeRun(runs, 'a', {
    config: { lr: 0.1, model: { width: [8, 8] }, name: 'deep' },
    summary: { device: 'cpu', parameters: 9, epochs: 2, reason: 'all 2 epochs are done' },
  });
  writeRun(runs, 'sweep/b', { summary: { status: 'diverged' } });
  writeRun(runs, 'deep/er/c');
  mkdirSync(join(runs, 'nothing'));
  writeFileSync(join(runs, 'file'), '');
  using page = openPage({ folder: runs, selected: ['a'], canAnnotate: true, actions: { reveal: () => {} } });
  await page.until(() => page.messages.length > 0);
  expect(page.messages[0]).toMatchObject({
    type: 'snapshot',
    folder: runs,
    actions: ['reveal'],
    canAnnotate: true,
    selected: ['a'],
  });
  expect([...page.rows.keys()].sort()).toEqual(['a', 'sweep/b']);
  expect(page.rows.get('a')).toEqual({
    id: 'a',
    name: 'a',
    state: 'completed',
    reason: 'all 2 epochs are done',
    started: 1000,
    seconds: 2,
    device: 'cpu',
    parameters: 9,
    step: 20,
    epoch: 2,
    epochs: 2,
    settings: { lr: '0.1', 'model.width': '[8,8]', name: 'deep' },
    metrics: {},
    note: '',
    tags: [],
  });
  expect(page.rows.get('sweep/b')).toMatchObject({ name: 'b', state: 'diverged' });
});

test('the ranges of metrics come from the log', async () => {
  const runs = newRuns();
  const events = [
    started('a'),
    step(0, 4),
    step(1, Number.NaN),
    epoch(0, 0.25),
    epoch(1, 0.75),
    epoch(2, 0.5),
  ];
  writeRun(runs, 'a', { events });
  using page = openPage({ folder: runs });
  await page.until(() => page.rows.get('a')?.metrics.loss !== undefined);
  expect(page.rows.get('a')?.metrics).toEqual({
    loss: { last: Number.NaN, min: 4, max: 4 },
    lr: { last: 0.1, min: 0.1, max: 0.1 },
    'train/loss': { last: 1 / 3, min: 1 / 3, max: 1 },
    'validation/accuracy': { last: 0.5, min: 0.25, max: 0.75 },
  });
});

test('runs that come, change and go are told', async () => {
  const runs = join(newRuns(), 'later');
  using page = openPage({ folder: runs });
  await page.until(() => page.messages.length > 0);
  expect(page.rows.size).toBe(0);
  mkdirSync(runs);
  const folder = writeRun(runs, 'a', { summary: { status: 'running' } });
  await page.until(() => page.rows.get('a')?.state === 'interrupted');
  renameSync(writeSummary(folder.path, { status: 'completed' }), folder.summary);
  await page.until(() => page.rows.get('a')?.state === 'completed');
  writeRun(runs, 'sweep/b');
  await page.until(() => page.rows.has('sweep/b'));
  rmSync(join(runs, 'sweep'), { recursive: true });
  await page.until(() => !page.rows.has('sweep/b'));
  rmSync(runs, { recursive: true });
  await page.until(() => page.rows.size === 0);
  writeRun(runs, 'c');
  await page.until(() => page.rows.has('c'));
});

function writeSummary(folder: string, summary: Parameters<typeof summaryOf>[1]): string {
  const path = join(folder, 'new.json');
  writeFileSync(path, JSON.stringify(summaryOf('a', summary)));
  return path;
}

test('a followed log is told from its beginning, then what is new of it', async () => {
  const runs = newRuns();
  const { events } = writeRun(runs, 'a', {
    config: { lr: 3 },
    events: [started('a'), ...steps(0, 3), epoch(0)],
  });
  using page = openPage({ folder: runs });
  page.follow('a');
  await page.until(() => page.steps('a').length === 3);
  expect(page.shown.get('a')).toMatchObject({
    steps: { step: [0, 1, 2], 'metric:loss': [1, 1 / 2, 1 / 3] },
    epochs: { epoch: [0], 'metric:train/loss': [1], 'metric:validation/accuracy': [0] },
    document: '{"lr":3}',
    log: { skipped: 0, unknown: 0 },
  });
  // Half a line waits for its rest.
  const line = linesOf([step(3)]);
  appendFileSync(events, line.slice(0, 10));
  appendFileSync(events, line.slice(10) + linesOf([step(4), epoch(1)]));
  await page.until(() => page.steps('a').length === 5);
  const last = page.messages.findLast(({ type }) => type === 'progress');
  expect(last).toMatchObject({ steps: { from: 3, length: 2 }, epochs: { from: 1, length: 1 } });
  expect(last).not.toHaveProperty('document');
  appendFileSync(events, 'nonsense\n{"type":"of-tomorrow"}\n');
  await page.until(() => JSON.stringify(page.shown.get('a')?.log).includes('"skipped":1,"unknown":1'));
});

test('a log that is cut or replaced, and a run that goes on from an earlier step, replace what a page has', async () => {
  const runs = newRuns();
  const { events } = writeRun(runs, 'a', { events: [started('a'), ...steps(0, 20), epoch(0), epoch(1)] });
  using page = openPage({ folder: runs });
  page.follow('a');
  await page.until(() => page.steps('a').length === 20);

  appendFileSync(events, linesOf([started('a'), step(5, 9), step(6, 8)]));
  await page.until(() => page.steps('a').length === 7);
  expect(page.shown.get('a')?.steps['metric:loss']?.slice(4)).toEqual([1 / 5, 9, 8]);
  expect(page.shown.get('a')?.epochs.epoch).toEqual([]);

  truncateSync(events, linesOf([started('a'), ...steps(0, 2)]).length);
  await page.until(() => page.steps('a').length === 2);

  writeFileSync(`${events}.new`, linesOf([started('a'), step(7), step(8), step(9)]));
  renameSync(`${events}.new`, events);
  await page.until(() => page.steps('a').length === 3);
  expect(page.steps('a')).toEqual([7, 8, 9]);

  rmSync(events);
  writeFileSync(events, linesOf([started('a')]));
  await page.until(() => page.steps('a').length === 0);
});

test('pages are served side by side, each what it follows', async () => {
  const runs = newRuns();
  for (const id of ['a', 'b']) writeRun(runs, id, { events: [started(id), ...steps(0, 4)] });
  using feed = new RunFeed({ folder: runs });
  using first = new Page(feed);
  using second = new Page(feed);
  first.follow('a', 'b');
  second.follow('b', 'none');
  await first.until(() => first.steps('a').length === 4 && first.steps('b').length === 4);
  await second.until(() => second.steps('b').length === 4);
  expect([...second.shown.keys()]).toEqual(['b']);
  // A run that comes later is followed then, and one that is no longer followed is told from its beginning again.
  writeRun(runs, 'none', { events: [started('none'), step(0)] });
  await second.until(() => second.steps('none').length === 1);
  first.follow('b');
  first.shown.delete('a');
  first.follow('a');
  await first.until(() => first.steps('a').length === 4);
});

test('a slow page is sent nothing until it can take more, and then all of it at once', async () => {
  const runs = newRuns();
  const { events } = writeRun(runs, 'a', { events: [started('a'), step(0)] });
  using feed = new RunFeed({ folder: runs });
  using slow = new Page(feed);
  using fast = new Page(feed);
  slow.follow('a');
  fast.follow('a');
  await slow.until(() => slow.steps('a').length === 1);
  slow.isFast = false;
  for (let at = 1; at <= 5; at++) {
    appendFileSync(events, linesOf([step(at)]));
    await fast.until(() => fast.steps('a').length === at + 1);
  }
  const count = slow.messages.length;
  expect(slow.steps('a').length).toBeLessThanOrEqual(2);
  slow.isFast = true;
  slow.session.drained();
  await slow.until(() => slow.steps('a').length === 6);
  expect(slow.messages.slice(count).filter(({ type }) => type === 'progress')).toHaveLength(1);
});

test('a long log comes in several messages', async () => {
  const runs = newRuns();
  writeRun(runs, 'long', { events: [started('long'), ...steps(0, 150_000)] });
  using page = openPage({ folder: runs });
  page.follow('long');
  await page.until(() => page.steps('long').length === 150_000);
  const blocks = page.messages.flatMap((message) =>
    message.type === 'progress' ? (message.steps ?? []) : [],
  );
  expect(blocks.length).toBeGreaterThan(1);
  expect(Math.max(...blocks.map(({ length }) => length))).toBeLessThanOrEqual(100_000);
  expect(page.steps('long')).toEqual(Array.from({ length: 150_000 }, (_, i) => i));
});

test('damage is shown in its row, and nothing else suffers', async () => {
  const runs = newRuns();
  writeRun(runs, 'whole', { events: [started('whole'), step(0)] });
  const damaged = {
    summary: (path: string) => writeFileSync(join(path, 'summary.json'), '{'),
    'no-summary': (path: string) => rmSync(join(path, 'summary.json')),
    config: (path: string) => writeFileSync(join(path, 'config.json'), 'lr = 0.1'),
    deep: (path: string) =>
      writeFileSync(join(path, 'config.json'), '['.repeat(200_000) + ']'.repeat(200_000)),
  };
  for (const [id, damage] of Object.entries(damaged)) damage(writeRun(runs, id).path);
  const log = writeRun(runs, 'log');
  rmSync(log.events);
  mkdirSync(log.events);
  writeFileSync(writeRun(runs, 'notes').notes, 'none');
  writeFileSync(
    writeRun(runs, 'binary').events,
    Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7) % 256)),
  );
  if (process.platform !== 'win32') symlinkSync('/dev/zero', join(writeRun(runs, 'link').path, 'notes.json'));
  using page = openPage({ folder: runs });
  page.follow(...Object.keys(damaged), 'whole', 'log', 'binary', 'notes');
  await page.until(() => page.steps('whole').length === 1 && page.shown.size >= 8);
  for (const id of Object.keys(damaged)) {
    expect(page.rows.get(id), id).toMatchObject({
      state: 'damaged',
      reason: expect.any(String),
      settings: {},
    });
  }
  expect(page.rows.get('config')?.reason).toContain('config.json: expected JSON');
  for (const id of ['log', 'notes', 'binary']) expect(page.rows.get(id)?.state).toBe('completed');
});

test('a run of createRun is followed while it is at work', async () => {
  const runs = newRuns();
  using page = openPage({ folder: runs });
  await page.until(() => page.messages.length > 0);
  const run = await createRun({ name: 'own', dir: runs, config: { lr: 0.5 } });
  await page.until(() => page.rows.get('own')?.state === 'running');
  page.follow('own');
  for (let at = 0; at < 3; at++) {
    run.log(at, { loss: at });
    run.flush();
    await page.until(() => page.steps('own').length === at + 1);
  }
  await page.until(() => page.rows.get('own')?.metrics.loss?.last === 2);
  run.finish();
  await page.until(() => page.rows.get('own')?.state === 'completed');
});

test('of a run that is not over, its log tells how far it is and how long it was trained', async () => {
  const runs = newRuns();
  const summary = { status: 'running', seconds: 0.5, step: 0, epoch: 0 } as const;
  const at = (time: number, number: number) => ({ ...step(number), time });
  const resumed = { ...started('a'), time: 90_000 };
  writeRun(runs, 'steps', {
    summary,
    events: [started('a'), at(4000, 0), at(5000, 1), resumed, at(92_000, 2)],
  });
  writeRun(runs, 'epochs', { summary, events: [started('a'), step(0), epoch(0), epoch(1), epoch(2)] });
  writeRun(runs, 'nothing', { summary, events: [] });
  using page = openPage({ folder: runs });
  await page.until(() => page.rows.get('steps')?.seconds === 6 && page.rows.get('epochs')?.seconds === 3);
  expect(page.rows.get('steps')).toMatchObject({ step: 3, epoch: 0, state: 'interrupted' });
  expect(page.rows.get('epochs')).toMatchObject({ step: 30, epoch: 3 });
  expect(page.rows.get('nothing')).toMatchObject({ step: 0, epoch: 0, seconds: 0.5 });
});

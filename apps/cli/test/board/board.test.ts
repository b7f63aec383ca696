import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createRun, formatEvent, type RunEvent } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { kindling } from '../process/in-process.ts';
import { newFolder, start, untilRunIsMade } from '../process/kindling.ts';
import { Board } from './board-client.ts';

const small = ['digits', '--set', 'data.train=64', '--set', 'data.test=32', '--set', 'data.batchSize=16'];

async function withRun(name = 'own') {
  const cwd = await newFolder();
  const run = await createRun({ name, dir: join(cwd, 'runs'), config: { lr: 0.1 } });
  return { cwd, run };
}

test('a page sees a training from another process, from its first step to its end', async () => {
  const cwd = await newFolder();
  await using board = await Board.open([], cwd);
  using page = await board.page();
  await page.until(() => page.messages.length > 0);
  expect(page.messages[0]).toMatchObject({
    type: 'snapshot',
    folder: expect.stringMatching(/runs$/),
    actions: [],
    canAnnotate: false,
    runs: [],
  });
  const training = start(['train', ...small, '--epochs', '20', '--json'], { cwd });
  await page.until(() => page.row('digits') !== undefined);
  await page.post({ type: 'follow', runs: ['digits'] });
  await page.until(() => page.row('digits')?.state === 'completed');
  const { stdout } = await training.ended;
  const logged = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
    .flatMap((event) => (event.type === 'step' ? [event.step] : []));
  await page.until(() => page.stepCount('digits') >= logged.length);
  expect(page.steps('digits')).toEqual(logged);
  await page.until(() => page.row('digits')?.metrics['validation/accuracy']?.max !== undefined);
  expect(page.row('digits')).toMatchObject({ epoch: 20, epochs: 20, settings: { 'data.train': '64' } });
});

test('a run of createRun is served from its folder too, and first of all', async () => {
  const { cwd, run } = await withRun();
  run.log(0, { loss: 1 });
  run.flush();
  await using board = await Board.open([join('runs', 'own')], cwd);
  using page = await board.page();
  await page.until(() => page.messages.length > 0);
  expect(page.messages[0]).toMatchObject({
    type: 'snapshot',
    selected: ['own'],
    runs: [{ id: 'own', state: 'running' }],
  });
  await page.post({ type: 'follow', runs: ['own'] });
  await page.until(() => page.stepCount('own') === 1);
  run.log(1, { loss: 0.5 });
  run.flush();
  await page.until(() => page.stepCount('own') === 2);
  run.finish();
});

describe('without --allow-actions', () => {
  test('a page changes nothing', async () => {
    const { cwd, run } = await withRun();
    await using board = await Board.open([], cwd);
    using page = await board.page();
    await page.until(() => page.messages.length > 0);
    let request = 0;
    for (const action of ['stop', 'resume', 'delete', 'reveal'] as const) {
      expect(await page.request({ type: 'act', request: request++, action, run: 'own' })).toBe(
        `${action}: expected an action that is permitted, got one that is not`,
      );
    }
    expect(await page.request({ type: 'annotate', request, run: 'own', note: 'mine', tags: [] })).toContain(
      'got one that only reads',
    );
    expect(run.stopRequested).toBe(false);
    run.finish();
    expect(existsSync(join(cwd, 'runs', 'own', 'notes.json'))).toBe(false);
  });
});

describe('with --allow-actions', () => {
  test('a page keeps notes, stops a run and deletes it; runs show shows the notes', async () => {
    const { cwd, run } = await withRun();
    await using board = await Board.open(['--allow-actions'], cwd);
    using page = await board.page();
    using other = await board.page();
    await page.until(() => page.messages.length > 0);
    await other.until(() => other.messages.length > 0);
    expect(page.messages[0]).toMatchObject({ actions: ['stop', 'resume', 'delete'], canAnnotate: true });
    const annotate = {
      type: 'annotate' as const,
      request: 1,
      run: 'own',
      note: 'too fast',
      tags: ['baseline'],
    };
    expect(await page.request(annotate)).toBeUndefined();
    await other.until(() => other.row('own')?.note === 'too fast');
    expect((await kindling(['runs', 'show', 'own'], { cwd })).stdout).toMatch(
      /^ {2}note +too fast\n {2}tags +baseline$/m,
    );
    const removal = { type: 'act', action: 'delete', run: 'own' } as const;
    expect(await page.request({ ...removal, request: 2 })).toContain('is being trained by process');
    expect(await page.request({ type: 'act', request: 3, action: 'stop', run: 'own' })).toBeUndefined();
    await expect.poll(() => run.stopRequested, { timeout: 60_000 }).toBe(true);
    run.finish({ status: 'stopped' });
    await page.until(() => page.row('own')?.state === 'stopped');
    expect(await page.request({ type: 'act', request: 4, action: 'stop', run: 'own' })).toContain(
      'expected a run that is being trained, got one that is stopped',
    );
    expect(await page.request({ type: 'act', request: 5, action: 'resume', run: 'own' })).toContain(
      "got one of a program's own loop",
    );
    expect(await page.request({ ...removal, request: 6 })).toBeUndefined();
    await other.until(() => other.messages.some((one) => one.type === 'runs' && one.removed.includes('own')));
    expect(existsSync(join(cwd, 'runs', 'own'))).toBe(false);
    for (const run of ['own', '..', '../runs', '.', '/', 'runs']) {
      expect(await page.request({ ...removal, request: 7, run })).toContain('expected a run, got none named');
    }
  });

  test('a page resumes a run, which goes on when the board has ended', async () => {
    const cwd = await newFolder();
    const training = start(['train', ...small, '--epochs', '100000', '--json'], { cwd });
    await untilRunIsMade(cwd, 'digits');
    const stopped = await kindling(['runs', 'stop', 'digits'], { cwd });
    expect(stopped.code, stopped.stderr).toBe(0);
    await training.ended;
    const board = await Board.open(['--allow-actions'], cwd);
    using page = await board.page();
    await page.until(() => page.row('digits')?.state === 'stopped');
    expect(await page.request({ type: 'act', request: 1, action: 'resume', run: 'digits' })).toBeUndefined();
    await page.until(() => page.row('digits')?.state === 'running');
    expect(await page.request({ type: 'act', request: 2, action: 'resume', run: 'digits' })).toContain(
      'got one that is being trained',
    );
    expect((await board.close()).code).toBe(0);
    const size = () => readFileSync(join(cwd, 'runs', 'digits', 'events.jsonl')).length;
    const before = size();
    await expect.poll(size, { timeout: 60_000 }).toBeGreaterThan(before);
    expect((await kindling(['runs', 'stop', 'digits'], { cwd })).code).toBe(0);
  });
});

test('a page that reads nothing is sent no more than it takes, and gets all once it reads', async () => {
  const cwd = await newFolder();
  const folder = join(cwd, 'runs', 'long');
  mkdirSync(folder, { recursive: true });
  const count = 300_000;
  const lines = Array.from({ length: count }, (_, step) =>
    formatEvent({ type: 'step', step, epoch: 0, loss: 1 / (step + 1), lr: 0.1, time: step }),
  );
  const summary = {
    run: 'long',
    experiment: 'long',
    status: 'completed',
    epoch: 0,
    step: count,
    metrics: {},
    started: 0,
    seconds: 1,
  };
  writeFileSync(join(folder, 'summary.json'), JSON.stringify(summary));
  writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'config.json'), '{}');
  await using board = await Board.open([], cwd);
  using slow = await board.page();
  using fast = await board.page();
  await slow.until(() => slow.messages.length > 0);
  slow.response.pause();
  await slow.post({ type: 'follow', runs: ['long'] });
  await fast.post({ type: 'follow', runs: ['long'] });
  await fast.until(() => fast.stepCount('long') === count);
  expect(slow.stepCount('long')).toBeLessThan(count);
  slow.response.resume();
  await slow.until(() => slow.stepCount('long') === count);
  expect(slow.steps('long')).toEqual(fast.steps('long'));
});

test('what is no HTTP ends its own connection alone', async () => {
  const { cwd, run } = await withRun();
  run.finish();
  await using board = await Board.open([], cwd);
  using page = await board.page();
  for (const text of [
    'nonsense\r\n\r\n',
    `GET /?token=${board.token} HTTP/1.1\r\n\r\n`,
    `GET * HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    'GET /'.padEnd(100_000, 'x'),
  ]) {
    const socket = connect(Number(board.url.port), '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    socket.write(text);
    await closed;
    socket.destroy();
  }
  await page.until(() => page.row('own')?.state === 'completed');
});

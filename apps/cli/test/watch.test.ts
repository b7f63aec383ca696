import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { beforeEach, describe, expect, test } from 'vitest';
import { events } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder, type Running, start } from './process/kindling.ts';

const small = ['digits', '--set', 'data.train=64', '--set', 'data.test=32', '--set', 'data.batchSize=16'];
const endless = ['train', ...small, '--epochs', '100000'];

let cwd: string;
beforeEach(async () => {
  cwd = await newFolder();
});

/** Waits until the run has a log with a step in it. */
async function begun(): Promise<void> {
  const log = join(cwd, 'runs', 'digits', 'events.jsonl');
  await expect
    .poll(() => existsSync(log) && readFileSync(log, 'utf8'), { timeout: 60_000 })
    .toContain('"type":"epoch"');
}

/** Waits until a command has written a text. */
async function said(stream: 'stdout' | 'stderr', { child, ended }: Running, expected: string): Promise<void> {
  let text = '';
  const seen = new Promise<void>((resolve) => {
    child[stream].on('data', (part: string) => {
      text += part;
      if (text.includes(expected)) resolve();
    });
  });
  await Promise.race([seen, ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
}

describe('a run that is trained', () => {
  test('is followed to its end, whose report is that of train', async () => {
    const training = start(['train', ...small, '--epochs', '300'], { cwd });
    await begun();
    const watched = await kindling(['watch'], { cwd });
    const trained = await training.ended;
    expect([watched.code, trained.code], watched.stderr + trained.stderr).toEqual([0, 0]);
    expect(watched.stdout).toMatch(/\nended: all 300 epochs are done\n$/);
    const report = watched.stdout.slice(0, watched.stdout.indexOf('\nended: '));
    expect(trained.stdout).toContain(report);
  });

  test('of which the process is killed ends the watching, and says how to resume', async () => {
    const training = start(endless, { cwd });
    await begun();
    const watching = start(['watch', 'digits', '--json'], { cwd });
    await said('stdout', watching, '"type":"epoch"');
    training.child.kill('SIGKILL');
    await training.ended;
    const { code, stdout, stderr } = await watching.ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^digits: its process no longer exists, after [\d,]+ steps; to resume: kindling train --run-dir runs\/digits --resume\n$/,
      ),
    ]);
    // Every event that is whole in the log, from its first.
    const log = readFileSync(join(cwd, 'runs', 'digits', 'events.jsonl'), 'utf8').replace(/[^\n]*$/, '');
    expect(events(stdout)).toEqual(events(log));
  });

  test('is stopped by runs stop; Ctrl-C before that ends the watching alone', async () => {
    const training = start(endless, { cwd });
    await begun();
    const left = start(['watch', '--json'], { cwd });
    await said('stdout', left, '"type":"epoch"');
    left.child.kill('SIGINT');
    const { code, stderr } = await left.ended;
    expect([code, stderr]).toEqual([130, 'digits: no longer watched; the run continues\n']);
    expect(training.child.exitCode).toBe(null);

    const watching = start(['watch', '--json'], { cwd });
    await said('stdout', watching, '"type":"epoch"');
    expect((await kindling(['runs', 'stop', 'digits'], { cwd })).code).toBe(0);
    const ended = await watching.ended;
    expect(ended.code).toBe(0);
    expect(events(ended.stdout).at(-1)).toMatchObject({ type: 'run-finished', status: 'stopped' });
    await training.ended;
  });

  test('ends with the exit code of a training that diverged or failed', async () => {
    const diverging = ['--set', 'optimizer.type=sgd', '--set', 'optimizer.lr=1e30'];
    await kindling(['train', ...small, ...diverging], { cwd });
    const diverged = await kindling(['watch', 'digits'], { cwd });
    expect([diverged.code, diverged.stdout]).toEqual([5, expect.stringMatching(/\nended: loss /)]);

    const run = await createRun({ name: 'own', dir: join(cwd, 'runs') });
    run.log(0, { loss: 1 });
    run.finish({ status: 'failed', reason: 'out of paper' });
    const failed = await kindling(['watch', 'own'], { cwd });
    expect([failed.code, failed.stderr]).toEqual([1, 'own: failed: out of paper\n']);
  });
});

test('a loop of one’s own is watched by its events', async () => {
  const run = await createRun({ name: 'own', dir: join(cwd, 'runs') });
  run.log(0, { 'loss/generator': 1, 'loss/discriminator': 2 });
  run.flush();
  const watching = start(['watch', '--json'], { cwd });
  await said('stdout', watching, '"step":0');
  run.log(1, { 'loss/generator': 0.5, 'loss/discriminator': 2 });
  run.finish();
  const { code, stdout } = await watching.ended;
  expect(code).toBe(0);
  expect(jsonLines(stdout).map(({ type }) => type)).toEqual(['run-started', 'step', 'step', 'run-finished']);
});

test('without a run there is nothing to watch', async () => {
  const none = await kindling(['watch'], { cwd });
  expect([none.code, none.stderr]).toEqual([
    2,
    'kindling: watch: expected a run that is being trained in runs/, got none; kindling runs list shows those that ended\n',
  ]);
  const unknown = await kindling(['watch', 'nothing'], { cwd });
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no run named "nothing"')]);
  const folder = await kindling(['watch', './'], { cwd });
  expect([folder.code, folder.stderr]).toEqual([2, expect.stringContaining('no run in ')]);
});

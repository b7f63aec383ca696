import { spawn, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { events, ofType } from './process/events.ts';
import {
  bin,
  endOf,
  environment,
  jsonLines,
  kindlingProcess,
  newFolder,
  type Running,
  start,
} from './process/kindling.ts';

const hasLauncher = spawnSync('mpirun', ['--version']).status === 0;
if (!hasLauncher)
  console.log('Skipped training in several processes: no mpirun (Debian: openmpi-bin or mpich)');

const few = ['--set', 'data.train=64', '--set', 'data.test=16', '--set', 'data.batchSize=16'];
const digits = ['train', 'digits', '--epochs', '2', ...few];
const log = async (cwd: string) =>
  events(await readFile(join(cwd, 'runs', 'digits', 'events.jsonl'), 'utf8'));

/** What two processes print that a launcher starts. */
async function launched(args: readonly string[], cwd: string): Promise<string> {
  const child = spawn('mpirun', ['-n', '2', process.execPath, bin, ...args], {
    cwd,
    env: environment({
      OMPI_ALLOW_RUN_AS_ROOT: '1',
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
      OMPI_MCA_rmaps_base_oversubscribe: '1',
    }),
  });
  const { code, stdout, stderr } = await endOf(child);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** A long training in two processes that has taken a step. */
async function stepping(cwd: string): Promise<Running> {
  const running = start(
    ['train', 'digits', '--epochs', '1000000', ...few, '--processes', '2', '--log-every', '1', '--json'],
    { cwd },
  );
  const stepped = new Promise<void>((resolve) => {
    running.child.stdout.on('data', (text: string) => text.includes('"type":"step"') && resolve());
  });
  await Promise.race([stepped, running.ended]);
  return running;
}

describe.skipIf(!hasLauncher)('train --processes', () => {
  test('takes the same steps, writes one run, and goes on with it', async () => {
    const cwd = await newFolder();
    const { code, stdout, stderr } = await kindlingProcess(
      [...digits, '--processes', '2', '--log-every', '1'],
      { cwd },
    );
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/ended: all 2 epochs are done/g)).toHaveLength(1);
    // Output that goes elsewhere than to a terminal has no color.
    expect(stdout).not.toContain('\u001b');
    const steps = ofType(await log(cwd), 'step');
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);

    const alone = await newFolder();
    await kindlingProcess([...digits, '--log-every', '1'], { cwd: alone });
    const [first] = ofType(await log(alone), 'step');
    // Other samples, the same weights: the first loss is near the one of a process alone.
    expect(Math.abs(Number(steps[0]?.loss) - Number(first?.loss))).toBeLessThan(0.5);

    const resumed = await kindlingProcess(
      ['train', 'digits', '--resume', '--epochs', '3', '--processes', '2'],
      { cwd },
    );
    expect({ code: resumed.code, stderr: resumed.code === 0 ? '' : resumed.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const epochs = ofType(await log(cwd), 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);

    // What the processes measured together, one measures alone, and they measure again.
    const evaluation = ['eval', 'digits', '--checkpoint', 'last', '--json'];
    const [one] = jsonLines((await kindlingProcess(evaluation, { cwd })).stdout);
    const inTwo = await kindlingProcess([...evaluation, '--processes', '2'], { cwd });
    expect({ code: inTwo.code, stderr: inTwo.code === 0 ? '' : inTwo.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const [two, ...others] = jsonLines(inTwo.stdout);
    expect(others).toEqual([]);
    const { loss, ...counted } = one!.metrics as Record<string, number>;
    for (const { loss: other, ...same } of [two!.metrics, epochs[2]!.validation] as (typeof counted)[]) {
      expect(other).toBeCloseTo(loss!, 6);
      expect(same).toEqual(counted);
    }
    expect(two!.confusionMatrix).toEqual(one!.confusionMatrix);

    const rows = [0, 100, 200].map((shade) =>
      Array.from({ length: 784 }, (_, i) => (shade + i) % 256).join(),
    );
    await writeFile(join(cwd, 'rows.csv'), rows.join('\n'));
    const prediction = ['predict', 'digits', 'rows.csv', '--json'];
    const predicted = jsonLines((await kindlingProcess(prediction, { cwd })).stdout);
    const shared = jsonLines(await launched(prediction, cwd));
    expect(shared.map((line) => line.class)).toEqual(predicted.map((line) => line.class));
    for (const [i, { scores }] of predicted.entries()) {
      (scores as number[]).forEach((score, j) => {
        expect((shared[i]!.scores as number[])[j]).toBeCloseTo(score, 6);
      });
    }
  });

  test('a launcher that starts nothing is named, with a command that shows why', async () => {
    const cwd = await newFolder();
    const launcher = join(cwd, 'mpirun');
    await writeFile(launcher, '#!/bin/sh\n[ "$1" = --version ] || exit 9\n', { mode: 0o755 });
    const { code, stderr } = await kindlingProcess([...digits, '--processes', '2'], {
      cwd,
      env: { PATH: `${cwd}:${process.env.PATH}` },
    });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'kindling: Error: mpirun started no process (exit code 9); see: mpirun -n 2 hostname (KINDLING_DEBUG=1 shows where)\n',
    });
  });

  test('one process is a plain run', async () => {
    const [cwd, plain] = [await newFolder(), await newFolder()];
    expect((await kindlingProcess([...digits, '--processes', '1'], { cwd })).code).toBe(0);
    expect((await kindlingProcess(digits, { cwd: plain })).code).toBe(0);
    const weights = (folder: string) =>
      readFile(join(folder, 'runs', 'digits', 'checkpoints', 'last.safetensors'));
    expect((await weights(cwd)).equals(await weights(plain))).toBe(true);
  });

  test.each([
    [
      ['--set', 'data.batchSize=1'],
      2,
      'data.batchSize: expected at least 2, one sample for each process, got 1',
    ],
    [['--set', 'optimizer.lr=no'], 2, 'optimizer.lr'],
  ])('%j ends all processes with the exit code and the message of one', async (words, expected, message) => {
    const { code, stderr } = await kindlingProcess([...digits, ...words, '--processes', '2'], {
      cwd: await newFolder(),
    });
    expect(code).toBe(expected);
    expect(stderr).toMatch(/process \d of 2 on \S+: /);
    expect(stderr).toContain(message);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s stops all after the same step, and the run can be resumed', async (signal, expected) => {
    const cwd = await newFolder();
    const { child, ended } = await stepping(cwd);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(expected);
    expect(stderr).toMatch(/stopped after \d+ steps; to resume: kindling train digits/);
    expect(ofType(await log(cwd), 'run-finished')[0]).toMatchObject({ status: 'stopped' });
  });

  test('processes whose launcher is killed save a checkpoint and end', async () => {
    const cwd = await newFolder();
    const { child } = await stepping(cwd);
    child.kill('SIGKILL');
    await expect
      .poll(async () => ofType(await log(cwd), 'run-finished')[0], { timeout: 60_000, interval: 200 })
      .toMatchObject({ status: 'stopped', reason: expect.stringMatching(/^interrupted/) });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listRuns, readRun, runExperiment } from '../../src/index.ts';
import { experiment, runsFolder, stepsOf, xor } from './set-up.ts';

const runs = runsFolder();

describe('resuming', () => {
  test('a run that is over changes nothing but its last line', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const before = readRun(folder.path);
    const weights = readFileSync(folder.checkpoint('last'), 'hex');
    const { status } = await runExperiment(experiment(), { runs: runs(), resume: true });
    expect(status).toBe('completed');
    expect(readFileSync(folder.checkpoint('last'), 'hex')).toBe(weights);
    const after = readRun(folder.path);
    expect(after.events.slice(0, -1)).toEqual(before.events.slice(0, -1));
    expect(after.events.at(-1)).toMatchObject({ status: 'completed', metrics: before.summary.metrics });
    expect(after.summary.started).toBe(before.summary.started);
  });

  test('with more epochs goes on', async () => {
    await runExperiment(experiment(), { runs: runs() });
    await runExperiment(experiment({ epochs: 40 }), { runs: runs(), resume: true });
    const { events, summary } = readRun(join(runs(), 'tiny'));
    expect(stepsOf(events)).toEqual([0, 10, 20, 24, 30, 39]);
    expect(summary).toMatchObject({ epoch: 40, step: 40, status: 'completed' });
    expect(events.filter(({ type }) => type === 'run-started')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'run-finished')).toHaveLength(1);

    const whole = await runExperiment(experiment({ epochs: 40 }), { runDir: join(runs(), 'whole', 'tiny') });
    expect(readFileSync(join(runs(), 'tiny', 'checkpoints', 'last.safetensors'), 'hex')).toBe(
      readFileSync(whole.folder.checkpoint('last'), 'hex'),
    );
  });

  test('a run that was stopped before its first checkpoint begins anew', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const whole = readFileSync(folder.checkpoint('last'), 'hex');
    rmSync(folder.state);
    rmSync(folder.checkpoint('last'));
    await runExperiment(experiment(), { runs: runs(), resume: true });
    expect(readFileSync(folder.checkpoint('last'), 'hex')).toBe(whole);
    expect(stepsOf(readRun(folder.path).events)).toEqual([0, 10, 20, 24]);
  });

  test('with another experiment is refused, and says where it differs', async () => {
    await runExperiment(experiment(), { runs: runs() });
    const changed = experiment({
      seed: 2,
      optimizer: { type: 'sgd', lr: 0.5 },
      model: xor.model.slice(0, 3),
    });
    await expect(runExperiment(changed, { runs: runs(), resume: true })).rejects.toThrow(
      'run tiny: expected the experiment that the run started with, got one that differs in seed (1, now 2), model.3 ({"type":"sigmoid"}, now nothing), optimizer.lr (1, now 0.5)',
    );
  });

  test('what is not there is refused', async () => {
    await expect(runExperiment(experiment(), { runs: runs(), resume: true })).rejects.toThrow('has no runs');
    const runDir = join(runs(), 'nothing');
    await expect(runExperiment(experiment(), { runDir, resume: true })).rejects.toThrow(
      `no run in ${runDir}`,
    );
  });

  test('from a damaged state is refused, with the file', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    writeFileSync(folder.state, readFileSync(folder.state).subarray(0, 100));
    await expect(runExperiment(experiment(), { runs: runs(), resume: true })).rejects.toThrow(folder.state);
  });
});

describe('the lock', () => {
  test('keeps a second process out while the first lives, and not after', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(folder.lock, JSON.stringify({ pid: child.pid, host: hostname(), token: 'x' }));
    await expect(runExperiment(experiment(), { runs: runs(), resume: true })).rejects.toThrow(
      `run tiny is being trained by process ${child.pid} on ${hostname()}; if that process no longer exists, delete ${folder.lock}`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await runExperiment(experiment(), { runs: runs(), resume: true })).status).toBe('completed');
    expect(existsSync(folder.lock)).toBe(false);
  });

  test('tells a run that is at work from one that was killed', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const summary = JSON.parse(readFileSync(folder.summary, 'utf8'));
    writeFileSync(folder.summary, JSON.stringify({ ...summary, status: 'running' }));
    expect(readRun(folder.path).state).toBe('interrupted');
    writeFileSync(folder.lock, JSON.stringify({ pid: process.pid, host: hostname(), token: 'x' }));
    expect(listRuns(runs())[0]!.state).toBe('running');
  });
});

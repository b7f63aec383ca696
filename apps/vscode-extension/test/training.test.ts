import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { RunFolder } from '@kindling/train/runs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliHost } from '../src/cli/cli-host.ts';
import type { CurvesPanels } from '../src/curves/curves-panels.ts';
import { LiveRuns } from '../src/runs/live-runs.ts';
import { experimentInFile, namedFile } from '../src/training/experiment-reference.ts';
import { Trainer } from '../src/training/trainer.ts';
import { trainingEnd } from '../src/training/training-end.ts';
import { fake, type Task, window, workspace } from './fake/vscode.ts';

const experiment = { name: 'mine', data: { source: 'xor' }, model: [], loss: 'bce', epochs: 1 };

let root: string;
let runs: LiveRuns;
let trainer: Trainer;
const open = vi.fn();

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kindling-trainer-'));
  fake.folder = root;
  fake.tasks = [];
  workspace.isTrusted = true;
  vi.clearAllMocks();
  const cli = join(root, 'node_modules', 'kindling');
  mkdirSync(cli, { recursive: true });
  writeFileSync(join(cli, 'package.json'), JSON.stringify({ name: 'kindling', bin: './main.mjs' }));
  writeFileSync(join(cli, 'main.mjs'), '');
  runs = new LiveRuns({});
  trainer = new Trainer(new CliHost(), runs, { open } as unknown as CurvesPanels);
});
afterEach(() => {
  trainer.dispose();
  runs.dispose();
});

const xor = { reference: 'xor', name: 'xor', file: undefined };
const end = (task: Task, exitCode: number | undefined): void => {
  const execution = fake.executions.find((one) => one.task === task)!;
  fake.taskEnded.fire({ execution, exitCode });
};

describe('Trainer', () => {
  it('starts the command line of the workspace, in a folder of its own for each run', async () => {
    mkdirSync(join(root, 'runs', 'xor'), { recursive: true });
    await trainer.train(xor, ['epochs=3']);
    await trainer.train(xor, ['name=other']);
    const [first, second] = fake.tasks;
    expect(first!.execution.process).toBe(process.execPath);
    expect(first!.execution.args).toEqual([
      join(root, 'node_modules', 'kindling', 'main.mjs'),
      ...['train', 'xor', '--set', 'epochs=3', '--run-dir', join(root, 'runs', 'xor-2')],
    ]);
    expect(first!.execution.options).toMatchObject({ cwd: root, env: { ELECTRON_RUN_AS_NODE: '1' } });
    expect(first!.name).toBe('train xor');
    expect(first!.problemMatchers).toBe('$kindling');
    expect(second!.execution.args.at(-1)).toBe(join(root, 'runs', 'other'));
  });

  it('shows the curves when the run is there, and tells once that it has ended', async () => {
    await trainer.train(xor);
    const run = await createRun({ name: 'xor', dir: join(root, 'runs') });
    await vi.waitFor(() => expect(open).toHaveBeenCalledWith(['xor']), { timeout: 60_000 });
    expect(window.showInformationMessage).not.toHaveBeenCalled();
    await run.finish();
    end(fake.tasks[0]!, 0);
    await vi.waitFor(() => expect(window.showInformationMessage).toHaveBeenCalledOnce(), { timeout: 60_000 });
    expect(window.showErrorMessage).not.toHaveBeenCalled();
  });

  it('tells of a process that ended before there was a run, unless it was interrupted', async () => {
    await trainer.train(xor);
    await trainer.train(xor);
    end(fake.tasks[0]!, 130);
    end(fake.tasks[1]!, 2);
    await vi.waitFor(() => expect(window.showErrorMessage).toHaveBeenCalledOnce(), { timeout: 60_000 });
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      'xor failed: its settings are wrong',
      'Show Terminal',
    );
    expect(open).not.toHaveBeenCalled();
  });

  it('tells of a run that cannot go on, though its folder says only that it was stopped', async () => {
    const run = await createRun({ name: 'xor', dir: join(root, 'runs') });
    await run.finish();
    await trainer.resume(Object.assign(new RunFolder(join(root, 'runs', 'xor')), { hasConfig: () => false }));
    end(fake.tasks[0]!, 137);
    await vi.waitFor(() => expect(window.showErrorMessage).toHaveBeenCalledOnce(), { timeout: 60_000 });
    expect(window.showErrorMessage).toHaveBeenCalledWith('xor failed: exit code 137', 'Show Terminal');
    expect(open).toHaveBeenCalledWith(['xor']);
  });

  it('starts no program in a workspace that is not trusted', async () => {
    const file = join(root, 'mine.mjs');
    workspace.isTrusted = false;
    await trainer.train({ reference: file, name: 'mine', file });
    await trainer.dryRun({ reference: file, name: 'mine', file });
    expect(fake.tasks).toEqual([]);
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      'mine.mjs is a program. Trust the workspace to run it, or write the experiment as JSON.',
    );
  });

  it('asks for a folder where there is none', async () => {
    fake.folder = '';
    await trainer.train(xor);
    expect(fake.tasks).toEqual([]);
    expect(window.showErrorMessage).toHaveBeenCalledOnce();
  });

  it("refuses to go on with a program's own run, and with one that is at work", async () => {
    const run = await createRun({ name: 'loop', dir: join(root, 'runs') });
    const folder = new RunFolder(join(root, 'runs', 'loop'));
    await expect(trainer.resume(folder)).rejects.toThrow('loop is a run of a program of your own');
    await run.finish();
    await trainer.resume(new RunFolder(join(root, 'runs', 'xor')));
    expect(fake.tasks[0]!.execution.args.slice(1)).toEqual([
      ...['train', '--run-dir', join(root, 'runs', 'xor'), '--resume'],
    ]);
  });
});

describe('trainingEnd', () => {
  it('is what the run says', async () => {
    const dir = join(root, 'runs');
    const run = await createRun({ name: 'a', dir });
    expect(trainingEnd(join(dir, 'a')).state).toBe('running');
    await run.finish();
    expect(trainingEnd(join(dir, 'a'))).toEqual({ state: 'completed', reason: undefined });
    expect(trainingEnd(join(dir, 'b'))).toEqual({ state: 'unstarted', reason: undefined });
  });
});

describe('experimentInFile', () => {
  it('finds the experiment of a file, and nothing in others', () => {
    const file = join(root, 'a.json');
    writeFileSync(file, JSON.stringify(experiment));
    expect(experimentInFile(file)).toEqual({ reference: file, name: 'mine', file });
    writeFileSync(file, '{}');
    expect(experimentInFile(file)).toBeUndefined();
    expect(experimentInFile(root)).toBeUndefined();
    expect(namedFile(file)).toEqual({ reference: file, name: 'a', file });
  });
});

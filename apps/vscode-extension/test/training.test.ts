import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { RunFolder } from '@kindling/train/runs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliHost } from '../src/cli/cli-host.ts';
import { WorkspaceRuns } from '../src/runs/workspace-runs.ts';
import { TaskEnds } from '../src/tasks/task-ends.ts';
import { experimentInFile, namedFile } from '../src/training/experiment-reference.ts';
import { Trainer } from '../src/training/trainer.ts';
import { trainingEnd } from '../src/training/training-end.ts';
import { fake, type Task, window, workspace } from './fake/vscode.ts';
import { installCli } from './installed-cli.ts';

const experiment = { name: 'mine', data: { source: 'xor' }, model: [], loss: 'bce', epochs: 1 };

let root: string;
let runs: WorkspaceRuns;
let tasks: TaskEnds;
let trainer: Trainer;
const open = vi.fn();
/** Ids of the runs whose curves were opened, without the folder. */
const opened = (): unknown[] => open.mock.calls.map(([, ids]) => ids);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kindling-trainer-'));
  fake.folders = [root];
  fake.tasks = [];
  workspace.isTrusted = true;
  vi.clearAllMocks();
  installCli(root, '0.1.0');
  tasks = new TaskEnds();
  runs = new WorkspaceRuns({});
  trainer = new Trainer({ cli: new CliHost('0.1.7', tasks), runs, curves: { open }, tasks });
});
afterEach(() => {
  tasks.dispose();
  runs.dispose();
});

/** The folder of a run that is over, as if the command line had made it. */
async function finishedRun(name: string): Promise<RunFolder> {
  const run = await createRun({ name, dir: join(root, 'runs') });
  await run.finish();
  const folder = new RunFolder(join(root, 'runs', name));
  renameSync(folder.config, folder.experiment);
  return folder;
}

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
      join(root, 'node_modules', 'kindling', 'bin', 'kindling.mjs'),
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
    await vi.waitFor(() => expect(opened()).toEqual([['xor']]), { timeout: 60_000 });
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
      'xor-2 failed: its settings are wrong',
      'Show Terminal',
    );
    expect(open).not.toHaveBeenCalled();
  });

  it('tells of a run that cannot go on, though its folder says only that it was stopped', async () => {
    await trainer.resume(await finishedRun('xor'));
    end(fake.tasks[0]!, 137);
    await vi.waitFor(() => expect(window.showErrorMessage).toHaveBeenCalledOnce(), { timeout: 60_000 });
    expect(window.showErrorMessage).toHaveBeenCalledWith('xor failed: exit code 137', 'Show Terminal');
    expect(opened()).toEqual([['xor']]);
  });

  it('leaves no folder behind where the editor starts nothing', async () => {
    await trainer.train(xor);
    expect(existsSync(join(root, 'runs', 'xor'))).toBe(true);
    trainer.dispose();
    expect(existsSync(join(root, 'runs', 'xor'))).toBe(false);
  });

  it('starts no program in a workspace that is not trusted', async () => {
    const file = join(root, 'mine.mjs');
    workspace.isTrusted = false;
    await trainer.train({ reference: file, name: 'mine', file });
    await trainer.dryRun({ reference: file, name: 'mine', file });
    expect(fake.tasks).toEqual([]);
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      'mine.mjs is a program. Trust the workspace to run it, or write the experiment as JSON.',
      'Manage Trust',
    );
  });

  it('asks for a folder where there is none', async () => {
    fake.folders = [];
    await trainer.train(xor);
    expect(fake.tasks).toEqual([]);
    expect(window.showErrorMessage).toHaveBeenCalledOnce();
  });

  it("refuses to go on with a program's own run, and with one that is at work", async () => {
    const run = await createRun({ name: 'loop', dir: join(root, 'runs') });
    const folder = new RunFolder(join(root, 'runs', 'loop'));
    await expect(trainer.resume(folder)).rejects.toThrow('loop is a run of a program of your own');
    await run.finish();
    await trainer.resume(await finishedRun('xor'));
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

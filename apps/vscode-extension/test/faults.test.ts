import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type HostMessage,
  PROTOCOL_VERSION,
  type Progress,
  type RunsMessage,
} from '@kindling/dashboard/protocol';
import { createRun } from '@kindling/train';
import { RunFolder } from '@kindling/train/runs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliHost } from '../src/cli/cli-host.ts';
import { CurvesPanel } from '../src/curves/curves-panel.ts';
import type { LiveRuns } from '../src/runs/live-runs.ts';
import { WorkspaceRuns } from '../src/runs/workspace-runs.ts';
import { TaskEnds } from '../src/tasks/task-ends.ts';
import { Trainer } from '../src/training/trainer.ts';
import { FakePanel } from './fake/panel.ts';
import { commands, fake, Uri, window, workspace } from './fake/vscode.ts';
import { installCli } from './installed-cli.ts';
import { endTask, startTask } from './task-process.ts';

const extension = dirname(fileURLToPath(new URL('.', import.meta.url)));
const patience = { timeout: 90_000 };

/** What a window of the editor has. */
interface Window extends Disposable {
  readonly runs: WorkspaceRuns;
  readonly trainer: Trainer;
}

const open = vi.fn();
let root: string;
let first: Window;

function openWindow(): Window {
  const tasks = new TaskEnds();
  const cli = new CliHost('0.1.0', tasks);
  const runs = new WorkspaceRuns({});
  return {
    runs,
    trainer: new Trainer({ cli, runs, curves: { open }, tasks }),
    [Symbol.dispose]: () => {
      tasks.dispose();
      runs.dispose();
    },
  };
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'kindling-faults-')));
  fake.folders = [root];
  fake.tasks = [];
  workspace.isTrusted = true;
  vi.clearAllMocks();
  first = openWindow();
});
afterEach(() => first[Symbol.dispose]());

/** The command line of the repository, installed in the folder. */
function linkCli(): void {
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(join(extension, 'node_modules', 'kindling'), join(root, 'node_modules', 'kindling'));
}

const xor = { reference: 'xor', name: 'xor', file: undefined };

describe('a training that crashes', () => {
  it('by a signal was interrupted, and is resumed where that is chosen', async () => {
    linkCli();
    await first.trainer.train(xor, ['epochs=1000000000']);
    const child = startTask(fake.tasks[0]!);
    await vi.waitFor(() => expect(open).toHaveBeenCalledOnce(), patience);
    window.showErrorMessage.mockResolvedValueOnce('Resume');
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(fake.tasks).toHaveLength(2), patience);
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      'xor was interrupted: its process was ended',
      'Resume',
      'Show Terminal',
    );
    expect(fake.tasks[1]!.execution.args.slice(1)).toEqual([
      'train',
      '--run-dir',
      join(root, 'runs', 'xor'),
      '--resume',
    ]);
  });

  it('with a stack trace before there is a run leaves no folder behind', async () => {
    const script = `if (process.argv.includes('--version')) console.log('0.1.0'); else throw new Error('no luck');`;
    installCli(root, '0.1.0', script);
    await first.trainer.train(xor);
    expect(readdirSync(join(root, 'runs'))).toEqual(['xor']);
    startTask(fake.tasks[0]!);
    await vi.waitFor(() => expect(window.showErrorMessage).toHaveBeenCalledOnce(), patience);
    expect(window.showErrorMessage).toHaveBeenCalledWith('xor failed: exit code 1', 'Show Terminal');
    expect(readdirSync(join(root, 'runs'))).toEqual([]);
  });
});

describe('a workspace in which nothing can be written', () => {
  const refusal = (): string => String(window.showErrorMessage.mock.calls[0]?.[0]);

  it('is named before anything is started, with the setting for another folder', async () => {
    installCli(root, '0.1.0');
    writeFileSync(join(root, 'runs'), 'no folder');
    window.showErrorMessage.mockResolvedValueOnce('Choose Folder…');
    await first.trainer.train(xor);
    expect(fake.tasks).toEqual([]);
    expect(refusal()).toBe(
      `No run can be kept in ${join(root, 'runs')}: there is a file in the place of a folder.`,
    );
    await vi.waitFor(() =>
      expect(commands.executeCommand).toHaveBeenCalledWith(
        'workbench.action.openSettings',
        'kindling.runsDirectory',
      ),
    );
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('may have no permission', async () => {
    installCli(root, '0.1.0');
    chmodSync(root, 0o555);
    await first.trainer.train(xor);
    chmodSync(root, 0o755);
    expect(fake.tasks).toEqual([]);
    expect(refusal()).toBe(`No run can be kept in ${join(root, 'runs')}: permission denied (EACCES)`);
  });
});

describe('two windows on one folder', () => {
  it('train in folders of their own, and both see every run', async () => {
    installCli(root, '0.1.0');
    using second = openWindow();
    await Promise.all([first.trainer.train(xor), second.trainer.train(xor), first.trainer.train(xor)]);
    const folders = fake.tasks.map(({ execution }) => execution.args.at(-1));
    expect(new Set(folders)).toEqual(
      new Set(['xor', 'xor-2', 'xor-3'].map((name) => join(root, 'runs', name))),
    );
    const run = await createRun({ name: 'loop', dir: join(root, 'runs') });
    for (const { runs } of [first, second]) {
      const found = await runs.folders[0]!.appearance((list) => list.get('loop'), new Promise(() => {}));
      expect(found?.state).toBe('running');
    }
    await run.finish();
    for (const task of fake.tasks) endTask(task, 130);
    await vi.waitFor(() => expect(readdirSync(join(root, 'runs'))).toEqual(['loop']), patience);
  });

  it('do not resume what the other one trains', async () => {
    installCli(root, '0.1.0');
    const run = await createRun({ name: 'xor', dir: join(root, 'runs') });
    const folder = new RunFolder(join(root, 'runs', 'xor'));
    writeFileSync(folder.experiment, '{}');
    await expect(first.trainer.resume(folder)).rejects.toThrow('xor is being trained already.');
    await run.finish();
    rmSync(folder.path, { recursive: true });
    await expect(first.trainer.resume(folder)).rejects.toThrow('The folder of xor is gone.');
  });
});

describe('a panel', () => {
  const ready = { type: 'ready', version: PROTOCOL_VERSION };
  const progressIn = (message: HostMessage): message is Progress => message.type === 'progress';
  const runsIn = (message: HostMessage): message is RunsMessage => message.type === 'runs';

  function openPanel(runs: LiveRuns): FakePanel {
    const panel = new FakePanel();
    new CurvesPanel(panel as never, { extension: Uri.file('/extension') as never, runs, log: vi.fn() });
    panel.webview.say(ready);
    return panel;
  }

  it('outlives the folder of its run, and shows one that comes in its place', async () => {
    const [runs] = first.runs.folders;
    const begin = async () => createRun({ name: 'loop', dir: join(root, 'runs') });
    const run = await begin();
    run.log(0, { loss: 1 });
    await run.finish();
    await runs!.ready();
    const panel = openPanel(runs!);
    panel.webview.say({ type: 'follow', runs: ['loop'] });
    await panel.webview.next(progressIn);
    rmSync(join(root, 'runs'), { recursive: true });
    for (;;) {
      const { removed } = await panel.webview.next(runsIn);
      if (removed.includes('loop')) break;
    }
    await vi.waitFor(() => expect(runs!.list.get('loop')).toBeUndefined(), patience);
    const next = await begin();
    next.log(0, { loss: 2 });
    await next.finish();
    for (;;) {
      const { steps } = await panel.webview.next(progressIn);
      if (steps?.columns['metric:loss']?.[0] === 2) break;
    }
  });

  it('shows what can be read of a log, and says what cannot', async () => {
    const [runs] = first.runs.folders;
    const run = await createRun({ name: 'loop', dir: join(root, 'runs') });
    run.log(0, { loss: 1 });
    await run.finish();
    const { events } = new RunFolder(join(root, 'runs', 'loop'));
    appendFileSync(
      events,
      '\u0000\u0001 garbage\n{"type":"of-the-future","news":true}\n{"type":"step","step":1,"lo',
    );
    await runs!.ready();
    const panel = openPanel(runs!);
    panel.webview.say({ type: 'follow', runs: ['loop'] });
    const { log } = await panel.webview.next(
      (message): message is Progress => progressIn(message) && message.log?.unknown === 1,
    );
    expect(log).toMatchObject({ skipped: 1, problem: expect.stringMatching(/./) });
    appendFileSync(events, 'ss":0.5,"epoch":0,"time":2}\n');
    for (;;) {
      const { steps } = await panel.webview.next(progressIn);
      if (steps !== undefined && steps.from + steps.length === 2) break;
    }
  });
});

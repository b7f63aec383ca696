import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkspaceRuns } from '../src/runs/workspace-runs.ts';
import { ScriptLenses } from '../src/scripts/script-lenses.ts';
import { ScriptRunner } from '../src/scripts/script-runner.ts';
import { TaskEnds } from '../src/tasks/task-ends.ts';
import { commands, fake, Uri, window, workspace } from './fake/vscode.ts';
import { endTask, startTask } from './task-process.ts';

const extension = dirname(fileURLToPath(new URL('.', import.meta.url)));
const repository = dirname(dirname(extension));

let root: string;
let runs: WorkspaceRuns;
let tasks: TaskEnds;
const open = vi.fn();
const node = { program: process.execPath, version: 'v20.19.0', env: {} };
const scripts = (): ScriptRunner =>
  new ScriptRunner({ runs, curves: { open }, tasks, findNode: async () => node });

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'kindling-scripts-')));
  fake.folders = [root];
  fake.tasks = [];
  workspace.isTrusted = true;
  vi.clearAllMocks();
  tasks = new TaskEnds();
  runs = new WorkspaceRuns({});
});
afterEach(() => {
  tasks.dispose();
  runs.dispose();
});

/** A program in the folder, which finds the packages as they are in the repository. */
function program(name: string, text: string): string {
  mkdirSync(join(root, 'node_modules', '@kindling'), { recursive: true });
  symlinkSync(join(repository, 'packages', 'train'), join(root, 'node_modules', '@kindling', 'train'));
  symlinkSync(join(repository, 'node_modules', 'tsx'), join(root, 'node_modules', 'tsx'));
  const file = join(root, name);
  writeFileSync(file, text);
  return file;
}

const loop = (end: string): string => `
import { createRun } from '@kindling/train';
const run = await createRun({ name: 'loop' as string, config: { lr: 0.1 } });
for (let step = 0; step < 5; step++) run.log(step, { loss: 1 / (step + 1) });
${end}
`;

/** Runs as its sources, so that nothing has to be built. */
function start(): ReturnType<typeof startTask> {
  vi.stubEnv('NODE_OPTIONS', '--conditions=@kindling/source');
  try {
    return startTask(fake.tasks[0]!);
  } finally {
    vi.unstubAllEnvs();
  }
}

describe('a program that makes a run', () => {
  it('runs in its folder, and the curves of its run are opened', async () => {
    const file = program('loop.mts', loop('run.finish();'));
    await scripts().run(file);
    const [task] = fake.tasks;
    expect(task!.name).toBe('run loop.mts');
    expect(task!.definition).toEqual({ type: 'kindling', script: 'loop.mts' });
    expect(task!.execution.args).toEqual(['--import', expect.stringMatching(/^file:.*tsx/), file]);
    start();
    await vi.waitFor(() => expect(open).toHaveBeenCalledWith(runs.folders[0], ['loop']), { timeout: 90_000 });
    expect(window.showErrorMessage).not.toHaveBeenCalled();
    expect(window.showWarningMessage).not.toHaveBeenCalled();
  });

  it('that throws says so, with the error', async () => {
    await scripts().run(program('loop.mts', loop("throw new Error('out of luck');")));
    start();
    await vi.waitFor(() => expect(window.showErrorMessage).toHaveBeenCalledOnce(), { timeout: 90_000 });
    const [text, ...buttons] = window.showErrorMessage.mock.calls[0]!;
    expect(text).toMatch(/^loop failed: .*out of luck/);
    expect(buttons).toEqual(['Show Terminal']);
    expect(open).toHaveBeenCalledOnce();
  });

  it('that ends without one names the folder that is watched', async () => {
    await scripts().run(join(root, 'nothing.mjs'));
    endTask(fake.tasks[0]!, 0);
    await vi.waitFor(() => expect(window.showWarningMessage).toHaveBeenCalledOnce(), { timeout: 60_000 });
    expect(window.showWarningMessage.mock.calls[0]![0]).toContain(
      `nothing.mjs has ended without a run in ${join(root, 'runs')}`,
    );
  });

  it('in TypeScript says what is missing, and installs it where that is chosen', async () => {
    const file = join(root, 'loop.mts');
    window.showErrorMessage.mockResolvedValueOnce('Install tsx');
    const running = scripts().run(file);
    await vi.waitFor(() => expect(fake.tasks).toHaveLength(1), { timeout: 60_000 });
    expect(window.showErrorMessage.mock.calls[0]![0]).toBe(
      'loop.mts is TypeScript, which Node.js v20.19.0 does not run by itself: it takes tsx in the workspace, or Node.js 22.18.',
    );
    program('loop.mts', '');
    endTask(fake.tasks[0]!, 0);
    await running;
    expect(fake.tasks[1]!.execution.args[0]).toBe('--import');
  });

  it('is not started in a workspace that is not trusted', async () => {
    workspace.isTrusted = false;
    await scripts().run(join(root, 'loop.mjs'));
    expect(fake.tasks).toEqual([]);
    expect(window.showErrorMessage.mock.calls[0]![0]).toMatch(/^loop.mjs is a program. Trust the workspace/);
  });
});

describe('lenses', () => {
  const document = (text: string) => ({
    languageId: 'typescript',
    uri: Uri.file('/w/loop.ts'),
    getText: () => text,
    positionAt: (offset: number) => offset,
  });

  it('stand above the call, and menus know the file', () => {
    const text = loop('run.finish();');
    window.visibleTextEditors = [{ document: document(text) }, { document: document('createRun();') }];
    const lenses = new ScriptLenses();
    const [lens, ...others] = lenses.provideCodeLenses(document(text) as never);
    expect(others).toEqual([]);
    expect(lens).toMatchObject({
      range: { start: text.indexOf('createRun({') },
      command: { title: '$(graph-line) Run with Kindling curves', command: 'kindling.runScript' },
    });
    expect(lenses.provideCodeLenses(document('createRun();') as never)).toEqual([]);
    expect(commands.executeCommand).toHaveBeenCalledWith('setContext', 'kindling.scripts', ['/w/loop.ts']);
    lenses.dispose();
    window.visibleTextEditors = [];
  });
});

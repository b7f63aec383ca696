import { existsSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliHost } from '../src/cli/cli-host.ts';
import { releaseLine } from '../src/cli/cli-version.ts';
import { TaskEnds } from '../src/tasks/task-ends.ts';
import { commands, fake, window, workspace } from './fake/vscode.ts';
import { installCli } from './installed-cli.ts';
import { endTask } from './task-process.ts';

let root: string;
let tasks: TaskEnds;
let host: CliHost;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kindling-host-'));
  mkdirSync(join(root, 'empty'));
  vi.stubEnv('PATH', join(root, 'empty'));
  fake.folders = [root];
  fake.tasks = [];
  fake.settings = {};
  workspace.isTrusted = true;
  vi.clearAllMocks();
  tasks = new TaskEnds();
  host = new CliHost('0.1.7', tasks);
});
afterEach(() => {
  vi.unstubAllEnvs();
  tasks.dispose();
  host.dispose();
});

/** Ends the installation that was asked for, after what it does. */
async function finishInstallation(work: () => void, exitCode: number): Promise<string> {
  await vi.waitFor(() => expect(fake.tasks).toHaveLength(1), { timeout: 60_000 });
  work();
  const [task] = fake.tasks;
  endTask(task!, exitCode);
  return (task!.execution as unknown as { commandLine: string }).commandLine;
}

describe('a command line that is missing', () => {
  it('is installed where that is chosen, and used', async () => {
    const changed = vi.fn();
    host.onDidChange(changed);
    window.showErrorMessage.mockResolvedValueOnce('Install kindling@0.1');
    const required = host.require();
    const command = await finishInstallation(() => installCli(root, '0.1.9'), 0);
    expect(command).toBe('npm install --save-dev kindling@0.1');
    expect(await required).toMatchObject({ source: 'workspace', version: '0.1.9' });
    expect(changed).toHaveBeenCalledOnce();
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      'The command line kindling was not found in the workspace, at kindling.cliPath, or in PATH.',
      'Install kindling@0.1',
      'Set Path…',
    );
  });

  it('is not there where the installation fails, or nothing is chosen', async () => {
    expect(await host.require()).toBeUndefined();
    window.showErrorMessage.mockResolvedValueOnce('Install kindling@0.1');
    const required = host.require();
    await finishInstallation(() => {}, 1);
    expect(await required).toBeUndefined();
  });

  it('is looked for in PATH alone in a workspace that is not trusted, and installed for all folders', async () => {
    installCli(root, '0.1.0');
    fake.settings.cliPath = installCli(join(root, 'named'), '0.1.0');
    workspace.isTrusted = false;
    window.showErrorMessage.mockResolvedValueOnce('Install kindling@0.1');
    const required = host.require();
    expect(await finishInstallation(() => {}, 1)).toBe('npm install --global kindling@0.1');
    expect(await required).toBeUndefined();
    expect(window.showErrorMessage.mock.calls[0]![0]).toMatch(/Restricted Mode/);
    window.showErrorMessage.mockResolvedValueOnce('Manage Trust');
    expect(await host.require()).toBeUndefined();
    expect(commands.executeCommand).toHaveBeenCalledWith('workbench.trust.manage');
  });
});

describe('a command line of another version', () => {
  it('is named with both versions, and used where that is chosen, without asking again', async () => {
    const path = installCli(root, '0.3.1');
    window.showWarningMessage.mockResolvedValueOnce('Use Anyway');
    expect(await host.require()).toMatchObject({ path });
    expect(window.showWarningMessage).toHaveBeenCalledWith(
      `Version 0.1.7 of the extension works with kindling@0.1, and found version 0.3.1 (workspace): ${path}`,
      'Install kindling@0.1',
      'Set Path…',
      'Use Anyway',
    );
    expect(await host.require()).toMatchObject({ path });
    expect(window.showWarningMessage).toHaveBeenCalledOnce();
  });

  it('is not used without an answer; the settings are opened where that is chosen', async () => {
    const path = installCli(join(root, 'old'), '0.0.9');
    fake.settings.cliPath = path;
    expect(await host.require()).toBeUndefined();
    expect(window.showWarningMessage.mock.calls[0]![0]).toContain(`0.0.9 (setting): ${path}`);
    window.showWarningMessage.mockResolvedValueOnce('Set Path…');
    expect(await host.require()).toBeUndefined();
    expect(commands.executeCommand).toHaveBeenCalledWith('workbench.action.openSettings', 'kindling.cliPath');
  });

  it('is asked again when it was replaced', async () => {
    installCli(root, '0.2.0');
    expect(await host.require()).toBeUndefined();
    utimesSync(installCli(root, '0.1.0'), 1, 1);
    expect(await host.require()).toMatchObject({ version: '0.1.0' });
    expect(window.showWarningMessage).toHaveBeenCalledOnce();
  });

  it('is compared by major and minor version', () => {
    expect(['0.1.0', 'v1.12.3-beta.1', '1', '', 'kindling'].map(releaseLine)).toEqual([
      ...['0.1', '1.12'],
      ...[undefined, undefined, undefined],
    ]);
  });
});

it('says why a command line does not start', async () => {
  const path = installCli(root, '0.1.0', 'throw new Error("no engine");');
  expect(await host.require()).toBeUndefined();
  const [text] = window.showErrorMessage.mock.calls[0]!;
  expect(text).toContain(`The command line kindling (workspace) does not start: ${path}`);
  expect(text).toContain('no engine');
});

it('takes the command line of the folder that is asked for before those of the others', () => {
  const [first, second] = [join(root, 'first'), join(root, 'second')];
  fake.folders = [first, second];
  installCli(first, '0.1.1');
  expect(host.find(workspace.workspaceFolders![1] as never)?.version).toBe('0.1.1');
  installCli(second, '0.1.2');
  expect(host.find(workspace.workspaceFolders![1] as never)?.version).toBe('0.1.2');
  expect(host.find()?.version).toBe('0.1.1');
  writeFileSync(join(second, 'node_modules', 'kindling', 'package.json'), '{');
  expect(existsSync(host.find(workspace.workspaceFolders![1] as never)!.path)).toBe(true);
});

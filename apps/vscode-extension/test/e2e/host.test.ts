import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { extensionId } from './driver/code-server.ts';
import { xorExperiment } from './driver/experiments.ts';
import { ExtensionHost } from './driver/extension-host.ts';
import { newProject, windows } from './driver/windows.ts';

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
};

describe('in the extension host', () => {
  const open = windows();
  const project = newProject({
    'experiments/tiny.json': xorExperiment('tiny'),
    'experiments/typo.json': xorExperiment('typo').replace('"sgd"', '"sdg"'),
    'experiments/slip.json': xorExperiment('slip').replace('"epochs"', '"epoch"'),
    'notes.json': '{ "model": "none" }\n',
  });
  let host: ExtensionHost;
  beforeAll(async () => {
    const server = inject('server');
    const socket = join(tmpdir(), `kindling-${process.pid}.sock`);
    await open({ folder: project.folder, payload: ExtensionHost.payload(server, socket) });
    host = await ExtensionHost.connect(socket);
  });
  afterAll(() => {
    host?.close();
  });

  test('it is activated, and shows curves', async () => {
    // What is connected to from now on.
    await host.run((_, __, require) => {
      const { Socket } = require('node:net');
      const { connect } = Socket.prototype;
      const connections: string[] = [];
      Object.assign(globalThis, { connections });
      Socket.prototype.connect = function (...args: unknown[]) {
        connections.push(JSON.stringify(args));
        return connect.apply(this, args);
      };
    });
    await host.run(
      (vscode, id) =>
        vscode.extensions
          .getExtension(id)!
          .activate()
          .then(() => null),
      extensionId,
    );
    await host.run((vscode) => vscode.commands.executeCommand('kindling.openCurves').then(() => null));
    const labels = () =>
      host.run((vscode) => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)));
    await expect.poll(labels).toEqual(['Training Curves']);
  });

  test('all commands of its manifest are registered', async () => {
    const commands = await host.run((vscode) => vscode.commands.getCommands(true));
    expect(commands).toEqual(
      expect.arrayContaining(manifest.contributes.commands.map(({ command }) => command)),
    );
  });

  test('a task for each experiment trains it', async () => {
    const names = () =>
      host.run((vscode) =>
        vscode.tasks.fetchTasks({ type: 'kindling' }).then((tasks) => tasks.map(({ name }) => name)),
      );
    expect((await names()).sort()).toEqual(['train slip.json', 'train tiny.json', 'train typo.json']);
    const exitCodeOf = (name: string) =>
      host.run(async (vscode, wanted) => {
        const tasks = await vscode.tasks.fetchTasks({ type: 'kindling' });
        const ended = new Promise<number | undefined>((resolve) => {
          vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
            if (execution.task.name === wanted) resolve(exitCode);
          });
        });
        await vscode.tasks.executeTask(tasks.find((task) => task.name === wanted)!);
        return ended;
      }, name);
    expect(await exitCodeOf('train tiny.json')).toBe(0);
    expect(await exitCodeOf('train typo.json')).toBe(2);
    expect(JSON.parse(readFileSync(project.path('runs/tiny/summary.json'), 'utf8'))).toMatchObject({
      status: 'completed',
    });
  });

  test('problems of an experiment are diagnostics with quick fixes; other files are left alone', async () => {
    const problemsOf = (path: string) =>
      host.run(async (vscode, file) => {
        const uri = vscode.Uri.file(file);
        await vscode.window.showTextDocument(uri, { preview: false });
        return vscode.languages
          .getDiagnostics(uri)
          .filter(({ source }) => source === 'kindling')
          .map(({ message, range }) => ({ message, line: range.start.line }));
      }, path);
    const slip = project.path('experiments/slip.json');
    await expect
      .poll(() => problemsOf(slip))
      .toContainEqual({ message: expect.stringContaining('did you mean'), line: 7 });
    const fixes = () =>
      host.run(async (vscode, file) => {
        const uri = vscode.Uri.file(file);
        const problem = vscode.languages
          .getDiagnostics(uri)
          .find(({ source, message }) => source === 'kindling' && message.includes('did you mean'));
        const actions = await vscode.commands.executeCommand<{ title: string; isPreferred?: boolean }[]>(
          'vscode.executeCodeActionProvider',
          uri,
          problem!.range,
        );
        return actions.map(({ title, isPreferred }) => ({ title, isPreferred }));
      }, slip);
    // The editor gives up on those that take long.
    await expect.poll(fixes).toContainEqual({ title: 'Change to epochs', isPreferred: true });
    expect(await problemsOf(project.path('notes.json'))).toEqual([]);
  });

  test('lenses of an experiment name its last run', async () => {
    const lenses = () =>
      host.run(async (vscode, file) => {
        const uri = vscode.Uri.file(file);
        await vscode.window.showTextDocument(uri, { preview: false });
        const found = await vscode.commands.executeCommand<{ command?: { title: string } }[]>(
          'vscode.executeCodeLensProvider',
          uri,
        );
        return found.map(({ command }) => command?.title);
      }, project.path('experiments/tiny.json'));
    await expect.poll(lenses).toEqual(['$(play) Train', 'Dry Run', expect.stringContaining('Last run: ')]);
  });

  test('nothing of the above went over a network', async () => {
    const connections = await host.run(
      () => (globalThis as unknown as { connections: readonly string[] }).connections,
    );
    expect(connections).toEqual([]);
  });
});

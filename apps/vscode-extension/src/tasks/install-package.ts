import { homedir } from 'node:os';
import { ShellExecution, Task, TaskPanelKind, TaskScope, type WorkspaceFolder } from 'vscode';
import { installCommand } from '../cli/install-command.ts';
import type { TaskEnds } from './task-ends.ts';

/**
 * Installs a package by a task, whose terminal shows how that goes.
 *
 * @param folder Where it is installed; without one, for all folders.
 * @returns whether it went well.
 */
export async function installPackage(
  name: string,
  folder: WorkspaceFolder | undefined,
  tasks: TaskEnds,
): Promise<boolean> {
  const path = folder?.uri.fsPath;
  const task = new Task(
    { type: 'kindling', install: name },
    folder ?? TaskScope.Workspace,
    `install ${name}`,
    'kindling',
    new ShellExecution(installCommand(name, path), { cwd: path ?? homedir() }),
    [],
  );
  task.presentationOptions = { panel: TaskPanelKind.Shared, focus: false };
  const { ended } = await tasks.start(task);
  return (await ended) === 0;
}

import { relative } from 'node:path';
import { ProcessExecution, Task, type TaskDefinition, TaskRevealKind, type WorkspaceFolder } from 'vscode';
import type { CommandLine } from '../cli/command-line.ts';

/** What `tasks.json` says of a task that runs a program. */
export interface ScriptTaskDefinition extends TaskDefinition {
  readonly type: 'kindling';
  /** A file, relative to the folder. */
  readonly script: string;
}

/** A task that runs a program in a folder of the workspace. */
export function scriptTask(
  file: string,
  { program, args, env }: CommandLine,
  folder: WorkspaceFolder,
  definition?: ScriptTaskDefinition,
): Task {
  const cwd = folder.uri.fsPath;
  const script = relative(cwd, file);

  const execution = new ProcessExecution(program, [...args], { cwd, env: { ...env } });
  const task = new Task(
    definition ?? { type: 'kindling', script },
    folder,
    `run ${script}`,
    'kindling',
    execution,
    [],
  );
  task.presentationOptions = { reveal: TaskRevealKind.Always, clear: true, focus: false };
  return task;
}

import { homedir } from 'node:os';
import {
  ProcessExecution,
  Task,
  type TaskDefinition,
  TaskRevealKind,
  TaskScope,
  type WorkspaceFolder,
} from 'vscode';
import { commandLine, type TrainRequest, trainArgs } from '../cli/command-line.ts';
import type { CliLocation } from '../cli/find-cli.ts';

/** What `tasks.json` says of a task. */
export interface TrainTaskDefinition extends TaskDefinition {
  readonly type: 'kindling';
  /** A file or a built-in experiment; nothing where a run goes on. */
  readonly experiment?: string;
  readonly overrides?: readonly string[];
  /** Folder of the run. */
  readonly runDir?: string;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
}

/** A task that trains, in a terminal of its own. It starts in the folder, else in the home folder. */
export function trainTask(
  definition: TrainTaskDefinition,
  place: CliLocation,
  folder: WorkspaceFolder | undefined,
): Task {
  const request: TrainRequest = {
    experiment: definition.experiment,
    set: definition.overrides,
    runDir: definition.runDir,
    resume: definition.resume,
    dryRun: definition.dryRun,
  };
  const { program, args, env } = commandLine(place, trainArgs(request));
  const task = new Task(
    definition,
    folder ?? TaskScope.Workspace,
    taskName(definition),
    'kindling',
    new ProcessExecution(program, [...args], { cwd: folder?.uri.fsPath ?? homedir(), env: { ...env } }),
    '$kindling',
  );
  task.presentationOptions = {
    reveal: definition.dryRun ? TaskRevealKind.Always : TaskRevealKind.Never,
    clear: true,
  };
  return task;
}

function taskName({ experiment, runDir, resume, dryRun }: TrainTaskDefinition): string {
  const what = (experiment ?? runDir ?? '').split(/[\\/]/).at(-1)!;
  return `${dryRun ? 'dry run' : resume ? 'resume' : 'train'} ${what}`;
}

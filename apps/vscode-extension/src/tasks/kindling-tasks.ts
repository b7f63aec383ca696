import { relative, resolve } from 'node:path';
import {
  type Disposable,
  type Task,
  type TaskProvider,
  tasks,
  type WorkspaceFolder,
  workspace,
} from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import { isModule } from '../editing/is-experiment.ts';
import { findNode } from '../scripts/node-program.ts';
import { scriptCommand } from '../scripts/script-command.ts';
import { workspaceExperiments } from '../training/experiments.ts';
import { workspaceFolderOf, workspaceFolders } from '../workspace.ts';
import { type ScriptTaskDefinition, scriptTask } from './script-task.ts';
import { type TrainTaskDefinition, trainTask } from './train-task.ts';

/** Tasks `kindling: train …` for the experiments of the workspace, and for what `tasks.json` has of that type. */
export class KindlingTasks implements TaskProvider, Disposable {
  readonly #cli: CliHost;
  readonly #registration: Disposable;

  constructor(cli: CliHost) {
    this.#cli = cli;
    this.#registration = tasks.registerTaskProvider('kindling', this);
  }

  async provideTasks(): Promise<Task[]> {
    const experiments = await workspaceExperiments();
    return experiments.flatMap(({ reference }) => {
      const folder = workspaceFolderOf(reference);
      const place = this.#cli.find(folder);
      if (place === undefined || (isModule(reference) && !workspace.isTrusted)) return [];
      const experiment = folder === undefined ? reference : relative(folder.uri.fsPath, reference);
      return trainTask({ type: 'kindling', experiment }, place, folder);
    });
  }

  async resolveTask({ definition, scope }: Task): Promise<Task | undefined> {
    const folder = typeof scope === 'object' ? scope : workspaceFolders()[0];
    const wanted = definition as TrainTaskDefinition | ScriptTaskDefinition;
    const program = 'script' in wanted ? wanted.script : wanted.experiment;
    if (!workspace.isTrusted && isModule(String(program ?? ''))) return undefined;
    if ('script' in wanted) return folder && resolveScript(wanted as ScriptTaskDefinition, folder);
    const place = this.#cli.find(folder);
    if (place === undefined || (wanted.experiment === undefined && wanted.runDir === undefined))
      return undefined;
    return trainTask(wanted as TrainTaskDefinition, place, folder);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

async function resolveScript(
  definition: ScriptTaskDefinition,
  folder: WorkspaceFolder,
): Promise<Task | undefined> {
  const file = resolve(folder.uri.fsPath, definition.script);
  const command = scriptCommand(file, await findNode());
  // Without a task the editor says that it could not be resolved.
  if ('missing' in command) return undefined;
  return scriptTask(file, command, folder, definition);
}

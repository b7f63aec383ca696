import { relative } from 'node:path';
import { type Disposable, type Task, type TaskProvider, tasks, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import { isModule } from '../editing/is-experiment.ts';
import { workspaceExperiments } from './experiments.ts';
import { type TrainTaskDefinition, trainTask } from './train-task.ts';

/** Tasks `kindling: train …` for the experiments of the workspace, and for what `tasks.json` has of that type. */
export class TrainTasks implements TaskProvider, Disposable {
  readonly #cli: CliHost;
  readonly #registration: Disposable;

  constructor(cli: CliHost) {
    this.#cli = cli;
    this.#registration = tasks.registerTaskProvider('kindling', this);
  }

  async provideTasks(): Promise<Task[]> {
    const place = this.#cli.find();
    if (place === undefined) return [];
    const { folder } = this.#cli;
    const experiments = await workspaceExperiments();
    return experiments
      .filter(({ reference }) => workspace.isTrusted || !isModule(reference))
      .map(({ reference }) =>
        trainTask({ type: 'kindling', experiment: relative(folder, reference) }, place, folder),
      );
  }

  resolveTask({ definition }: Task): Task | undefined {
    const place = this.#cli.find();
    const wanted = definition as TrainTaskDefinition;
    if (place === undefined || (wanted.experiment === undefined && wanted.runDir === undefined))
      return undefined;
    if (!workspace.isTrusted && isModule(wanted.experiment ?? '')) return undefined;
    return trainTask(wanted, place, this.#cli.folder);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

import { rmdirSync } from 'node:fs';
import { createRunFolder, RunError, type RunFolder, readRunOverview } from '@kindling/train/runs';
import { commands, type Disposable, l10n, type Task, window, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { CurvesPanels } from '../curves/curves-panels.ts';
import { afterExit } from '../runs/after-exit.ts';
import { chooseRuns } from '../runs/choose-runs.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { WorkspaceRuns } from '../runs/workspace-runs.ts';
import type { TaskEnds } from '../tasks/task-ends.ts';
import { type TrainTaskDefinition, trainTask } from '../tasks/train-task.ts';
import { workspaceFolderOf } from '../workspace.ts';
import type { ExperimentReference } from './experiment-reference.ts';
import { notifyEnd } from './notify-end.ts';
import { isReady } from './ready-file.ts';
import { trainingEnd } from './training-end.ts';

export interface TrainerContext {
  readonly cli: CliHost;
  readonly runs: WorkspaceRuns;
  readonly curves: Pick<CurvesPanels, 'open'>;
  readonly tasks: TaskEnds;
}

/** Starts trainings, shows their curves, and notifies of their ends. */
export class Trainer implements Disposable {
  readonly #context: TrainerContext;
  /** Runs whose tasks have not ended: one that the editor refuses to start, as in Restricted Mode, never does. */
  readonly #open = new Set<RunFolder>();

  constructor(context: TrainerContext) {
    this.#context = context;
  }

  /** Trains an experiment in a new run, and shows its curves once there are some. */
  async train(
    { reference, name, file }: ExperimentReference,
    overrides: readonly string[] = [],
  ): Promise<void> {
    const { cli, runs: all } = this.#context;
    const runs = await chooseRuns(all, file);
    if (runs === undefined || (file !== undefined && !(await isReady(file)))) return;
    const place = await cli.require(runs.workspaceFolder);
    if (place === undefined) return;
    const named = overrides.findLast((change) => change.startsWith('name='))?.slice('name='.length) || name;
    const run = takeRunFolder(runs.folder, named);
    if (run === undefined) return;
    const definition: TrainTaskDefinition = {
      type: 'kindling',
      experiment: reference,
      overrides,
      runDir: run.path,
    };
    await this.#start(trainTask(definition, place, runs.workspaceFolder), runs, run);
  }

  /** Checks an experiment and prints its model, in a terminal. */
  async dryRun({ reference, file }: ExperimentReference): Promise<void> {
    if (file !== undefined && !(await isReady(file))) return;
    const { cli, tasks } = this.#context;
    const folder = workspaceFolderOf(file ?? '');
    const place = await cli.require(folder);
    if (place === undefined) return;
    await tasks.start(trainTask({ type: 'kindling', experiment: reference, dryRun: true }, place, folder));
  }

  /** Goes on with a run. @throws {RunError} for one that cannot be resumed. */
  async resume(run: RunFolder): Promise<void> {
    const { cli, runs: all } = this.#context;
    const runs = all.holding(run.path);
    if (runs === undefined || !run.exists())
      throw new RunError(l10n.t('The folder of {0} is gone.', run.name));
    if (run.hasConfig()) {
      throw new RunError(
        l10n.t('{0} is a run of a program of your own: start the program again to go on with it.', run.name),
      );
    }
    if (isAtWork(run)) throw new RunError(l10n.t('{0} is being trained already.', run.name));
    const place = await cli.require(runs.workspaceFolder);
    if (place === undefined) return;
    const definition: TrainTaskDefinition = { type: 'kindling', runDir: run.path, resume: true };
    await this.#start(trainTask(definition, place, runs.workspaceFolder), runs, run);
  }

  dispose(): void {
    for (const run of this.#open) removeUnused(run);
  }

  async #start(task: Task, runs: LiveRuns, run: RunFolder): Promise<void> {
    this.#open.add(run);
    const { ended } = await this.#context.tasks.start(task);
    void this.#follow(task.name, runs, run, ended);
  }

  async #follow(
    task: string,
    runs: LiveRuns,
    run: RunFolder,
    ended: Promise<number | undefined>,
  ): Promise<void> {
    const id = runs.idOf(run.path);
    const late = afterExit(ended, () => run.exists());
    const row = await runs.appearance((list) => list.get(id), late);
    const isShown = workspace.getConfiguration('kindling').get('openCurves', true);
    if (row !== undefined && isShown) this.#context.curves.open(runs, [id], true);
    const showCurves = (): void => this.#context.curves.open(runs, [id]);
    const exitCode = await ended;
    this.#open.delete(run);
    removeUnused(run);
    const end = trainingEnd(run.path);
    const resume = (): Promise<void> => this.#resumeShown(run);
    await notifyEnd({ name: run.name, task, exitCode, end }, { showCurves, resume });
  }

  async #resumeShown(run: RunFolder): Promise<void> {
    try {
      await this.resume(run);
    } catch (error) {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }
}

/** A folder of its own for a new run, which no other window gets. Where none can be made, says so and offers another place. */
function takeRunFolder(runs: string, name: string): RunFolder | undefined {
  try {
    return createRunFolder(runs, name);
  } catch (error) {
    void offerOtherFolder(
      error instanceof RunError
        ? l10n.t('No run can be kept in {0}: there is a file in the place of a folder.', runs)
        : l10n.t('No run can be kept in {0}: {1}', runs, reasonOf(error)),
    );
    return undefined;
  }
}

/** `permission denied (EACCES)`, where Node says `EACCES: permission denied, mkdir '/w/runs'`. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^([A-Z]+): ([^,]+), .*$/s, '$2 ($1)');
}

async function offerOtherFolder(text: string): Promise<void> {
  const choose = l10n.t('Choose Folder…');
  if ((await window.showErrorMessage(text, choose)) === choose) {
    await commands.executeCommand('workbench.action.openSettings', 'kindling.runsDirectory');
  }
}

/** Removes the folder of a training that ended before there was a run in it. */
function removeUnused({ path }: RunFolder): void {
  try {
    rmdirSync(path);
  } catch {
    // It has files, or is gone.
  }
}

function isAtWork(run: RunFolder): boolean {
  try {
    return readRunOverview(run).state === 'running';
  } catch {
    return false;
  }
}

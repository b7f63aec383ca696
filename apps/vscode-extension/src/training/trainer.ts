import { basename } from 'node:path';
import { RunError, type RunFolder, readRunOverview } from '@kindling/train/runs';
import { type Disposable, l10n, type TaskExecution, tasks, window, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { CurvesPanels } from '../curves/curves-panels.ts';
import { isModule } from '../editing/is-experiment.ts';
import { freeRunFolder } from '../runs/free-run-folder.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { ExperimentReference } from './experiment-reference.ts';
import { type TrainTaskDefinition, trainTask } from './train-task.ts';
import { trainingEnd } from './training-end.ts';

/** Starts trainings, shows their curves, and tells when one has ended. */
export class Trainer implements Disposable {
  readonly #cli: CliHost;
  readonly #runs: LiveRuns;
  readonly #curves: CurvesPanels;
  /** Called with the exit code of the process of a training that was started here. */
  readonly #ends = new Map<TaskExecution, (exitCode: number | undefined) => void>();
  readonly #subscriptions: readonly Disposable[];

  constructor(cli: CliHost, runs: LiveRuns, curves: CurvesPanels) {
    this.#cli = cli;
    this.#runs = runs;
    this.#curves = curves;
    this.#subscriptions = [
      tasks.onDidEndTaskProcess(({ execution, exitCode }) => this.#ends.get(execution)?.(exitCode)),
      // A task whose process was not started ends without one.
      tasks.onDidEndTask(({ execution }) => this.#ends.get(execution)?.(undefined)),
    ];
  }

  /** Trains an experiment in a new run, and shows its curves once there are some. */
  async train(
    { reference, name, file }: ExperimentReference,
    overrides: readonly string[] = [],
  ): Promise<void> {
    const runs = this.#runs.folder;
    if (runs === undefined) {
      void window.showErrorMessage(l10n.t('Open a folder first: runs are kept in it.'));
      return;
    }
    if (!(await this.#isReady(file))) return;
    const named = overrides.findLast((change) => change.startsWith('name='))?.slice('name='.length) || name;
    const runDir = freeRunFolder(runs, named);
    await this.#start({ type: 'kindling', experiment: reference, overrides, runDir }, runDir);
  }

  /** Checks an experiment and prints its model, in a terminal. */
  async dryRun({ reference, file }: ExperimentReference): Promise<void> {
    if (!(await this.#isReady(file))) return;
    const place = this.#cli.require();
    if (place === undefined) return;
    await tasks.executeTask(
      trainTask({ type: 'kindling', experiment: reference, dryRun: true }, place, this.#cli.folder),
    );
  }

  /** Goes on with a run. @throws {RunError} for one that cannot be resumed. */
  async resume(run: RunFolder): Promise<void> {
    if (run.hasConfig()) {
      throw new RunError(
        l10n.t('{0} is a run of a program of your own: start the program again to go on with it.', run.name),
      );
    }
    if (isAtWork(run)) throw new RunError(l10n.t('{0} is being trained already.', run.name));
    await this.#start({ type: 'kindling', runDir: run.path, resume: true }, run.path);
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  /** Whether an experiment may be started. What is written on the screen and not on the disk is saved first. */
  async #isReady(file: string | undefined): Promise<boolean> {
    if (file === undefined) return true;
    if (isModule(file) && !workspace.isTrusted) {
      void window.showErrorMessage(
        l10n.t(
          '{0} is a program. Trust the workspace to run it, or write the experiment as JSON.',
          basename(file),
        ),
      );
      return false;
    }
    const document = workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
    return document?.isDirty ? document.save() : true;
  }

  async #start(definition: TrainTaskDefinition, runDir: string): Promise<void> {
    const place = this.#cli.require();
    if (place === undefined) return;
    const execution = await tasks.executeTask(trainTask(definition, place, this.#cli.folder));
    const ended = new Promise<number | undefined>((resolve) => this.#ends.set(execution, resolve));
    void this.#follow(runDir, ended).finally(() => this.#ends.delete(execution));
  }

  async #follow(runDir: string, ended: Promise<number | undefined>): Promise<void> {
    const id = this.#runs.idOf(runDir);
    const opensCurves = workspace.getConfiguration('kindling').get('openCurves', true);
    if ((await this.#runs.appearance(id, ended)) && opensCurves) this.#curves.open([id]);
    this.#tell(runDir, await ended);
  }

  #tell(runDir: string, exitCode: number | undefined): void {
    const name = basename(runDir);
    const { state, reason } = trainingEnd(runDir, exitCode);
    if (state === 'completed') void this.#offerCurves(l10n.t('{0} is trained.', name), runDir);
    else if (state === 'stopped' || state === 'running' || wasEnded(exitCode)) return;
    else if (state === 'diverged')
      void window.showErrorMessage(l10n.t('{0} diverged: {1}', name, reason ?? ''));
    else {
      const why = reason ?? l10n.t('its terminal says why (exit code {0})', String(exitCode ?? '-'));
      void window.showErrorMessage(l10n.t('{0} failed: {1}', name, why));
    }
  }

  async #offerCurves(text: string, runDir: string): Promise<void> {
    const open = l10n.t('Show Curves');
    if ((await window.showInformationMessage(text, open)) === open) {
      this.#curves.open([this.#runs.idOf(runDir)]);
    }
  }
}

/** Whether a person or the system ended a process: by a signal, as Ctrl-C is one. */
const wasEnded = (exitCode: number | undefined): boolean =>
  exitCode === undefined || [129, 130, 143].includes(exitCode);

function isAtWork(run: RunFolder): boolean {
  try {
    return readRunOverview(run).state === 'running';
  } catch {
    return false;
  }
}

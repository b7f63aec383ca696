import { basename } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { RunError, RunFolder, readRunOverview } from '@kindling/train/runs';
import { type Disposable, l10n, type TaskExecution, tasks, window, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { CurvesPanels } from '../curves/curves-panels.ts';
import { isModule } from '../editing/is-experiment.ts';
import { freeRunFolder } from '../runs/free-run-folder.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { ExperimentReference } from './experiment-reference.ts';
import { type TrainTaskDefinition, trainTask } from './train-task.ts';
import { trainingEnd } from './training-end.ts';

/** Within this time a run that is there has been seen, in milliseconds: the feed looks each second. */
const LOOK_MS = 10_000;

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
    const task = trainTask(definition, place, this.#cli.folder);
    const execution = await tasks.executeTask(task);
    const ended = new Promise<number | undefined>((resolve) => this.#ends.set(execution, resolve));
    void this.#follow(task.name, runDir, ended).finally(() => this.#ends.delete(execution));
  }

  async #follow(task: string, runDir: string, ended: Promise<number | undefined>): Promise<void> {
    const id = this.#runs.idOf(runDir);
    // A short training may be over before anything has looked at its folder.
    const isLate = ended.then(() => (new RunFolder(runDir).exists() ? pauseFor(LOOK_MS) : undefined));
    const hasAppeared = await this.#runs.appearance(id, isLate);
    if (hasAppeared && workspace.getConfiguration('kindling').get('openCurves', true))
      this.#curves.open([id]);
    await this.#tell(task, runDir, await ended);
  }

  /** Tells how a training ended, unless a person has ended it. */
  async #tell(task: string, runDir: string, exitCode: number | undefined): Promise<void> {
    if (exitCode === undefined || interruptions.includes(exitCode)) return;
    const name = basename(runDir);
    const { state, reason } = trainingEnd(runDir);
    if (exitCode === 0) {
      const open = l10n.t('Show Curves');
      const answer = await window.showInformationMessage(l10n.t('{0} is trained.', name), open);
      if (answer === open) this.#curves.open([this.#runs.idOf(runDir)]);
      return;
    }
    const show = l10n.t('Show Terminal');
    const why = (state === 'failed' || state === 'diverged' ? reason : undefined) ?? exitText(exitCode);
    const text =
      state === 'diverged' ? l10n.t('{0} diverged: {1}', name, why) : l10n.t('{0} failed: {1}', name, why);
    if ((await window.showErrorMessage(text, show)) === show) {
      window.terminals.findLast((terminal) => terminal.name.includes(task))?.show();
    }
  }
}

/** What the exit code of the command line stands for. */
function exitText(exitCode: number): string {
  if (exitCode === 2) return l10n.t('its settings are wrong');
  if (exitCode === 3) return l10n.t('its data cannot be read or downloaded');
  if (exitCode === 4) return l10n.t('its device is not available');
  return l10n.t('exit code {0}', String(exitCode));
}

/** Exit codes of what ends by a signal, as by Ctrl-C or `kindling runs stop`. */
const interruptions = [129, 130, 143];

function isAtWork(run: RunFolder): boolean {
  try {
    return readRunOverview(run).state === 'running';
  } catch {
    return false;
  }
}

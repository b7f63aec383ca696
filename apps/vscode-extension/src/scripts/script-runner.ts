import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RunFolder } from '@kindling/train/runs';
import { commands, l10n, window } from 'vscode';
import type { CommandLine } from '../cli/command-line.ts';
import type { CurvesPanels } from '../curves/curves-panels.ts';
import { afterExit } from '../runs/after-exit.ts';
import { chooseRuns } from '../runs/choose-runs.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { RunList } from '../runs/run-list.ts';
import type { WorkspaceRuns } from '../runs/workspace-runs.ts';
import { installPackage } from '../tasks/install-package.ts';
import { scriptTask } from '../tasks/script-task.ts';
import type { TaskEnds } from '../tasks/task-ends.ts';
import { notifyEnd } from '../training/notify-end.ts';
import { isReady } from '../training/ready-file.ts';
import { type TrainingEnd, trainingEnd } from '../training/training-end.ts';
import { findNode, type NodeProgram } from './node-program.ts';
import { MIN_NODE, type Missing, scriptCommand, TYPES_NODE } from './script-command.ts';

export interface ScriptRunnerContext {
  readonly runs: WorkspaceRuns;
  readonly curves: Pick<CurvesPanels, 'open'>;
  readonly tasks: TaskEnds;
  /** Default: the Node.js of `PATH`. */
  readonly findNode?: () => Promise<NodeProgram>;
}

/** Runs programs that make runs, and shows the curves of the run that appears meanwhile. */
export class ScriptRunner {
  readonly #context: ScriptRunnerContext;
  /** Folders of runs that programs have made which were started here. */
  readonly #taken = new Set<string>();

  constructor(context: ScriptRunnerContext) {
    this.#context = context;
  }

  /** Runs a program in its folder of the workspace. */
  async run(file: string): Promise<void> {
    const runs = await chooseRuns(this.#context.runs, file);
    if (runs === undefined || !(await isReady(file))) return;
    const command = await this.#commandOf(file, runs);
    if (command === undefined) return;
    await runs.ready();
    const search = this.#newRun(runs);
    const task = scriptTask(file, command, runs.workspaceFolder);
    const { ended } = await this.#context.tasks.start(task);
    void this.#follow(file, { task: task.name, runs, search, ended });
  }

  /** How a program is run; where something is missing, says what, and offers to install it. */
  async #commandOf(file: string, runs: LiveRuns): Promise<CommandLine | undefined> {
    const node = await (this.#context.findNode ?? findNode)();
    const command = scriptCommand(file, node);
    if (!('missing' in command)) return command;
    const isInstalled = await this.#offer(command.missing, node, basename(file), runs);
    return isInstalled ? this.#commandOf(file, runs) : undefined;
  }

  async #offer(missing: Missing, { version }: NodeProgram, name: string, runs: LiveRuns): Promise<boolean> {
    if (missing === 'node') {
      void window.showErrorMessage(
        l10n.t('{0} needs Node.js {1} or newer; the one in PATH is {2}.', name, MIN_NODE, version),
      );
      return false;
    }
    const install = l10n.t('Install {0}', 'tsx');
    const text = l10n.t(
      '{0} is TypeScript, which Node.js {1} does not run by itself: it takes tsx in the workspace, or Node.js {2}.',
      name,
      version,
      TYPES_NODE,
    );
    if ((await window.showErrorMessage(text, install)) !== install) return false;
    return installPackage('tsx', runs.workspaceFolder, this.#context.tasks);
  }

  /** Finds the run that a program makes: one that began, or went on, after this, and is of no experiment. */
  #newRun(runs: LiveRuns): (list: RunList) => string | undefined {
    const begun = Date.now();
    const atWork = new Set(runs.list.running.map(({ id }) => id));
    return (list) =>
      list.rows.find(({ id, state, started = 0 }) => {
        const isNew = started >= begun || (state === 'running' && !atWork.has(id));
        const path = join(runs.folder, id);
        return isNew && !this.#taken.has(path) && new RunFolder(path).hasConfig();
      })?.id;
  }

  async #follow(
    file: string,
    {
      task,
      runs,
      search,
      ended,
    }: {
      readonly task: string;
      readonly runs: LiveRuns;
      readonly search: (list: RunList) => string | undefined;
      readonly ended: Promise<number | undefined>;
    },
  ): Promise<void> {
    const begun = Date.now();
    const id = await runs.appearance(
      search,
      afterExit(ended, () => hasChanged(runs.folder, begun)),
    );
    if (id !== undefined) {
      this.#taken.add(join(runs.folder, id));
      this.#context.curves.open(runs, [id]);
    }
    const exitCode = await ended;
    if (id !== undefined) this.#taken.delete(join(runs.folder, id));
    const end: TrainingEnd =
      id === undefined ? { state: 'unstarted', reason: undefined } : trainingEnd(join(runs.folder, id));
    if (id === undefined && exitCode === 0) await offerSetting(basename(file), runs);
    else await notifyEnd({ name: id ?? basename(file), task, exitCode, end }, {});
  }
}

/** Whether something came into a folder, or went, since a time; times of files are a little behind the clock. */
function hasChanged(folder: string, since: number): boolean {
  try {
    return statSync(folder).mtimeMs > since - 2000;
  } catch {
    return false;
  }
}

/** Says that a program has ended and no run was seen: it keeps its runs elsewhere, or makes none. */
async function offerSetting(name: string, { folder }: LiveRuns): Promise<void> {
  const choose = l10n.t('Choose Folder…');
  const text = l10n.t(
    '{0} has ended without a run in {1}. createRun keeps runs in its dir, which is runs by default; the extension looks where kindling.runsDirectory says.',
    name,
    folder,
  );
  if ((await window.showWarningMessage(text, choose)) === choose) {
    await commands.executeCommand('workbench.action.openSettings', 'kindling.runsDirectory');
  }
}

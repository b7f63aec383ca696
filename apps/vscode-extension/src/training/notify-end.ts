import { l10n, window } from 'vscode';
import type { TrainingEnd } from './training-end.ts';

/** The task of a training that has ended. */
export interface FinishedTask {
  /** Name of the run, or of the program. */
  readonly name: string;
  /** Name of the task. */
  readonly task: string;
  /** Undefined for a task whose process was not started. */
  readonly exitCode: number | undefined;
  readonly end: TrainingEnd;
}

/** What can be done about an end, as buttons of the message. */
export interface EndActions {
  readonly showCurves?: (() => void) | undefined;
  readonly resume?: (() => Promise<void>) | undefined;
}

/** Notifies of the end of a training, unless it was stopped on purpose. */
export async function notifyEnd(ended: FinishedTask, { showCurves, resume }: EndActions): Promise<void> {
  const { name, task, exitCode, end } = ended;
  if (exitCode !== undefined && interruptions.includes(exitCode)) return;
  if (exitCode === 0 && end.state !== 'interrupted') {
    if (end.state === 'unstarted' || showCurves === undefined) return;
    const open = l10n.t('Show Curves');
    if ((await window.showInformationMessage(l10n.t('{0} is trained.', name), open)) === open) showCurves();
    return;
  }
  if (exitCode === undefined && end.state !== 'interrupted') return;
  const show = l10n.t('Show Terminal');
  const goOn = l10n.t('Resume');
  const canResume = end.state === 'interrupted' && resume !== undefined;
  const answer = await window.showErrorMessage(failure(ended), ...(canResume ? [goOn, show] : [show]));
  if (answer === show) window.terminals.findLast((terminal) => terminal.name.includes(task))?.show();
  if (answer === goOn) await resume?.();
}

function failure({ name, exitCode, end: { state, reason } }: FinishedTask): string {
  const known = state === 'failed' || state === 'diverged' ? reason : undefined;
  const why = known ?? exitText(exitCode);
  if (state === 'interrupted') return l10n.t('{0} was interrupted: {1}', name, why);
  return state === 'diverged' ? l10n.t('{0} diverged: {1}', name, why) : l10n.t('{0} failed: {1}', name, why);
}

/** What the exit code of the command line stands for. A process that a signal has ended may have none, or 0. */
function exitText(exitCode: number | undefined): string {
  if (exitCode === undefined || exitCode === 0) return l10n.t('its process was ended');
  if (exitCode === 2) return l10n.t('its settings are wrong');
  if (exitCode === 3) return l10n.t('its data cannot be read or downloaded');
  if (exitCode === 4) return l10n.t('its device is not available');
  return l10n.t('exit code {0}', String(exitCode));
}

/** Exit codes of what ends by a signal, as by Ctrl-C or `kindling runs stop`. */
const interruptions: readonly number[] = [129, 130, 143];

import { relative } from 'node:path';
import { RunError, RunFolder } from '@kindling/train';
import type { EventReading, RunColumns } from '@kindling/train/events';
import { plural } from '@kindling/train/internal/console';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { interruption } from '../../interruption.ts';
import { type ProgressView, supportedView } from '../../live/progress-view.ts';
import { liveRun } from '../../live-run.ts';
import { runReport, skippedText } from '../../report/run-report.ts';
import { runPath } from '../../run-reference.ts';
import { shellWord } from '../../shell-word.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import { followLog } from './follow-log.ts';
import { WatchedTraining } from './watched-training.ts';

export interface WatchOptions {
  /** Default `chart`. */
  readonly progress?: ProgressView;
}

/** What the end of a run means to a pipeline. */
const codes = {
  completed: exitCodes.done,
  stopped: exitCodes.done,
  diverged: exitCodes.diverged,
  failed: exitCodes.failure,
  // Its process has gone without a word.
  running: exitCodes.failure,
} as const;

/** `kindling watch`: follows a run until it ends. */
export async function watch(
  reference: string | undefined,
  { progress = 'chart' }: WatchOptions,
  output: Output,
): Promise<ExitCode> {
  const folder = watchedFolder(reference);
  const training = new WatchedTraining(folder.name, supportedView(progress, output), output);
  using interrupted = interruption(() => training.close());
  let reading: EventReading;
  try {
    reading = await followLog(folder, training, interrupted.signal, () => training.update());
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    if (interrupted.exitCode !== exitCodes.done)
      output.note(`${folder.name}: no longer watched; the run continues`);
    return interrupted.exitCode ?? exitCodes.done;
  } finally {
    training.close();
  }
  const skipped = skippedText(reading);
  if (skipped !== undefined) output.note(skipped);
  showEnd(folder, training.columns, output);
  return codes[training.columns.status];
}

/** @throws UsageError where no run is being trained; RunError for what is no run. */
function watchedFolder(reference: string | undefined): RunFolder {
  const live = liveRun(reference);
  if (live !== undefined) return live;
  if (reference === undefined) {
    throw new UsageError(
      'watch: expected a run that is being trained in runs/, got none; kindling runs list shows those that ended',
    );
  }
  const folder = new RunFolder(runPath(reference));
  if (!folder.exists()) throw new RunError(`no run in ${folder.path}`);
  return folder;
}

/** The report of a run that is over, as its training ends with; or that its process is gone. */
function showEnd({ name, path }: RunFolder, columns: RunColumns, output: Output): void {
  const { finished, stepsTaken, started } = columns;
  if (finished === undefined) {
    const after = `after ${plural(stepsTaken, 'step')}`;
    const folder = shellWord(relative('', path) || '.');
    const resume =
      started?.experiment === undefined ? '' : `; to resume: kindling train --run-dir ${folder} --resume`;
    output.note(`${name}: its process no longer exists, ${after}${resume}`);
    return;
  }
  const { status, error, reason = status } = finished;
  if (status === 'failed') output.note(`${name}: failed: ${error ?? reason}`);
  output.print(`${runReport(name, columns, output)}\n\nended: ${reason}`);
}

import { relative } from 'node:path';
import {
  type Experiment,
  joinRun,
  type RunEvent,
  type RunResult,
  readRunColumns,
  runExperiment,
} from '@kindling/train';
import { formatSeconds, plural } from '@kindling/train/internal/console';
import { DivergenceError } from '../../divergence-error.ts';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { interruption } from '../../interruption.ts';
import type { ProgressView } from '../../live/progress-view.ts';
import { type Group, inGroup, isFirst, sharedExperiment } from '../../processes/join.ts';
import { writeCharts } from '../../report/run-charts.ts';
import { runReport, skippedText } from '../../report/run-report.ts';
import { shellWord } from '../../shell-word.ts';
import { isStandardInput } from '../../standard-input.ts';
import { downloadProgress } from '../../terminal/download-progress.ts';
import type { Output } from '../../terminal/output.ts';
import { type ExperimentOptions, resolveExperiment } from './experiment.ts';
import { ProgressReporter } from './progress-reporter.ts';

export interface TrainOptions extends ExperimentOptions {
  readonly dryRun?: boolean;
  readonly processes?: number;
  /** Default `chart`. */
  readonly progress?: ProgressView;
}

/** The largest learning rate that is advised after a training diverged. */
const MAX_ADVISED_RATE = 0.01;

/** `kindling train` */
export async function train(
  reference: string | undefined,
  options: TrainOptions,
  output: Output,
): Promise<ExitCode> {
  if (options.dryRun) {
    const { dryRun } = await import('./dry-run.ts');
    return dryRun(reference, options, output);
  }
  return inGroup(options.processes, async (group) => {
    const own = isFirst(group) ? await resolveExperiment(reference, options) : undefined;
    const experiment = group === undefined ? own! : await sharedExperiment(group, own);
    return own === undefined
      ? takePart(experiment, group!)
      : trainHere(experiment, reference, options, output, group);
  });
}

/** Trains as one of several processes that process 0 reports of. */
async function takePart(experiment: Experiment, { processes }: Group): Promise<ExitCode> {
  using interrupted = interruption(() => {});
  const { signal } = interrupted;
  const status = await interrupted.during(() =>
    joinRun(experiment, { dataParallel: processes, signal, files: { signal } }),
  );
  if (status === 'diverged') return exitCodes.diverged;
  return status === 'completed' ? exitCodes.done : (interrupted.exitCode ?? exitCodes.terminated);
}

/** Trains, and reports. @param group Processes that this one, number 0, trains with. */
async function trainHere(
  experiment: Experiment,
  reference: string | undefined,
  options: TrainOptions,
  output: Output,
  group?: Group,
): Promise<ExitCode> {
  const reporter = new ProgressReporter(output, experiment, options.progress);
  using interrupted = interruption(() => {
    reporter.close();
    output.note('saving a checkpoint; press Ctrl-C again to quit at once');
  });
  const result = await interrupted.during(() =>
    runReported(experiment, options, output, reporter, interrupted.signal, group),
  );
  if (result.status === 'completed' || result.status === 'diverged') {
    await showResult(result, experiment, output);
    return exitCodes.done;
  }
  if (interrupted.exitCode !== exitCodes.done) {
    const steps = plural(result.summary.step, 'step');
    const asked = { ...options, processes: group?.processes.size ?? 1 };
    output.note(`stopped after ${steps}; to resume: ${resumptionOf(result, reference, asked)}`);
  }
  // What is not a signal here was a request of another process.
  return interrupted.exitCode ?? exitCodes.terminated;
}

/** Trains, and shows how far it has come. */
async function runReported(
  experiment: Experiment,
  { runDir, resume }: TrainOptions,
  output: Output,
  reporter: ProgressReporter,
  signal: AbortSignal,
  group: Group | undefined,
): Promise<RunResult> {
  try {
    return await runExperiment(experiment, {
      runDir,
      resume,
      signal,
      onReady: reporter.onReady,
      onNotice: (notice) => output.note(notice),
      onEvent: (event: RunEvent) => output.emit(event),
      files: { signal, onEvent: downloadProgress(output) },
      callbacks: [reporter],
      dataParallel: group?.processes,
    });
  } finally {
    reporter.close();
  }
}

/** As {@link resumeCommand}; a document that came on stdin is in the run's folder. */
function resumptionOf({ folder }: RunResult, reference: string | undefined, options: TrainOptions): string {
  if (!isStandardInput(reference)) return resumeCommand(reference, options);
  const { device, processes = 1 } = options;
  return resumeCommand(undefined, {
    runDir: relative('', folder.path),
    processes,
    ...(device ? { device } : {}),
  });
}

/** The command line that resumes a run. */
export function resumeCommand(
  reference: string | undefined,
  { variant, device, runDir, processes = 1 }: TrainOptions,
): string {
  const words = [
    ...(reference === undefined ? [] : [reference]),
    // The run's own document names it too, but does not let code of the working directory run.
    ...(device === 'tfjs' ? ['--device', 'tfjs'] : []),
    ...(variant === undefined ? [] : ['--variant', variant]),
    ...(runDir === undefined ? [] : ['--run-dir', runDir]),
    ...(processes === 1 ? [] : ['--processes', String(processes)]),
  ];
  return ['kindling train', ...words.map(shellWord), '--resume'].join(' ');
}

/** @throws DivergenceError, after all else, for a training that diverged. */
async function showResult(
  { folder, status, reason, steps: taken, summary }: RunResult,
  experiment: Experiment,
  output: Output,
): Promise<void> {
  const run = readRunColumns(folder.path);
  const { columns, name } = run;
  const skipped = skippedText(run);
  if (skipped !== undefined) output.note(skipped);
  const charts = writeCharts(folder.path, name, columns, output);
  output.print(runReport(name, columns, output));
  if (status === 'diverged') {
    const smaller = Math.min(Number((experiment.optimizer.lr / 10).toPrecision(2)), MAX_ADVISED_RATE);
    throw new DivergenceError(
      `${name}: expected a finite loss, got ${reason.replace(/^loss /, '')}; try a smaller learning rate: --set optimizer.lr=${smaller}`,
    );
  }
  const steps = `${plural(summary.step, 'step')} in ${formatSeconds(summary.seconds)}`;
  const files = charts.length > 0 ? ` (${charts.join(', ')})` : '';
  if (taken === 0) output.note(nothingToDo(name, reason));
  output.print(`\nended: ${reason}\n${steps}; the run is in ${relative('', folder.path) || '.'}${files}`);
}

/** The note for a run that had ended before it was resumed. */
function nothingToDo(name: string, reason: string): string {
  const further = reason.startsWith('early stopping')
    ? '--set earlyStopping.patience=N with more evaluations'
    : '--epochs N with more epochs';
  return `${name}: nothing to do, ${reason}; to continue, use ${further}`;
}

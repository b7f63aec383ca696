import { relative } from 'node:path';
import { type Experiment, type RunEvent, type RunResult, readRun, runExperiment } from '@kindling/train';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { type Interruption, interruption } from '../../interruption.ts';
import { writePictures } from '../../report/run-pictures.ts';
import { runReport } from '../../report/run-report.ts';
import { downloadNotes } from '../../terminal/download-notes.ts';
import { formatCount, formatSeconds } from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';
import { askedExperiment, type ExperimentOptions } from './experiment.ts';
import { TrainingNotes } from './training-notes.ts';

export interface TrainOptions extends ExperimentOptions {
  readonly dryRun?: boolean;
}

/** `kindling train` */
export async function train(
  reference: string | undefined,
  options: TrainOptions,
  output: Output,
): Promise<ExitCode> {
  const experiment = await askedExperiment(reference, options);
  if (options.dryRun) {
    const { dryRun } = await import('./dry-run.ts');
    await dryRun(experiment, output);
    return exitCodes.done;
  }
  const notes = new TrainingNotes(output, experiment);
  using interrupted = interruption(() => {
    notes.clear();
    output.note('stopping after a checkpoint; once more ends it at once');
  });
  const result = await runNoted(experiment, options, output, notes, interrupted);
  if (result === undefined) return interrupted.exitCode ?? exitCodes.failure;
  return finish(result, reference, options, output, interrupted);
}

/** Trains; nothing if it was interrupted before there was anything to keep. */
async function runNoted(
  experiment: Experiment,
  { runDir, resume }: TrainOptions,
  output: Output,
  notes: TrainingNotes,
  { signal }: Interruption,
): Promise<RunResult | undefined> {
  try {
    return await runExperiment(experiment, {
      runDir,
      resume,
      signal,
      onReady: notes.onReady,
      onEvent: (event: RunEvent) => output.emit(event),
      files: { signal, onEvent: downloadNotes(output) },
      callbacks: [notes],
    });
  } catch (error) {
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return undefined;
    throw error;
  } finally {
    notes.clear();
  }
}

async function finish(
  { folder, status, summary }: RunResult,
  reference: string | undefined,
  { runDir }: TrainOptions,
  output: Output,
  interrupted: Interruption,
): Promise<ExitCode> {
  const place = relative('', folder.path) || '.';
  if (status === 'stopped') {
    if (interrupted.exitCode !== exitCodes.done) {
      const again = [
        'kindling train',
        reference,
        ...(runDir === undefined ? [] : [`--run-dir ${runDir}`]),
        '--resume',
      ];
      output.note(`stopped after ${formatCount(summary.step)} steps; ${again.join(' ')} goes on from there`);
    }
    return interrupted.exitCode ?? exitCodes.failure;
  }
  const { events, name } = readRun(folder.path);
  const pictures = await writePictures(folder.path, name, events);
  output.print(runReport(name, events, output));
  if (status === 'diverged') {
    const { step, loss } = events.findLast((event) => event.type === 'step') ?? {
      step: summary.step,
      loss: Number.NaN,
    };
    process.stderr.write(
      `kindling: ${name}: expected a loss that is a finite number, got ${loss} at step ${step}; try a smaller learning rate, as in --set optimizer.lr=${smaller(readRun(folder.path).experiment.optimizer.lr)}\n`,
    );
    return exitCodes.diverged;
  }
  const files = pictures.length > 0 ? ` (${pictures.join(', ')})` : '';
  output.print(
    `\n${formatCount(summary.step)} steps in ${formatSeconds(summary.seconds)}; the run is in ${place}${files}`,
  );
  return exitCodes.done;
}

const smaller = (lr: number): number => Number((lr / 10).toPrecision(2));

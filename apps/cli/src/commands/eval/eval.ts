import { basename, resolve } from 'node:path';
import { evaluateRun, type RunEvaluation, RunFolder, readRunExperiment } from '@kindling/train';
import { heldBackName } from '@kindling/train/events';
import { plural } from '@kindling/train/internal/console';
import { nameDevice } from '../../device-option.ts';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { type Group, inGroup, isFirst } from '../../processes/join.ts';
import { confusionTable } from '../../report/confusion-table.ts';
import { metricsText } from '../../report/run-report.ts';
import { runPath } from '../../run-reference.ts';
import { downloadProgress } from '../../terminal/download-progress.ts';
import type { Output } from '../../terminal/output.ts';

export interface EvalOptions {
  readonly checkpoint?: 'best' | 'last';
  /** Both other words mean what is held back. */
  readonly split?: 'train' | 'test' | 'validation';
  readonly device?: string;
  readonly processes?: number;
}

/** `kindling eval`: loss and metrics of a run's weights on its data. */
export async function evaluate(reference: string, options: EvalOptions, output: Output): Promise<ExitCode> {
  return inGroup(options.processes, async (group) => {
    const path = isFirst(group) ? runPath(reference) : '';
    const evaluation = await evaluateHere(path, options, output, group);
    if (evaluation !== undefined && isFirst(group)) show(path, evaluation, output);
    return exitCodes.done;
  });
}

function evaluateHere(
  path: string,
  { checkpoint, split, device }: EvalOptions,
  output: Output,
  group: Group | undefined,
): Promise<RunEvaluation | undefined> {
  nameDevice(device);
  return evaluateRun(path, {
    checkpoint,
    split: split === 'test' ? 'validation' : split,
    device,
    files: isFirst(group) ? { onEvent: downloadProgress(output) } : {},
    dataParallel: group?.processes,
  });
}

function show(path: string, evaluation: RunEvaluation, output: Output): void {
  const name = basename(resolve(path));
  const { measured, confusionMatrix: counts, checkpoint, split, samples } = evaluation;
  const classes = counts?.map((_, i) => String(i)) ?? [];
  output.emit({
    type: 'evaluation',
    run: name,
    checkpoint,
    split,
    samples,
    metrics: measured,
    ...(counts ? { confusionMatrix: { classes, counts } } : {}),
  });
  const shown = split === 'train' ? split : heldBackName(readRunExperiment(new RunFolder(path)));
  output.note(`${name}: the ${checkpoint} weights on ${plural(samples, `${shown} sample`)}`);
  if (counts) output.print(`${confusionTable({ classes, counts }, output.color)}\n`);
  output.print(metricsText({ [shown]: measured }));
}

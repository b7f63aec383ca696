import { basename, resolve } from 'node:path';
import { evaluateRun, RunFolder, readRunExperiment } from '@kindling/train';
import { heldBackName } from '@kindling/train/events';
import { plural } from '@kindling/train/internal/console';
import { nameDevice } from '../../device-option.ts';
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
}

/** `kindling eval`: loss and metrics of a run's weights on its data. */
export async function evaluate(
  reference: string,
  { checkpoint: asked, split: wanted, device }: EvalOptions,
  output: Output,
): Promise<void> {
  nameDevice(device);
  const path = runPath(reference);
  const evaluation = await evaluateRun(path, {
    checkpoint: asked,
    split: wanted === 'test' ? 'validation' : wanted,
    device,
    files: { onEvent: downloadProgress(output) },
  });
  if (evaluation === undefined) return;
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

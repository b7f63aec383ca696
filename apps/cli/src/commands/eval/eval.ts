import { evaluateRun, readRun } from '@kindling/train';
import { nameDevice } from '../../device-option.ts';
import { confusionTable } from '../../report/confusion-table.ts';
import { metricsText } from '../../report/run-report.ts';
import { runPath } from '../../run-reference.ts';
import { downloadNotes } from '../../terminal/download-notes.ts';
import { plural } from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';

export interface EvalOptions {
  readonly checkpoint?: 'best' | 'last';
  readonly split?: 'train' | 'validation';
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
    split: wanted,
    device,
    files: { onEvent: downloadNotes(output) },
  });
  if (evaluation === undefined) return;
  const { name } = readRun(path);
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
  output.note(`${name}: the ${checkpoint} weights on ${plural(samples, `${split} sample`)}`);
  if (counts) output.print(`${confusionTable({ classes, counts }, output.color)}\n`);
  output.print(metricsText({ [split]: measured }));
}

import {
  type RunFolder,
  type RunReading,
  type RunSummary,
  readEvents,
  readRunColumns,
  readRunNotes,
} from '@kindling/train';
import {
  formatCount,
  formatMetric,
  formatMoment,
  formatSeconds,
  plural,
} from '@kindling/train/internal/console';
import { toJson } from '@kindling/train/internal/json-number';
import { runReport, skippedText } from '../../report/run-report.ts';
import { runPath } from '../../run-reference.ts';
import type { Output } from '../../terminal/output.ts';
import { hanging } from '../../terminal/text.ts';

/** `kindling runs show` */
export async function runsShow(reference: string, output: Output): Promise<void> {
  const run = readRunColumns(runPath(reference));
  if (output.json) {
    readEvents(run.folder.events, (event) => output.emit(event));
    return;
  }
  output.print(run.name);
  for (const [key, value] of factsOf(run)) {
    output.print(hanging(`  ${key.padEnd(10)}  `, value, output.width));
  }
  output.print(`\n${runReport(run.name, run.columns, output)}`);
}

function factsOf(run: RunReading): readonly (readonly [string, string])[] {
  const { folder, state, summary, experiment } = run;
  const { epoch, epochs, step, parameters, device, started, seconds, best, reason, error } = summary;
  const epochsText =
    epochs === undefined ? plural(epoch, 'epoch') : `${formatCount(epoch)} of ${plural(epochs, 'epoch')}`;
  const model = [
    ...(parameters === undefined ? [] : [plural(parameters, 'parameter')]),
    ...(device === undefined ? [] : [`on ${device}`]),
  ];
  const skipped = skippedText(run);
  return [
    experiment === undefined
      ? ['config', toJson(run.config)]
      : ['experiment', experiment.name + (experiment.description ? `: ${experiment.description}` : '')],
    ['state', `${state}, ${epochsText}, ${plural(step, 'step')}`],
    ...(model.length === 0 ? [] : [['model', model.join(' ')] as const]),
    ['started', `${formatMoment(started)}, ${formatSeconds(seconds)} of training`],
    ...(best === undefined ? [] : [['best', bestText(best)] as const]),
    ...(reason === undefined || error !== undefined ? [] : [['ended', reason] as const]),
    ...(error === undefined ? [] : [['error', error] as const]),
    ...(skipped === undefined ? [] : [['log', skipped] as const]),
    ...notesOf(folder),
    ['folder', folder.path],
  ];
}

/** What a reader wrote about the run. Notes that cannot be read are no reason to show nothing of the run. */
function notesOf(folder: RunFolder): readonly (readonly [string, string])[] {
  try {
    const { note, tags } = readRunNotes(folder);
    return [
      ...(note === '' ? [] : [['note', note] as const]),
      ...(tags.length === 0 ? [] : [['tags', tags.join(', ')] as const]),
    ];
  } catch (error) {
    return [['note', error instanceof Error ? error.message : String(error)]];
  }
}

function bestText({ monitor, value, epoch }: NonNullable<RunSummary['best']>): string {
  const metric = monitor.split('.').at(-1) ?? '';
  return `${monitor} ${formatMetric(metric, value)} after ${plural(epoch + 1, 'epoch')}`;
}

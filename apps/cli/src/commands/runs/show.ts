import { type Run, type RunSummary, readRun } from '@kindling/train';
import { runReport, skippedText } from '../../report/run-report.ts';
import { runPath } from '../../run-reference.ts';
import { formatCount, formatMetric, formatMoment, formatSeconds, plural } from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';
import { hanging } from '../../terminal/text.ts';

/** `kindling runs show` */
export async function runsShow(reference: string, output: Output): Promise<void> {
  const run = readRun(runPath(reference));
  for (const event of run.events) output.emit(event);
  output.print(run.name);
  for (const [key, value] of factsOf(run)) {
    output.print(hanging(`  ${key.padEnd(10)}  `, value, output.width));
  }
  output.print(`\n${runReport(run.name, run.events, output)}`);
}

function factsOf({
  folder,
  state,
  summary,
  experiment,
  skipped,
  problem,
}: Run): readonly (readonly [string, string])[] {
  const { epoch, epochs, step, parameters, device, started, seconds, best, reason, error } = summary;
  return [
    ['experiment', experiment.name + (experiment.description ? `: ${experiment.description}` : '')],
    ['state', `${state}, ${formatCount(epoch)} of ${plural(epochs, 'epoch')}, ${plural(step, 'step')}`],
    ['model', `${plural(parameters, 'parameter')} on ${device}`],
    ['began', `${formatMoment(started)}, ${formatSeconds(seconds)} of training`],
    ...(best === undefined ? [] : [['best', bestText(best)] as const]),
    ...(reason === undefined || error !== undefined ? [] : [['ended', reason] as const]),
    ...(error === undefined ? [] : [['error', error] as const]),
    ...(problem === undefined ? [] : [['log', skippedText(skipped, problem)] as const]),
    ['folder', folder.path],
  ];
}

function bestText({ monitor, value, epoch }: NonNullable<RunSummary['best']>): string {
  const metric = monitor.split('.').at(-1) ?? '';
  return `${monitor} ${formatMetric(metric, value)} after ${plural(epoch + 1, 'epoch')}`;
}

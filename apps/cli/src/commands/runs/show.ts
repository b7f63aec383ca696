import { readRun } from '@kindling/train';
import { runReport } from '../../report/run-report.ts';
import { runPath } from '../../run-reference.ts';
import { formatCount, formatMoment, formatSeconds, plural } from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';

/** `kindling runs show` */
export async function runsShow(reference: string, output: Output): Promise<void> {
  const { name, folder, state, summary, experiment, events } = readRun(runPath(reference));
  for (const event of events) output.emit(event);
  const { epoch, epochs, step, parameters, device, started, seconds, best } = summary;
  const facts = [
    ['experiment', experiment.name + (experiment.description ? `: ${experiment.description}` : '')],
    ['state', `${state}, ${formatCount(epoch)} of ${plural(epochs, 'epoch')}, ${plural(step, 'step')}`],
    ['model', `${plural(parameters, 'parameter')} on ${device}`],
    ['began', `${formatMoment(started)}, ${formatSeconds(seconds)} of training`],
    ...(best ? [['best', `${best.monitor} ${best.value} after ${plural(best.epoch + 1, 'epoch')}`]] : []),
    ...(summary.error === undefined ? [] : [['error', summary.error]]),
    ['folder', folder.path],
  ];
  output.print(`${name}\n${facts.map(([key = '', value]) => `  ${key.padEnd(10)}  ${value}`).join('\n')}\n`);
  output.print(runReport(name, events, output));
}

import { listRuns, type RunOverview } from '@kindling/train';
import { formatCount, formatMetric, formatMoment, formatSeconds } from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

/** `kindling runs list` */
export async function runsList(folder: string, output: Output): Promise<void> {
  const runs = listRuns(folder);
  for (const { name, folder: place, state, summary } of runs) {
    output.emit({ type: 'run', name, path: place.path, ...summary, state });
  }
  if (runs.length === 0) return output.note(`no runs in ${folder}; kindling train xor makes one`);
  output.print(runsTable(runs, output));
}

const columns: readonly (readonly [name: string, cell: (run: RunOverview) => string])[] = [
  ['run', ({ name }) => name],
  ['state', ({ state }) => state],
  ['epochs', ({ summary }) => epochsText(summary)],
  ['results', ({ summary }) => results(summary.metrics)],
  ['began', ({ summary }) => formatMoment(summary.started)],
  ['time', ({ summary }) => formatSeconds(summary.seconds)],
  ['steps', ({ summary }) => formatCount(summary.step)],
];

/** With as many columns as fit. */
function runsTable(runs: readonly RunOverview[], { width, color }: Output): string {
  for (let count = columns.length; ; count--) {
    const shown = columns.slice(0, count);
    const header = shown.map(([name]) => name);
    const rows = runs.map((run) => shown.map(([, cell]) => cell(run)));
    const text = table(header, rows, { numeric: ['epochs', 'steps', 'time'], color });
    const rule = text.split('\n', 2)[1] ?? '';
    if (rule.length <= width || count <= 4) return text;
  }
}

function epochsText({ epoch, epochs }: RunOverview['summary']): string {
  return epoch === epochs ? formatCount(epochs) : `${formatCount(epoch)} of ${formatCount(epochs)}`;
}

/** The metrics of held-back data, or else of the training samples. */
function results({ train, validation }: RunOverview['summary']['metrics']): string {
  return Object.entries(validation ?? train ?? {})
    .map(([name, value]) => `${name} ${formatMetric(name, value ?? Number.NaN)}`)
    .join(', ');
}

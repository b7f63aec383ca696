import { type DamagedRun, listRuns, type RunOverview } from '@kindling/train';
import { formatCount, formatMetric, formatMoment, formatSeconds } from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

/** `kindling runs list` */
export async function runsList(folder: string, output: Output): Promise<void> {
  const runs = listRuns(folder);
  for (const run of runs) {
    const { name, state } = run;
    const facts = run.state === 'damaged' ? { problem: run.problem } : run.summary;
    output.emit({ type: 'run', name, path: run.folder.path, ...facts, state });
  }
  if (runs.length === 0) return output.note(`no runs in ${folder}; kindling train xor makes one`);
  output.print(runsTable(runs, output));
  for (const run of runs) if (run.state === 'damaged') output.note(`${run.name} is damaged: ${run.problem}`);
}

type Listed = RunOverview | DamagedRun;

/** A column whose cell needs what a damaged run does not tell. */
const of =
  (cell: (run: RunOverview) => string) =>
  (run: Listed): string =>
    run.state === 'damaged' ? '-' : cell(run);

const columns: readonly (readonly [name: string, cell: (run: Listed) => string])[] = [
  ['run', ({ name }) => name],
  ['state', ({ state }) => state],
  ['epochs', of(({ summary }) => epochsText(summary))],
  ['results', of(({ summary }) => results(summary))],
  ['began', of(({ summary }) => formatMoment(summary.started))],
  ['time', of(({ summary }) => formatSeconds(summary.seconds))],
  ['steps', of(({ summary }) => formatCount(summary.step))],
];

/** With as many columns as fit. */
function runsTable(runs: readonly Listed[], { width, color }: Output): string {
  for (let count = columns.length; ; count--) {
    const shown = columns.slice(0, count);
    const header = shown.map(([name]) => name);
    const rows = runs.map((run) => shown.map(([, cell]) => cell(run)));
    const text = table(header, rows, { numeric: ['epochs', 'steps', 'time'], color });
    const rule = text.split('\n', 2)[1] ?? '';
    if (rule.length <= width || count <= 4) return text;
  }
}

function epochsText({ epoch, epochs = epoch }: RunOverview['summary']): string {
  return epoch === epochs ? formatCount(epochs) : `${formatCount(epoch)} of ${formatCount(epochs)}`;
}

/** The metrics of held-back data, or else of the training samples, or of what else a loop of one's own measured. */
function results({ metrics }: RunOverview['summary']): string {
  const { train, validation, ...others } = metrics;
  const shown = validation ?? train ?? Object.values(others)[0] ?? {};
  return Object.entries(shown)
    .map(([name, value]) => `${name} ${formatMetric(name, value)}`)
    .join(', ');
}

import type { DamagedRun, RunOverview } from '@kindling/train';
import { formatCount, formatMetric, formatMoment, formatSeconds } from '@kindling/train/internal/console';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

export type Listed = RunOverview | DamagedRun;

type Column = readonly [name: string, cell: (run: Listed) => string];

/** A column whose cell needs what a damaged run lacks. */
const of =
  (cell: (run: RunOverview) => string) =>
  (run: Listed): string =>
    run.state === 'damaged' ? '-' : cell(run);

const columns: readonly Column[] = [
  ['run', ({ name }) => name],
  ['state', ({ state }) => state],
  ['epochs', of(({ summary }) => epochsText(summary))],
  ['metrics', of(({ summary }) => results(summary))],
  ['started', of(({ summary }) => formatMoment(summary.started))],
  ['duration', of(({ summary }) => formatSeconds(summary.seconds))],
  ['steps', of(({ summary }) => formatCount(summary.step))],
];

/** A table with as many columns as fit. @param further a column that is shown behind the name. */
export function runsTable(
  runs: readonly Listed[],
  { width, color }: Output,
  further: readonly Column[] = [],
): string {
  const all = [...columns.slice(0, 1), ...further, ...columns.slice(1)];
  for (let count = all.length; ; count--) {
    const shown = all.slice(0, count);
    const header = shown.map(([name]) => name);
    const rows = runs.map((run) => shown.map(([, cell]) => cell(run)));
    const numeric = ['epochs', 'steps', 'duration', ...further.map(([name]) => name)];
    const text = table(header, rows, { numeric, color });
    const rule = text.split('\n', 2)[1] ?? '';
    if (rule.length <= width || count <= 4) return text;
  }
}

function epochsText({ epoch, epochs = epoch }: RunOverview['summary']): string {
  return epoch === epochs ? formatCount(epochs) : `${formatCount(epoch)} of ${formatCount(epochs)}`;
}

/** The metrics of held-back data, or else of the training samples, or of what else a loop of one's own measured; and its last loss. */
function results({ metrics }: RunOverview['summary']): string {
  const { train, validation, ...others } = metrics;
  const shown = validation ?? train ?? Object.values(others)[0] ?? {};
  const loss = shown !== train && shown.loss === undefined ? train?.loss : undefined;
  return [
    ...(loss === undefined ? [] : [`train loss ${formatMetric('loss', loss)}`]),
    ...Object.entries(shown).map(([name, value]) => `${name} ${formatMetric(name, value)}`),
  ].join(', ');
}

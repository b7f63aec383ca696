import { formatCount, formatMetric, formatSeconds } from '@kindling/train/internal/console';
import type { Output } from '../../../terminal/output.ts';
import { table } from '../../../terminal/table.ts';
import { displayWidth } from '../../../terminal/text.ts';
import type { ComparedMetric, ComparedRun } from './compared-run.ts';
import { type Comparison, winners } from './comparison.ts';
import { settingText } from './settings.ts';

/** So many runs have a column each; of more each has a row. The other way round where that alone is narrow enough. */
const MAX_COLUMNS = 6;
const MARK = '*';

/** A value of each run, under a name. */
interface Line {
  readonly name: string;
  readonly cells: readonly string[];
}

/** A comparison as a table: a column for each run, or where they are many or wide, a row. */
export function comparisonTable(comparison: Comparison, { width, color }: Output): string {
  const lines = linesOf(comparison);
  const names = comparison.runs.map(({ name }) => name);
  const columns = table(
    ['', ...names],
    lines.map(({ name, cells }) => [name, ...cells]),
    { numeric: names, color },
  );
  const rows = table(
    ['run', ...lines.map(({ name }) => name)],
    names.map((name, i) => [name, ...lines.map(({ cells }) => cells[i]!)]),
    { numeric: lines.filter(isNumeric).map(({ name }) => name), color },
  );
  const tables = names.length <= MAX_COLUMNS ? [columns, rows] : [rows, columns];
  const text =
    tables.find((one) => widthOf(one) <= width) ?? tables.toSorted((a, b) => widthOf(a) - widthOf(b))[0]!;
  return text.includes(MARK) ? `${text}\n\n${MARK} the best of the runs` : text;
}

/** The width of a table, which its line below the header has. */
const widthOf = (text: string): number => displayWidth(text.split('\n', 2)[1] ?? '');

/** Whether all cells are numbers or nothing, marked or not. */
const isNumeric = ({ cells }: Line): boolean =>
  cells.every((cell) => /^(-|[-+]?[\d.,]+(e[-+]?\d+)?[* ]?)$/.test(cell));

function linesOf(comparison: Comparison): readonly Line[] {
  const { runs, paths, metrics } = comparison;
  const line = (name: string, cell: (run: ComparedRun) => string): Line => ({ name, cells: runs.map(cell) });
  return [
    line('state', ({ state }) => state),
    line('epochs done', ({ epoch }) => (epoch === undefined ? '-' : formatCount(epoch))),
    line('steps done', ({ step }) => (step === undefined ? '-' : formatCount(step))),
    line('time', ({ seconds }) => (seconds === undefined ? '-' : formatSeconds(seconds))),
    ...paths.map((path) => line(path, ({ settings }) => settingText(settings.get(path)))),
    ...metrics.flatMap((name) => metricLines(comparison, name)),
  ];
}

/** The newest values of a metric, and the best ones, where those are others. */
function metricLines(comparison: Comparison, name: string): readonly Line[] {
  const { runs } = comparison;
  const line = (title: string, which: Exclude<keyof ComparedMetric, 'bestStep'>): Line => {
    const marked = winners(comparison, name, which);
    return {
      name: title,
      cells: runs.map((run) => {
        const value = run.metrics.get(name)?.[which];
        if (value === undefined) return '-';
        const text = formatMetric(name.split('.').at(-1) ?? '', value);
        if (marked.size === 0) return text;
        return `${text}${marked.has(run) ? MARK : ' '}`;
      }),
    };
  };
  const isOther = runs.some(({ metrics }) => {
    const { last, best } = metrics.get(name) ?? {};
    return best !== undefined && best !== last;
  });
  return [line(name, 'last'), ...(isOther ? [line(`best ${name}`, 'best')] : [])];
}

import { shortNumber } from '../axes/number-label.ts';
import { type Column, expectLength, isDrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { TableColumn, TableOption, TableRow } from '../option.ts';
import { type Better, bestIndex, checkBetter, directionOf, type SettingColumn } from './run-values.ts';
import { titleOf } from './title.ts';

/** Row i of every column belongs to run i. */
export interface CompareTableColumns {
  readonly runs: readonly string[];
  /** What was set, by its name: numbers, words, `true` and `false`; `null` for a run without one. */
  readonly settings: Readonly<Record<string, SettingColumn>>;
  /** What came of it, by the metric's name; NaN for a run that has not measured it. */
  readonly metrics: Readonly<Record<string, Column>>;
}

export interface CompareTableOptions {
  readonly title?: string;
  /** The metric that the rows are sorted by, the best first, and that marks the best run. Default: the first. */
  readonly sortBy?: string;
  /** Whether the least or the greatest value is the best, by metric. Default: by the name (`accuracy` is `max`), else `min`. */
  readonly better?: Readonly<Record<string, Better>>;
}

/** Digits of a metric. */
const DIGITS = 6;

/**
 * Runs in rows: the settings in which they differ, and their metrics, the best value of each marked. Settings that all runs have
 * alike stand in a note instead of a column. Rows are sorted by `sortBy`; the row of the best run is marked.
 *
 *     compareTable({ runs: ['a', 'b'], settings: { lr: [0.1, 0.01], seed: [1, 1] }, metrics: { loss: [0.3, 0.2] } })
 *
 * @throws {RangeError} for columns of different length, a `sortBy` that is no metric, a direction that is none
 */
export function compareTable(
  { runs, settings, metrics }: CompareTableColumns,
  options: CompareTableOptions = {},
): TableOption {
  const { better = {} } = options;
  const metricNames = Object.keys(metrics);
  const { sortBy = metricNames[0] } = options;
  const length = runs.length;
  for (const [name, column] of [...Object.entries(settings), ...Object.entries(metrics)]) {
    expectLength('compareTable', name, column as Column, length, 'runs');
  }
  if (sortBy !== undefined && !metricNames.includes(sortBy)) {
    throw new RangeError(
      `compareTable: expected sortBy to be one of ${metricNames.join(', ')}, got ${sortBy}`,
    );
  }
  for (const direction of Object.values(better)) checkBetter('compareTable', direction);

  const texts = Object.entries(settings).map(([name, column]) => ({
    name,
    cells: Array.from(column as ArrayLike<SettingColumn[number]>, settingText),
    isNumeric: Array.from(column as ArrayLike<unknown>).every((value) => typeof value !== 'string'),
  }));
  const isAlike = ({ cells }: { readonly cells: readonly string[] }): boolean =>
    length > 1 && cells.every((cell) => cell === cells[0]);
  const shown = texts.filter((column) => !isAlike(column));
  const alike = texts.filter(isAlike).map(({ name, cells }) => `${name} ${cells[0]}`);

  const metricCells = new Map(metricNames.map((name) => [name, metricTexts(metrics[name]!)]));
  const bests = new Map(
    metricNames.map((name) => [
      name,
      length > 1 ? bestIndex(metrics[name]!, directionOf(name, better[name])) : undefined,
    ]),
  );
  const columns: TableColumn[] = [
    { name: 'run', align: 'left' },
    ...shown.map(({ name, isNumeric }): TableColumn => ({ name, align: isNumeric ? 'right' : 'left' })),
    ...metricNames.map((name): TableColumn => ({ name, align: 'right' })),
  ];
  const best = sortBy === undefined ? undefined : bests.get(sortBy);
  const rows = rowOrder(
    length,
    sortBy === undefined ? undefined : metrics[sortBy],
    directionOf(sortBy ?? '', better[sortBy ?? '']),
  ).map(
    (run): TableRow => ({
      isBest: run === best,
      cells: [
        { text: runs[run]!, isBest: run === best },
        ...shown.map(({ cells }) => ({ text: cells[run]!, isBest: false })),
        ...metricNames.map((name) => {
          const value = metrics[name]![run]!;
          const isTop = bests.get(name) !== undefined && value === metrics[name]![bests.get(name)!];
          return { text: metricCells.get(name)![run]!, isBest: isTop };
        }),
      ],
    }),
  );
  const notes = [
    ...(length === 0 ? ['no runs'] : []),
    ...(alike.length > 0 ? [`alike in all: ${alike.join(', ')}`] : []),
  ];
  return displayable({ animation: false, ...titleOf(options.title, notes), table: { columns, rows } });
}

function settingText(value: SettingColumn[number]): string {
  if (value === null || value === undefined) return '-';
  return typeof value === 'number' ? shortNumber(value, DIGITS) : String(value);
}

/** The values of a metric, with as many decimals each, so that their digits stand below each other. */
function metricTexts(column: Column): readonly string[] {
  const texts = Array.from(column, (value) =>
    typeof value !== 'number' || Number.isNaN(value) ? '-' : shortNumber(value, DIGITS),
  );
  const decimals = texts.map((text) => /^-?\d+(?:\.(\d+))?$/.exec(text)?.[1]?.length ?? 0);
  const most = Math.max(0, ...decimals);
  // Those with a unit or an exponent stay as they are.
  return texts.map((text, i) => (/^-?[\d.]+$/.test(text) ? column[i]!.toFixed(most) : text));
}

/** Runs by a metric, the best first, those without a value last; without a metric in their order. */
function rowOrder(length: number, values: Column | undefined, better: Better): readonly number[] {
  const order = Array.from({ length }, (_, run) => run);
  if (values === undefined) return order;
  const sign = better === 'min' ? 1 : -1;
  return order.sort((a, b) => {
    const [isLeft, isRight] = [isDrawable(values[a]!), isDrawable(values[b]!)];
    if (!isLeft || !isRight) return Number(isRight) - Number(isLeft);
    return sign * (values[a]! - values[b]!);
  });
}

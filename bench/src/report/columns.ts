import { type Family, pairNames, type Rival, rivalNames } from '../families.ts';
import { type Compared, type Comparison, geometricMean } from './comparison.ts';
import { rateOf } from './rate.ts';
import type { Row } from './results.ts';

export interface Cell {
  readonly text: string;
  /** Where a peer is better than Kindling. */
  readonly isAhead: boolean;
}

/** A column of numbers: a family's medians, or ratios. */
export interface Column {
  readonly title: string;
  readonly of: (compared: Compared) => Cell;
  /** The geometric mean of ratios over workloads, with their number where some have none. */
  readonly mean?: (compared: readonly Compared[]) => Cell;
}

/** Three significant digits, without exponents. */
export function shortNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

const plain = (text: string): Cell => ({ text, isAhead: false });
const nothing: Cell = plain('');

const ratioCell = (value: number | undefined): Cell =>
  value === undefined ? nothing : { text: shortNumber(value), isAhead: value < 1 };

function ratioColumn(title: string, ratioIn: (comparison: Comparison) => number | undefined): Column {
  return {
    title,
    of: ({ comparison }) => ratioCell(ratioIn(comparison)),
    mean: (compared) => {
      const values = compared.flatMap(({ comparison }) => ratioIn(comparison) ?? []);
      const cell = ratioCell(geometricMean(values));
      return values.length === 0 || values.length === compared.length
        ? cell
        : { ...cell, text: `${cell.text} of ${values.length}` };
    },
  };
}

/** Rivals that have a column. JAX has one for each of its two ways instead. */
const shown: readonly Rival[] = rivalNames.filter((rival) => rival !== 'JAX');

/** Times that Kindling is better: than a single family, and than each rival. */
const ratioColumns: readonly Column[] = [
  ...pairNames.map((pair) => ratioColumn(pair, ({ ratios }) => ratios.pairs.get(pair))),
  ...shown.map((rival) => ratioColumn(`× ${rival}`, ({ ratios }) => ratios.rivals.get(rival))),
];

const ofLimit: Column = {
  title: 'of limit',
  of: ({ comparison: { ofLimit } }) =>
    ofLimit === undefined ? nothing : plain(`${Math.round(100 * ofLimit)}%`),
};

/** With the default number of threads, and how many times better the best is. */
const defaultColumns: readonly Column[] = [
  {
    title: 'default',
    of: ({ comparison: { byDefault } }) =>
      byDefault === undefined ? nothing : plain(shortNumber(byDefault.row.median)),
  },
  ratioColumn('default ÷ best', ({ byDefault }) => byDefault?.factor),
];

/** Kindling's time for each row, and its work in time, of steps that say how many rows they have. */
const rateColumns: readonly Column[] = (['ns/row', 'GFLOP/s'] as const).map((unit) => ({
  title: unit,
  of: ({ workload, comparison: { kindling } }) => {
    const rate = kindling && rateOf(kindling, workload, unit);
    return rate === undefined ? nothing : plain(shortNumber(rate));
  },
}));

/** The columns of families and ratios in which a workload has a number. @param text a row's. */
export function columnsOf(
  compared: readonly Compared[],
  families: readonly Family[],
  text: (row: Row, family: Family) => string,
): Column[] {
  const medians = families.map(
    (family): Column => ({
      title: family,
      of: ({ comparison: { best, ratios } }) => {
        const row = best.get(family);
        return row === undefined
          ? nothing
          : { text: text(row, family), isAhead: (ratios.families.get(family) ?? 1) < 1 };
      },
    }),
  );
  return [...medians, ...rateColumns, ...defaultColumns, ...ratioColumns, ofLimit].filter(({ of }) =>
    compared.some((each) => of(each).text !== ''),
  );
}

/** The line of geometric means below a group, where it has ratios of several workloads. */
export function meansOf(columns: readonly Column[], group: readonly Compared[]): Cell[] | undefined {
  const cells = columns.map(({ mean }) => mean?.(group) ?? nothing);
  return group.length > 1 && cells.some(({ text }) => text !== '') ? cells : undefined;
}

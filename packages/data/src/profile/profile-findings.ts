import { formatCount } from '../format-count.ts';
import { assertHas } from '../given-argument.ts';
import { quote } from '../quote.ts';
import { type ColumnProfile, maxDistinct, type ValueCount } from './column-profile.ts';
import type { TableProfile } from './table-profile.ts';

/** Something in a table that training may fail at or learn wrongly from. */
export interface TableFinding {
  /** `error`: an experiment on these columns cannot be trained; `warning`: it can, and what it learns may be of no use. */
  readonly level: 'error' | 'warning';
  /** What it is, for programs. */
  readonly code:
    | 'ragged-rows'
    | 'no-rows'
    | 'one-column'
    | 'repeated-name'
    | 'unclear-header'
    | 'dialect'
    | 'other-file'
    | 'few-rows'
    | 'missing-values'
    | 'words'
    | 'mixed-column'
    | 'empty-column'
    | 'constant-column'
    | 'row-numbers'
    | 'copied-column'
    | 'copied-target'
    | 'duplicate-rows'
    | 'far-values'
    | 'different-scales'
    | 'large-numbers'
    | 'imbalance';
  readonly column?: string;
  readonly message: string;
}

/** Rows below which nothing that is measured means much. */
const fewRows = 30;

/** Shares of the largest class, and ratios of it to the smallest one, that are named. */
const largest = 0.9;
const ratio = 20;

/** Standard deviations that columns may be apart, as a factor, before it is named. */
const scaleRatio = 100;

/** Standard deviations from the mean at which a value is named. */
const far = 10;

/** The largest float32. */
const maxFloat32 = 3.4028234663852886e38;

/** Values of a target that may be classes. */
const maxClasses = 20;

/** Problems of a table for training, errors first. */
export function tableFindings(table: TableProfile, target: string | undefined): TableFinding[] {
  assertHas('tableFindings', 'table', table, ['columns']);
  const targetColumn = table.columns.find(({ name }) => name === target);
  const all = [
    ...formFindings(table),
    ...table.columns.flatMap((column) => columnFindings(column, column === targetColumn)),
    ...copyFindings(table, target),
    ...rowFindings(table),
    ...scaleFindings(table.columns.filter((column) => column !== targetColumn)),
    ...(targetColumn === undefined ? [] : balanceFindings(targetColumn)),
  ];
  return [...all.filter(({ level }) => level === 'error'), ...all.filter(({ level }) => level === 'warning')];
}

const warning = (code: TableFinding['code'], message: string, column?: string): TableFinding => ({
  level: 'warning',
  code,
  ...(column === undefined ? {} : { column }),
  message,
});

const error = (code: TableFinding['code'], message: string, column?: string): TableFinding => ({
  ...warning(code, message, column),
  level: 'error',
});

function formFindings(table: TableProfile): TableFinding[] {
  const { rows, columns, ragged, firstRagged, isHeaderUnclear, header, delimiter, decimal } = table;
  const findings: TableFinding[] = [];
  if (rows === 0) findings.push(error('no-rows', 'a header without rows'));
  if (columns.length === 1) {
    findings.push(error('one-column', 'one column: an experiment needs an input and a target'));
  }
  if (firstRagged !== undefined) {
    const { row, fields } = firstRagged;
    const message = `${count(ragged, 'row')} with a different number of fields than the first row (${columns.length}), such as row ${row} (${fields})`;
    findings.push(error('ragged-rows', message));
  }
  const names = columns.map(({ name }) => name);
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) !== i))) {
    findings.push(error('repeated-name', 'the name of more than one column', name));
  }
  if (delimiter !== ',' || decimal !== '.') {
    const message = `fields are separated by ${quote(delimiter)} and numbers have a decimal ${quote(decimal)}; set data.delimiter and data.decimal`;
    findings.push(warning('dialect', message));
  }
  if (isHeaderUnclear) {
    const taken = header ? 'column names' : 'values';
    findings.push(
      warning(
        'unclear-header',
        `the first row has both numbers and text and is read as ${taken}; set data.header`,
      ),
    );
  }
  return findings;
}

function columnFindings(column: ColumnProfile, isTarget: boolean): TableFinding[] {
  const { name, kind, missing, distinct, odd, top, numbers, words } = column;
  const findings: TableFinding[] = [];
  if (kind === 'empty') return [warning('empty-column', 'no values; exclude it', name)];
  if (kind === 'word') {
    const many = distinct >= maxDistinct ? `at least ${maxDistinct}` : String(distinct);
    const advice = isTarget
      ? 'set data.categories for it'
      : distinct > 1000
        ? 'exclude it'
        : 'set data.categories for it, or exclude it';
    findings.push(
      warning(
        'words',
        `text (${many} distinct values, such as ${quote(top[0]?.value ?? '')}); ${advice}`,
        name,
      ),
    );
  }
  if (kind === 'mixed' && odd !== undefined) {
    const place = `${quote(odd.field)} in row ${odd.row}`;
    findings.push(
      warning(
        'mixed-column',
        `${count(numbers, 'number')} and ${count(words, 'text value')}, such as ${place}; add it to data.missing if it marks a missing value`,
        name,
      ),
    );
  }
  if (missing > 0) {
    const becomes = isTarget ? 'rows without a target are dropped' : 'set data.missing and data.onMissing';
    findings.push(warning('missing-values', `${count(missing, 'missing value')}; ${becomes}`, name));
  }
  if (distinct === 1) {
    const what = isTarget ? 'there is nothing to learn' : 'exclude it';
    findings.push(warning('constant-column', `constant; ${what}`, name));
  }
  if (column.isSequence && numbers > 2 && !isTarget) {
    findings.push(warning('row-numbers', 'row numbers: a model memorizes them; exclude it', name));
  }
  return [...findings, ...sizeFindings(column)];
}

function sizeFindings({
  name,
  min = 0,
  max = 0,
  mean = 0,
  std = 0,
  distinct,
}: ColumnProfile): TableFinding[] {
  if (Math.max(-min, max) > maxFloat32) {
    return [
      warning(
        'large-numbers',
        `numbers outside the range of float32 (${min} to ${max}); use dtype float64 or data.scale`,
        name,
      ),
    ];
  }
  const distance = std === 0 ? 0 : Math.max(max - mean, mean - min) / std;
  if (distinct <= 2 || distance <= far) return [];
  const value = max - mean > mean - min ? max : min;
  return [
    warning('far-values', `${value} is ${Math.round(distance)} standard deviations from the mean`, name),
  ];
}

function copyFindings({ copies }: TableProfile, target: string | undefined): TableFinding[] {
  return copies.map(({ column, of }) => {
    const isTarget = column === target || of === target;
    const other = column === target ? of : column;
    return isTarget
      ? warning(
          'copied-target',
          'the same values as the target: the input gives away the target; exclude it',
          other,
        )
      : warning('copied-column', `the same values as ${quote(of)}; exclude it`, column);
  });
}

function rowFindings({ rows, duplicates }: TableProfile): TableFinding[] {
  const findings: TableFinding[] = [];
  if (rows > 0 && rows < fewRows) {
    findings.push(warning('few-rows', `${count(rows, 'row')}: too few for a validation split`));
  }
  if (duplicates > 0) {
    const message = `${count(duplicates, 'duplicate row')}: validation rows may be among the training rows`;
    findings.push(warning('duplicate-rows', message));
  }
  return findings;
}

/** Columns so unlike in size that one learning rate does not suit all. */
function scaleFindings(inputs: readonly ColumnProfile[]): TableFinding[] {
  const spread = inputs
    .filter(({ kind, std = 0 }) => kind === 'number' && std > 0)
    .toSorted((a, b) => b.std! - a.std!);
  const [widest, narrowest] = [spread[0], spread.at(-1)];
  if (widest === undefined || narrowest === undefined || widest.std! / narrowest.std! <= scaleRatio)
    return [];
  const shown = [widest, narrowest].map(({ name, std }) => `${quote(name)} ${Number(std!.toPrecision(2))}`);
  const message = `standard deviations differ by more than a factor of ${scaleRatio} (${shown.join(', ')}); start the model with batchNorm`;
  return [warning('different-scales', message)];
}

/** The classes that a target has, if it looks like one of classes: words, or a few integers. */
export function classesOf(column: ColumnProfile): readonly ValueCount[] | undefined {
  assertHas('classesOf', 'column', column, ['kind', 'distinct', 'top']);
  const { kind, isWhole, distinct, top, numbers } = column;
  const isFew = distinct > 1 && distinct <= maxClasses;
  if (kind === 'word') return isFew ? top : undefined;
  return kind === 'number' && isWhole && isFew && numbers >= 3 * distinct ? top : undefined;
}

function balanceFindings(target: ColumnProfile): TableFinding[] {
  const classes = classesOf(target);
  const [most, least] = [classes?.[0], classes?.at(-1)];
  if (classes === undefined || most === undefined || least === undefined) return [];
  const share = most.count / classes.reduce((sum, one) => sum + one.count, 0);
  if (share < largest && most.count / least.count < ratio) return [];
  const shown = `${quote(most.value)} ${most.count}, ${quote(least.value)} ${least.count}`;
  const message = `imbalanced classes (${shown}): always predicting ${quote(most.value)} has an accuracy of ${Math.round(100 * share)}%; use the metric f1 and loss.weight`;
  return [warning('imbalance', message, target.name)];
}

const count = (number: number, noun: string): string =>
  `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;

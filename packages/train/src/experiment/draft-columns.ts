import { type ColumnProfile, classesOf, DataError, type TableProfile } from '@kindling/data';

/** What a target holds: classes, a yes or no as 1 or 0, or a number. */
export type Task = 'classes' | 'binary' | 'number';

/** How the columns of a file go into an experiment. */
export interface ColumnDraft {
  readonly target: ColumnProfile;
  readonly task: Task;
  /** Classes in the order of their numbers; none for a task of numbers. */
  readonly classes: readonly string[];
  /** Whether the classes are words, or numbers other than 0, 1, 2, … */
  readonly isCoded: boolean;
  readonly numbers: readonly ColumnProfile[];
  readonly words: readonly ColumnProfile[];
  /** Columns that are left out, and why. */
  readonly excluded: readonly { readonly name: string; readonly reason: string }[];
  /** Spellings of missing values. */
  readonly missing: readonly string[];
}

export interface ColumnDraftOptions {
  /** Name of the column to predict. Default: the last. */
  readonly target?: string | undefined;
  /** Default: what its values look like. */
  readonly task?: Task | undefined;
}

/** Different words of a column that become inputs, one each. */
const maxCategories = 20;

/** Classes that a target may have. */
const maxClasses = 100;

/** The most different words among numbers that count as markers of a missing value. */
const maxSpellings = 3;

/** Chooses inputs and target, and the task. @throws DataError for a target that is not there or does not fit the task. */
export function draftColumns(table: TableProfile, options: ColumnDraftOptions): ColumnDraft {
  const { columns, place } = table;
  const target = columns.find(({ name }) => name === (options.target ?? columns.at(-1)?.name));
  if (target === undefined) {
    const expected = `a target column, one of ${columns.map(({ name }) => name).join(', ')}`;
    throw new DataError({ place, expected, got: JSON.stringify(options.target ?? '') });
  }
  const task = options.task ?? guessTask(target);
  const classes = checkedClasses(target, task, place);
  const isCoded = classes.some((value, i) => value !== String(i));
  const others = columns.filter((column) => column !== target);
  const reasons = new Map(others.map((column) => [column, exclusionReason(column, table, target.name)]));
  const kept = others.filter((column) => reasons.get(column) === undefined);
  if (kept.length === 0) {
    throw new DataError({ place, expected: 'an input column', got: 'none that is informative' });
  }
  const isNumber = (column: ColumnProfile): boolean =>
    column.kind === 'number' || (column.kind === 'mixed' && spellings(column) !== undefined);
  return {
    target,
    task,
    classes,
    isCoded,
    numbers: kept.filter(isNumber),
    words: kept.filter((column) => !isNumber(column)),
    excluded: others.flatMap((column) => {
      const reason = reasons.get(column);
      return reason === undefined ? [] : [{ name: column.name, reason }];
    }),
    missing: [...new Set([...table.missingMarkers, ...kept.flatMap((column) => spellings(column) ?? [])])],
  };
}

function guessTask(target: ColumnProfile): Task {
  const classes = classesOf(target);
  if (classes === undefined) return 'number';
  return isBinary(target) ? 'binary' : 'classes';
}

const isBinary = ({ kind, top, distinct }: ColumnProfile): boolean =>
  kind === 'number' && distinct === 2 && top.every(({ value }) => value === '0' || value === '1');

function checkedClasses(target: ColumnProfile, task: Task, place: string): readonly string[] {
  const refuse = (expected: string): DataError => {
    const got = `${target.distinct} distinct ${target.kind === 'number' ? 'numbers' : 'text values'}`;
    return new DataError({ place: `${place}, column ${target.name}`, expected, got });
  };
  if (task === 'number') {
    if (target.kind === 'number') return [];
    throw refuse('a numeric target');
  }
  if (task === 'binary') {
    if (isBinary(target)) return ['0', '1'];
    throw refuse('a target of 0 and 1');
  }
  if (target.distinct < 2 || target.distinct > maxClasses || target.kind === 'mixed') {
    throw refuse(`a target of 2 to ${maxClasses} classes`);
  }
  const values = target.top.map(({ value }) => value);
  return target.kind === 'number' ? values.toSorted((a, b) => Number(a) - Number(b)) : values.toSorted();
}

/** The words of a column of numbers that stand for missing values, by their small number. */
function spellings({ kind, top, words, numbers }: ColumnProfile): readonly string[] | undefined {
  if (kind !== 'mixed' || words > numbers) return undefined;
  const found = top.filter(({ value }) => Number.isNaN(Number(value.replace(',', '.'))));
  const isAll = found.reduce((sum, { count }) => sum + count, 0) === words;
  return isAll && found.length <= maxSpellings ? found.map(({ value }) => value) : undefined;
}

/** Why a column is no input; undefined where it is one. */
function exclusionReason(
  column: ColumnProfile,
  { copies }: TableProfile,
  target: string,
): string | undefined {
  const { name, kind, distinct, missing, isSequence, isWhole } = column;
  const copied = copies.find((copy) => copy.column === name || (copy.column === target && copy.of === name));
  if (kind === 'empty') return 'no values';
  if (copied !== undefined) {
    const isTarget = copied.of === target || copied.column === target;
    return isTarget ? 'same values as the target' : `same values as ${copied.of}`;
  }
  if (distinct === 1 && missing === 0) return 'constant';
  if (isSequence && isWhole) return 'row numbers';
  const isWords = kind === 'word' || (kind === 'mixed' && spellings(column) === undefined);
  return isWords && distinct > maxCategories ? `${distinct} distinct text values` : undefined;
}

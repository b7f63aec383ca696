import { type Tensor, tensor } from '@kindling/core';
import { checkOptions, describeValue, type OptionNames } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import { ColumnFinder, type ColumnReference } from '../format/column-reference.ts';
import type { CsvColumns } from '../format/csv.ts';
import { type Categories, encodedNames } from '../format/csv-categories.ts';
import { assertHas } from '../given-argument.ts';
import { quote } from '../quote.ts';
import type { Dataset } from './dataset.ts';
import { TensorDataset } from './tensor-dataset.ts';

export interface TableTensorOptions {
  /** Columns to learn from, by name or by position in the file (1 the first, −1 the last). Default all but the targets. */
  readonly inputs?: readonly ColumnReference[] | undefined;
  /** Columns to learn, by name or by position in the file. Default the last. */
  readonly targets?: readonly ColumnReference[] | undefined;
  /** Default float32. */
  readonly dtype?: 'float32' | 'float64' | undefined;
  /** Default: what `setDefaultDevice` has set. */
  readonly device?: string | undefined;
}

const optionNames: OptionNames<TableTensorOptions> = {
  inputs: true,
  targets: true,
  dtype: true,
  device: true,
};

/** What takes the place of missing values: the mean of a column's other values, a number, or a number for each column. */
export type MissingValues = 'mean' | number | Readonly<Record<string, number>>;

/** What a table is made of: names and columns alone, or all that {@link parseCsv} gives. */
export type TableColumns = Pick<CsvColumns, 'names' | 'columns'> & Partial<CsvColumns>;

/**
 * Columns of numbers with names.
 *
 * ```ts
 * const table = await diabetes();
 * const loader = new DataLoader(table.tensors({ targets: ['label'] }), { batchSize: 32 });
 * ```
 */
export class Table implements Dataset<readonly number[]> {
  readonly kind = 'table';
  /** What errors call it: a file, or a dataset's name. */
  readonly place: string;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  /** Columns of words that became numbers, by the name that they have in the file. */
  readonly categories: Readonly<Record<string, Categories>>;
  /** Names of the columns before words became numbers: a column with one-hot categories counts once. */
  readonly sources: readonly string[];
  /** Names of all columns of the file, of which some may have been left out; positions count these. */
  readonly fileColumns: readonly string[];
  readonly #finder: ColumnFinder;
  readonly #fileFinder: ColumnFinder;

  constructor(place: string, parts: TableColumns) {
    assertHas('Table', 'parts', parts, ['names', 'columns']);
    const { names, columns, categories = {}, sources = names, fileColumns = sources } = parts;
    this.place = place;
    this.names = names;
    this.columns = columns;
    this.categories = categories;
    this.sources = sources;
    this.fileColumns = fileColumns;
    this.#finder = new ColumnFinder(names, place);
    this.#fileFinder = new ColumnFinder(fileColumns, place);
  }

  /** How many rows there are. */
  get length(): number {
    return this.columns[0]?.length ?? 0;
  }

  /** @throws DataError when there is no such column; it says which was probably meant. */
  column(name: string): Float64Array {
    return this.columns[this.#finder.indexOf(name)]!;
  }

  /** Row `index`, in the order of the names. @throws DataError when there is none. */
  get(index: number): readonly number[] {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new DataError({
        place: this.place,
        expected: `a row index in [0, ${this.length - 1}]`,
        got: describeValue(index),
      });
    }
    return this.columns.map((column) => column[index]!);
  }

  /** Rows `start` … `end` − 1, as `Array.prototype.slice` counts; they share the table's memory. */
  slice(start: number, end?: number): Table {
    return this.#with(this.columns.map((column) => column.subarray(start, end)));
  }

  /**
   * The columns of this table that columns of the file became: the same name, or one for each category.
   *
   * @throws DataError for a column that the file has not, or that was not read.
   */
  namesOf(column: ColumnReference): readonly string[] {
    if (typeof column === 'string' && !Object.hasOwn(this.categories, column)) {
      return [this.names[this.#finder.indexOf(column)]!];
    }
    const name = this.fileColumns[this.#fileFinder.indexOf(column)]!;
    const own = Object.hasOwn(this.categories, name) ? this.categories[name] : undefined;
    return own === undefined ? [this.names[this.#finder.indexOf(name)]!] : encodedNames(name, own);
  }

  /** The table without the rows in which a value is missing (in these columns; default: in any). */
  withoutMissing(columns: readonly ColumnReference[] = this.names): Table {
    const looked = columns.flatMap((column) => this.namesOf(column)).map((name) => this.column(name));
    const kept = Int32Array.from({ length: this.length }, (_, row) => row).filter((row) =>
      looked.every((column) => !Number.isNaN(column[row])),
    );
    if (kept.length === this.length) return this;
    return this.#with(this.columns.map((column) => Float64Array.from(kept, (row) => column[row]!)));
  }

  /**
   * The table with numbers in the place of missing values. A column `name=category` gets the share of the rows that have the
   * category by `'mean'`.
   *
   * @throws DataError for a column of which no value is known, and by `'mean'` no mean either.
   */
  fillMissing(by: MissingValues): Table {
    return this.#with(
      this.columns.map((column, i) => {
        if (!column.some(Number.isNaN)) return column;
        const value = this.#fillValue(this.names[i]!, column, by);
        return column.map((own) => (Number.isNaN(own) ? value : own));
      }),
    );
  }

  /** The mean of the known values of each column, by name; what `fillMissing('mean')` puts in the place of the others. */
  means(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.columns.map((column, i) => [this.names[i]!, meanOf(column)]));
  }

  #fillValue(name: string, column: Float64Array, by: MissingValues): number {
    const own = typeof by === 'object' && Object.hasOwn(by, name) ? by[name] : undefined;
    const value = typeof by === 'number' ? by : by === 'mean' ? meanOf(column) : own;
    if (value !== undefined && !Number.isNaN(value)) return value;
    throw new DataError({
      place: `${this.place}, column ${name}`,
      expected: 'a number to fill missing values with',
      got: by === 'mean' ? 'no values, and so no mean' : String(value),
    });
  }

  /**
   * Inputs [rows, inputs] and targets [rows, targets].
   *
   * @throws DataError for an unknown column, one that is input and target at once, or none for one of the two; for a missing
   *   value; and for a number that is too large for the dtype.
   */
  tensors(options: TableTensorOptions = {}): TensorDataset<[inputs: Tensor, targets: Tensor]> {
    checkOptions('Table.tensors', options, optionNames);
    const { dtype = 'float32', device } = options;
    const { inputs, targets } = this.split(options);
    const matrix = (names: readonly string[]): Tensor => {
      const columns = names.map((name) => this.column(name));
      columns.forEach((column, j) => {
        this.#checkValues(names[j]!, column, dtype);
      });
      const values = new Float64Array(this.length * columns.length);
      columns.forEach((column, j) => {
        column.forEach((value, i) => {
          values[i * columns.length + j] = value;
        });
      });
      return tensor(values, { dtype, device, shape: [this.length, columns.length] });
    };
    return new TensorDataset(matrix(inputs), matrix(targets));
  }

  /**
   * The names of the columns to learn from, and of those to learn.
   *
   * @throws DataError as {@link tensors} does for the columns.
   */
  split({ inputs, targets }: Pick<TableTensorOptions, 'inputs' | 'targets'> = {}): {
    readonly inputs: readonly string[];
    readonly targets: readonly string[];
  } {
    const expand = (columns: readonly ColumnReference[]): readonly string[] =>
      columns.flatMap((column) => this.namesOf(column));
    const targetNames = expand(targets ?? this.sources.slice(-1));
    const isTarget = new Set(targetNames);
    const inputNames =
      inputs === undefined ? this.names.filter((name) => !isTarget.has(name)) : expand(inputs);
    const both = inputNames.find((name) => isTarget.has(name));
    const expected = 'distinct columns as inputs and targets';
    if (both !== undefined) {
      throw new DataError({ place: this.place, expected, got: `column ${quote(both)} as both` });
    }
    if (inputNames.length === 0 || targetNames.length === 0) {
      const missing = targetNames.length === 0 ? 'targets' : 'inputs';
      const count = this.sources.length;
      const got = `no ${missing} among ${count === 1 ? '1 column' : `${count} columns`}`;
      throw new DataError({ place: this.place, expected, got });
    }
    return { inputs: inputNames, targets: targetNames };
  }

  #checkValues(name: string, column: Float64Array, dtype: 'float32' | 'float64'): void {
    const isHeld = (value: number): boolean =>
      Number.isFinite(dtype === 'float32' ? Math.fround(value) : value);
    const wrong = column.findIndex((value) => !isHeld(value));
    if (wrong < 0) return;
    const value = column[wrong]!;
    const isMissing = Number.isNaN(value);
    throw new DataError({
      place: `${this.place}, column ${name}, sample ${wrong}`,
      expected: isMissing ? 'a number' : `a number in the range of ${dtype}`,
      got: isMissing ? 'a missing value' : String(value),
      hint: isMissing
        ? 'withoutMissing() drops such rows, fillMissing() fills them'
        : dtype === 'float32'
          ? 'the largest is 3.4028235e38; use float64'
          : undefined,
    });
  }

  #with(columns: readonly Float64Array[]): Table {
    const { place, names, categories, sources, fileColumns } = this;
    return new Table(place, { names, columns, categories, sources, fileColumns });
  }
}

function meanOf(column: Float64Array): number {
  const known = column.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

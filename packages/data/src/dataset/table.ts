import { type Tensor, tensor } from '@kindling/core';
import { DataError } from '../data-error.ts';
import { type CsvColumns, columnIndex } from '../format/csv.ts';
import type { Dataset } from './dataset.ts';
import { TensorDataset } from './tensor-dataset.ts';

export interface TableTensorOptions {
  /** Columns to learn from, by name. Default all but the targets. */
  readonly inputs?: readonly string[] | undefined;
  /** Columns to learn, by name. Default the last. */
  readonly targets?: readonly string[] | undefined;
  /** Default float32. */
  readonly dtype?: 'float32' | 'float64' | undefined;
  /** Default: what `setDefaultDevice` has set. */
  readonly device?: string | undefined;
}

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
  /** What errors call it: a file, or a data set's name. */
  readonly place: string;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];

  constructor(place: string, { names, columns }: Pick<CsvColumns, 'names' | 'columns'>) {
    this.place = place;
    this.names = names;
    this.columns = columns;
  }

  /** How many rows there are. */
  get length(): number {
    return this.columns[0]?.length ?? 0;
  }

  /** @throws DataError when there is no such column; it says which was probably meant. */
  column(name: string): Float64Array {
    return this.columns[columnIndex(this.names, name, this.place)]!;
  }

  /** Row `index`, in the order of the names. @throws DataError when there is none. */
  get(index: number): readonly number[] {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new DataError({
        place: this.place,
        expected: `a row number 0 … ${this.length - 1}`,
        got: `${index}`,
      });
    }
    return this.columns.map((column) => column[index]!);
  }

  /** Rows `start` … `end` − 1, as `Array.prototype.slice` counts; they share the table's memory. */
  slice(start: number, end?: number): Table {
    const { place, names, columns } = this;
    return new Table(place, { names, columns: columns.map((column) => column.subarray(start, end)) });
  }

  /**
   * Inputs [rows, inputs] and targets [rows, targets].
   *
   * @throws DataError for an unknown column.
   */
  tensors(options: TableTensorOptions = {}): TensorDataset<[inputs: Tensor, targets: Tensor]> {
    const { targets = this.names.slice(-1), dtype, device } = options;
    const { inputs = this.names.filter((name) => !targets.includes(name)) } = options;
    const matrix = (names: readonly string[]): Tensor => {
      const columns = names.map((name) => this.column(name));
      const values = new Float64Array(this.length * columns.length);
      columns.forEach((column, j) => {
        column.forEach((value, i) => {
          values[i * columns.length + j] = value;
        });
      });
      return tensor(values, { dtype: dtype ?? 'float32', device, shape: [this.length, columns.length] });
    };
    return new TensorDataset(matrix(inputs), matrix(targets));
  }
}

import { NumberColumn } from './number-column.ts';

/** Columns beyond these are not kept: a damaged log may have a new name on every line. */
const MAX_COLUMNS = 1000;

/** Rows of numbers in named columns, which begin with the first row that has such a value. */
export class NumberTable {
  readonly #columns = new Map<string, NumberColumn>();
  #length = 0;
  #views: Map<string, Float64Array> | undefined;

  /** How many rows there are. */
  get length(): number {
    return this.#length;
  }

  addRow(): void {
    this.#length++;
    this.#views = undefined;
  }

  /** Sets a value of the newest row. */
  set(name: string, value: number): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      if (this.#columns.size >= MAX_COLUMNS) return;
      column = new NumberColumn();
      this.#columns.set(name, column);
    }
    column.set(this.#length - 1, value);
    this.#views = undefined;
  }

  /** A value of the newest row; NaN where it has none. */
  last(name: string): number {
    return this.#columns.get(name)?.get(this.#length - 1) ?? Number.NaN;
  }

  /** All columns by name, each as long as the table, NaN where a row has no such value. Names are in the order of their first row. */
  get columns(): ReadonlyMap<string, Float64Array> {
    this.#views ??= new Map(
      [...this.#columns]
        .filter(([, column]) => column.hasAny())
        .map(([name, column]) => [name, column.view(this.#length)]),
    );
    return this.#views;
  }

  column(name: string): Float64Array {
    return this.columns.get(name) ?? new Float64Array(this.#length).fill(Number.NaN);
  }

  /** Forgets all rows from this one on. */
  truncate(rows: number): void {
    for (const column of this.#columns.values()) column.truncate(rows);
    this.#length = Math.min(this.#length, rows);
    this.#views = undefined;
  }
}

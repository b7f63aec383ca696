import type { ColumnBlock } from '../../protocol.ts';
import { GrowingColumn } from './growing-column.ts';

/** Named columns of equal length, put together from the blocks that a host sends. */
export class ColumnTable {
  readonly #columns = new Map<string, GrowingColumn>();
  #length = 0;
  #generation = 0;
  #kept = 0;

  get length(): number {
    return this.#length;
  }

  /** Rises whenever rows that were there are replaced. */
  get generation(): number {
    return this.#generation;
  }

  /** How many rows outlived the newest replacement. */
  get kept(): number {
    return this.#kept;
  }

  get names(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** NaN where a row has no value; `undefined` where no row has one. Valid until the next block. */
  column(name: string): Float64Array | undefined {
    return this.#columns.get(name)?.values;
  }

  /**
   * Puts the rows of a block in place of those from `from` on. Returns whether it fits: a block beyond the last row says that something
   * was lost, and nothing is changed.
   */
  apply({ from, length, columns }: ColumnBlock): boolean {
    if (from > this.#length) return false;
    if (from < this.#length) {
      this.#generation++;
      this.#kept = from;
      for (const column of this.#columns.values()) column.truncate(from);
    }
    for (const [name, values] of Object.entries(columns)) {
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = new GrowingColumn();
        this.#columns.set(name, column);
      }
      column.fillTo(from);
      column.append(values);
    }
    this.#length = from + length;
    for (const column of this.#columns.values()) column.fillTo(this.#length);
    return true;
  }
}

import { DataError } from '../data-error.ts';
import { quote } from '../quote.ts';
import { unknownName } from '../unknown-name.ts';

/**
 * A column by its name, or by its position in the file: 1 is the first, as in error messages, and −1 the last. A column of a
 * file without a header has its position as its name.
 */
export type ColumnReference = string | number;

/** Finds columns of one table, in the same time however many there are. */
export class ColumnFinder {
  readonly #place: string;
  readonly #names: readonly string[];
  readonly #positions: ReadonlyMap<string, number>;

  /** @throws DataError when two columns have the same name. */
  constructor(names: readonly string[], place: string) {
    this.#place = place;
    this.#names = names;
    const positions = new Map<string, number>();
    names.forEach((name, i) => {
      if (positions.has(name)) {
        const expected = 'different column names';
        throw new DataError({ place: `${place}, row 1`, expected, got: `${quote(name)} twice` });
      }
      positions.set(name, i);
    });
    this.#positions = positions;
  }

  /** Counted from 0. @throws DataError when there is no such column. */
  indexOf(column: ColumnReference): number {
    if (typeof column === 'string') {
      const at = this.#positions.get(column);
      if (at !== undefined) return at;
      throw unknownName(`${this.#place}, column`, column, this.#names);
    }
    const count = this.#names.length;
    const at = column < 0 ? count + column : column - 1;
    if (Number.isInteger(at) && column !== 0 && at >= 0 && at < count) return at;
    const expected = `a position from 1 to ${count}, or from -1 back to -${count}`;
    throw new DataError({ place: `${this.#place}, column`, expected, got: String(column) });
  }
}

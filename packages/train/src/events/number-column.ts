const FIRST_CAPACITY = 64;

/** A column of numbers that grows. Rows that were never set are NaN. */
export class NumberColumn {
  #values = new Float64Array(0);
  /** Rows that were set, or come before one that was. */
  #length = 0;
  /** A row before which none was set. */
  #first = Number.POSITIVE_INFINITY;

  set(row: number, value: number): void {
    if (row >= this.#values.length) this.#grow(row + 1);
    this.#length = Math.max(this.#length, row + 1);
    this.#first = Math.min(this.#first, row);
    this.#values[row] = value;
  }

  get(row: number): number {
    return row < this.#length ? this.#values[row]! : Number.NaN;
  }

  /** The first `rows` values. They share this column's memory until it grows; rows that are set later may change them. */
  view(rows: number): Float64Array {
    if (rows > this.#values.length) this.#grow(rows);
    return this.#values.subarray(0, rows);
  }

  /** Forgets all rows from this one on. */
  truncate(rows: number): void {
    if (rows >= this.#length) return;
    this.#values.fill(Number.NaN, rows, this.#length);
    this.#length = rows;
  }

  /** Whether any row was set. */
  hasAny(): boolean {
    return this.#first < this.#length;
  }

  #grow(least: number): void {
    const capacity = Math.max(least, FIRST_CAPACITY, 2 * this.#values.length);
    const values = new Float64Array(capacity);
    values.set(this.#values);
    values.fill(Number.NaN, this.#values.length);
    this.#values = values;
  }
}

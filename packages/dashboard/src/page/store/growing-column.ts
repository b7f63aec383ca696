const firstCapacity = 64;

/** Numbers that are appended, in memory that grows. */
export class GrowingColumn {
  #values = new Float64Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(row: number): number {
    return row < this.#length ? this.#values[row]! : Number.NaN;
  }

  push(value: number): void {
    this.#reserve(this.#length + 1);
    this.#values[this.#length++] = value;
  }

  append(values: Float64Array): void {
    this.#reserve(this.#length + values.length);
    this.#values.set(values, this.#length);
    this.#length += values.length;
  }

  /** Appends NaN until there are so many rows. */
  fillTo(length: number): void {
    if (length <= this.#length) return;
    this.#reserve(length);
    this.#values.fill(Number.NaN, this.#length, length);
    this.#length = length;
  }

  /** Forgets the rows from this one on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** The values, in this column's memory: valid until the next change. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const values = new Float64Array(Math.max(length, firstCapacity, 2 * this.#values.length));
    values.set(this.values);
    this.#values = values;
  }
}

const CAPACITY = 1024;

/**
 * A curve in bounded memory, however long it gets: each point is the mean of so many values, which double whenever there are 1024
 * points. A point lies at the last x of its values; values that are not finite do not count, and make a gap where no others are.
 */
export class BoundedSeries {
  readonly #x = new Float64Array(CAPACITY);
  readonly #y = new Float64Array(CAPACITY);
  #length = 0;
  /** Values of a point. */
  #stride = 1;
  /** Of the point that is not full yet. */
  #last = Number.NaN;
  #sum = 0;
  #finite = 0;
  #count = 0;

  add(x: number, y: number): void {
    this.#last = x;
    this.#count++;
    if (Number.isFinite(y)) {
      this.#sum += y;
      this.#finite++;
    }
    if (this.#count === this.#stride) this.#endPoint();
  }

  /** Points so far, the one that is not full yet among them. */
  points(): { readonly x: Float64Array; readonly y: Float64Array } {
    const [x, y] = [this.#x, this.#y];
    if (this.#count === 0) return { x: x.slice(0, this.#length), y: y.slice(0, this.#length) };
    return {
      x: Float64Array.of(...x.subarray(0, this.#length), this.#last),
      y: Float64Array.of(...y.subarray(0, this.#length), this.#mean),
    };
  }

  get #mean(): number {
    return this.#finite === 0 ? Number.NaN : this.#sum / this.#finite;
  }

  #endPoint(): void {
    if (this.#length === CAPACITY) this.#halve();
    else {
      this.#x[this.#length] = this.#last;
      this.#y[this.#length++] = this.#mean;
      this.#sum = this.#finite = this.#count = 0;
    }
  }

  /** Takes points together two by two; the point that was just filled is half of one now. */
  #halve(): void {
    const [x, y] = [this.#x, this.#y];
    for (let i = 0; i < CAPACITY / 2; i++) {
      const [a, b] = [y[2 * i]!, y[2 * i + 1]!];
      x[i] = x[2 * i + 1]!;
      y[i] = Number.isNaN(a) ? b : Number.isNaN(b) ? a : (a + b) / 2;
    }
    this.#length = CAPACITY / 2;
    this.#stride *= 2;
  }
}

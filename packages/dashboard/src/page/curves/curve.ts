import { MovingAverage } from '@kindling/viz';
import { GrowingColumn } from '../store/growing-column.ts';
import { MinMaxPyramid } from './min-max-pyramid.ts';

export type Split = 'train' | 'validation';

/** What is drawn of a column: the values, and what finds its extremes. */
export interface CurveValues {
  readonly y: Float64Array;
  readonly extremes: MinMaxPyramid;
}

interface Smoothed {
  readonly weight: number;
  readonly y: GrowingColumn;
  readonly extremes: MinMaxPyramid;
  average: MovingAverage;
}

/** A metric of a split of a run along an axis. It grows; what is drawn of it is kept with it. */
export class Curve {
  readonly run: string;
  readonly split: Split;
  readonly metric: string;
  readonly #x = new GrowingColumn();
  readonly #y = new GrowingColumn();
  /** Row of the table behind each row. */
  readonly #source = new GrowingColumn();
  readonly #extremes = new MinMaxPyramid();
  /** Rows whose x is less than that of the row before. */
  readonly #falls: number[] = [];
  /** Rows whose value is NaN or infinite. */
  readonly #nonFinite: number[] = [];
  #hasNonPositive = false;
  #version = 0;
  #smoothed: Smoothed | undefined;

  constructor(run: string, split: Split, metric: string) {
    this.run = run;
    this.split = split;
    this.metric = metric;
  }

  get length(): number {
    return this.#y.length;
  }

  get x(): Float64Array {
    return this.#x.values;
  }

  get y(): Float64Array {
    return this.#y.values;
  }

  get nonFinite(): readonly number[] {
    return this.#nonFinite;
  }

  /** Rises whenever rows come or go. */
  get version(): number {
    return this.#version;
  }

  /** Whether there are values that a logarithmic axis has no place for. */
  get hasNonPositive(): boolean {
    return this.#hasNonPositive;
  }

  push(x: number, y: number, sourceRow: number): void {
    const row = this.#y.length;
    this.#version++;
    if (row > 0 && x < this.#x.at(row - 1)) this.#falls.push(row);
    if (!Number.isFinite(y)) this.#nonFinite.push(row);
    if (y <= 0 && y > -Infinity) this.#hasNonPositive = true;
    this.#x.push(x);
    this.#y.push(y);
    this.#source.push(sourceRow);
  }

  /** Forgets what came from this row of the table and later ones. */
  truncate(sourceRow: number): void {
    const rows = lowerBound(this.#source.values, sourceRow, 0, this.length);
    if (rows >= this.length) return;
    this.#version++;
    for (const column of [this.#x, this.#y, this.#source]) column.truncate(rows);
    for (const list of [this.#falls, this.#nonFinite])
      while (list.length > 0 && list.at(-1)! >= rows) list.pop();
    this.#extremes.truncate(rows);
    const smoothed = this.#smoothed;
    if (smoothed === undefined || smoothed.y.length <= rows) return;
    smoothed.y.truncate(rows);
    smoothed.extremes.truncate(rows);
    let last = smoothed.y.length - 1;
    while (last >= 0 && !Number.isFinite(smoothed.y.at(last))) last--;
    const count = smoothed.y.length - this.#nonFinite.length;
    const after = last < 0 ? { average: 0, count: 0 } : { average: smoothed.y.at(last), count };
    smoothed.average = new MovingAverage(smoothed.weight, after);
  }

  measured(): CurveValues {
    this.#extremes.extend(this.y);
    return { y: this.y, extremes: this.#extremes };
  }

  /** Their moving average. Only that of one weight is kept. */
  smoothed(weight: number): CurveValues {
    if (this.#smoothed?.weight !== weight) {
      this.#smoothed = {
        weight,
        y: new GrowingColumn(),
        extremes: new MinMaxPyramid(),
        average: new MovingAverage(weight),
      };
    }
    const { y, extremes, average } = this.#smoothed;
    const measured = this.y;
    for (let row = y.length; row < measured.length; row++) y.push(average.next(measured[row]!));
    extremes.extend(y.values);
    return { y: y.values, extremes };
  }

  /** Stretches of rows in each of which x never falls. */
  get pieces(): readonly (readonly [from: number, to: number])[] {
    const starts = [0, ...this.#falls];
    return starts.map((start, i) => [start, starts[i + 1] ?? this.length]);
  }
}

/** The first row in [from, to) of a column that never falls whose value is at least `value`, else `to`. */
export function lowerBound(column: Float64Array, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

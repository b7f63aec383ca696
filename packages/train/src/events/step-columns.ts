import { NumberTable } from './number-table.ts';
import type { StepRow } from './step-scanner.ts';

/** Names of columns that a metric's name cannot take: they hold a character that no name needs. */
const [STEP, EPOCH, TIME] = ['\0step', '\0epoch', '\0time'];

/**
 * The steps of a run, a row each, in the order of the log. Columns have one value a row: NaN where a step has none, and where the value
 * is not a number. They are valid until the next event is read.
 */
export class StepColumns {
  readonly #table = new NumberTable();
  /** Rows whose step is smaller than that of the row before. */
  readonly #falls: number[] = [];

  get length(): number {
    return this.#table.length;
  }

  /** Steps count from 0 over the whole run. They ascend but at {@link falls}. */
  get step(): Float64Array {
    return this.#table.column(STEP);
  }

  get epoch(): Float64Array {
    return this.#table.column(EPOCH);
  }

  /** When the step was logged, in milliseconds since 1970 (UTC). */
  get time(): Float64Array {
    return this.#table.column(TIME);
  }

  /** All NaN where no step has a loss. */
  get loss(): Float64Array {
    return this.#table.column('loss');
  }

  /** All NaN where no step has a learning rate. */
  get lr(): Float64Array {
    return this.#table.column('lr');
  }

  /** What was logged of the steps, by name, in the order of first appearance: `loss`, `lr`, `loss/generator`. */
  get metrics(): ReadonlyMap<string, Float64Array> {
    return new Map([...this.#table.columns].filter(([name]) => !name.startsWith('\0')));
  }

  /**
   * Rows at which the step is smaller than in the row before, in ascending order: a program logged steps in no order. Of a run that
   * was resumed there are none: see `RunColumns`.
   */
  get falls(): readonly number[] {
    return this.#falls;
  }

  /** The values of the newest step, by name. */
  get last(): Record<string, number> {
    const row = this.length - 1;
    return Object.fromEntries(
      [...this.metrics].flatMap(([name, values]) =>
        Number.isNaN(values[row]) ? [] : [[name, values[row]!]],
      ),
    );
  }

  /** The newest value of each name, whichever step has it. */
  get newest(): Record<string, number> {
    return Object.fromEntries(
      [...this.metrics].flatMap(([name, values]) => {
        const value = values.findLast((one) => !Number.isNaN(one));
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  /** Adds a row, or adds to the newest one where that is of the same step. */
  add({ step, epoch, time, loss, lr, names, values, count }: StepRow): void {
    const table = this.#table;
    const last = table.last(STEP);
    if (step !== last) {
      table.addRow();
      if (step < last) this.#falls.push(table.length - 1);
      table.set(STEP, step);
    }
    table.set(EPOCH, epoch);
    table.set(TIME, time);
    if (loss !== undefined) table.set('loss', loss);
    if (lr !== undefined) table.set('lr', lr);
    for (let i = 0; i < count; i++) table.set(names[i]!, values[i]!);
  }

  /** Forgets all rows of this step and later ones. Where steps fall, all rows from the first of them on. */
  dropFrom(step: number): void {
    const row = this.step.findIndex((value) => value >= step);
    if (row < 0) return;
    this.#table.truncate(row);
    while (this.#falls.length > 0 && this.#falls.at(-1)! >= row) this.#falls.pop();
  }
}

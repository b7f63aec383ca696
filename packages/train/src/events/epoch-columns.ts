import { type EpochEvent, epochGroups } from './event.ts';
import { NumberTable } from './number-table.ts';

const [EPOCH, STEP, SECONDS, TIME] = ['\0epoch', '\0step', '\0seconds', '\0time'];

type Groups = ReadonlyMap<string, ReadonlyMap<string, Float64Array>>;

/**
 * The epochs of a run, a row each, in the order of the log. Columns have one value a row: NaN where an epoch has none, and where the
 * value is not a number. They are valid until the next event is read.
 */
export class EpochColumns {
  readonly #table = new NumberTable();
  /** Column names of the table by group and metric. */
  readonly #names = new Map<string, Map<string, string>>();

  get length(): number {
    return this.#table.length;
  }

  /** Counts from 0. */
  get epoch(): Float64Array {
    return this.#table.column(EPOCH);
  }

  /** Steps taken at the epoch's end. */
  get step(): Float64Array {
    return this.#table.column(STEP);
  }

  /** Time that each epoch took, evaluation included. */
  get seconds(): Float64Array {
    return this.#table.column(SECONDS);
  }

  /** When the epoch ended, in milliseconds since 1970 (UTC). */
  get time(): Float64Array {
    return this.#table.column(TIME);
  }

  /** Columns by group and metric, in the order of first appearance: `validation`, `accuracy`. */
  get groups(): Groups {
    const groups = new Map<string, ReadonlyMap<string, Float64Array>>();
    const { columns } = this.#table;
    for (const [group, metrics] of this.#names) {
      const kept = [...metrics].flatMap(([metric, name]): [string, Float64Array][] => {
        const column = columns.get(name);
        return column === undefined ? [] : [[metric, column]];
      });
      if (kept.length > 0) groups.set(group, new Map(kept));
    }
    return groups;
  }

  /** The metrics of the newest epoch, by group. */
  get last(): Record<string, Record<string, number>> {
    const row = this.length - 1;
    return Object.fromEntries(
      [...this.groups].flatMap(([group, metrics]) => {
        const values = [...metrics].flatMap(([metric, column]): [string, number][] =>
          Number.isNaN(column[row]) ? [] : [[metric, column[row]!]],
        );
        return values.length === 0 ? [] : [[group, Object.fromEntries(values)]];
      }),
    );
  }

  /** Adds a row, or adds to the newest one where that is of the same epoch. */
  add(event: EpochEvent): void {
    const table = this.#table;
    if (event.epoch !== table.last(EPOCH)) {
      table.addRow();
      table.set(EPOCH, event.epoch);
    }
    table.set(STEP, event.step);
    table.set(SECONDS, event.seconds);
    table.set(TIME, event.time);
    for (const [group, metrics] of epochGroups(event)) {
      let names = this.#names.get(group);
      if (names === undefined) {
        names = new Map();
        this.#names.set(group, names);
      }
      for (const [metric, value] of Object.entries(metrics)) {
        let name = names.get(metric);
        if (name === undefined) {
          name = `${group}\0${metric}`;
          names.set(metric, name);
        }
        table.set(name, value);
      }
    }
  }

  /** Forgets the rows of epochs from this one on. */
  dropFromEpoch(epoch: number): void {
    this.#drop(this.epoch.findIndex((value) => value >= epoch));
  }

  /** Forgets the rows of epochs that ended after so many steps. */
  dropAfterStep(step: number): void {
    this.#drop(this.step.findIndex((value) => value > step));
  }

  #drop(row: number): void {
    if (row >= 0) this.#table.truncate(row);
  }
}

import type { RunColumns } from '@kindling/train/events';
import type { ProgressCursor } from '../../src/host/progress-cursor.ts';
import type { ColumnBlock, Progress } from '../../src/protocol.ts';

/** Rows by column. */
export type Table = Record<string, number[]>;

/** Puts the rows of a block in their place, and forgets what was behind. */
export function replaceRows(table: Table, { from, length, columns }: ColumnBlock): void {
  for (const name of new Set([...Object.keys(table), ...Object.keys(columns)])) {
    const before = (table[name] ?? []).slice(0, from);
    while (before.length < from) before.push(Number.NaN);
    table[name] = [...before, ...(columns[name] ?? new Float64Array(length).fill(Number.NaN))];
  }
}

/** What a page holds of a run, by the protocol. */
export class RunTables {
  readonly tables: { steps: Table; epochs: Table; samples: unknown[] } = {
    steps: {},
    epochs: {},
    samples: [],
  };

  take({ steps, epochs, samples }: Progress): void {
    const { tables } = this;
    if (steps !== undefined) replaceRows(tables.steps, steps);
    if (epochs !== undefined) replaceRows(tables.epochs, epochs);
    if (samples !== undefined)
      tables.samples.splice(samples.from, Number.POSITIVE_INFINITY, ...samples.items);
    this.#dropEmpty();
  }

  takeAll(cursor: ProgressCursor): void {
    for (let message = cursor.next(); message !== undefined; message = cursor.next()) this.take(message);
  }

  /** What a page should hold that was told of everything. */
  static of({ steps, epochs, samples }: RunColumns): RunTables {
    const page = new RunTables();
    const { tables } = page;
    tables.samples = [...samples];
    tables.steps = { step: [...steps.step], epoch: [...steps.epoch], time: [...steps.time] };
    for (const [name, values] of steps.metrics) tables.steps[`metric:${name}`] = [...values];
    tables.epochs = {
      epoch: [...epochs.epoch],
      step: [...epochs.step],
      seconds: [...epochs.seconds],
      time: [...epochs.time],
    };
    for (const [group, metrics] of epochs.groups) {
      for (const [name, values] of metrics) tables.epochs[`metric:${group}/${name}`] = [...values];
    }
    page.#dropEmpty();
    return page;
  }

  /** A column of nothing but missing values may be there or not. */
  #dropEmpty(): void {
    for (const table of [this.tables.steps, this.tables.epochs]) {
      for (const [name, values] of Object.entries(table)) {
        if (values.every((value) => Number.isNaN(value))) delete table[name];
      }
    }
  }
}

import { ArgumentError, tensor } from '@kindling/core';
import {
  assertNumber,
  assertWhole,
  checkOptions,
  describeValue,
  type OptionNames,
} from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import { Table } from '../dataset/table.ts';
import type { ColumnReference } from '../format/column-reference.ts';
import { WindowDataset, type WindowOptions, type WindowTensors } from './window-dataset.ts';

export interface SeriesWindowOptions extends WindowOptions {
  /** Values behind a window that are to be predicted. Default 1. */
  readonly horizon?: number | undefined;
  /** Of a table: the columns to learn from, by name or by position. Default all. */
  readonly inputs?: readonly ColumnReference[] | undefined;
  /** Of a table: the columns to predict, by name or by position. Default the last. They may be among the inputs. */
  readonly targets?: readonly ColumnReference[] | undefined;
}

const optionNames: OptionNames<SeriesWindowOptions> = {
  window: true,
  stride: true,
  horizon: true,
  inputs: true,
  targets: true,
};

interface Columns {
  readonly place: string;
  readonly inputs: readonly ArrayLike<number>[];
  readonly targets: readonly ArrayLike<number>[];
}

/**
 * Pieces of a time series: the input is the values of `window` steps, float32 [window, inputs], the target those of the `horizon` steps
 * that follow, float32 [horizon · targets], step by step.
 */
export class SeriesWindows extends WindowDataset {
  readonly kind = 'series';
  readonly horizon: number;
  readonly #columns: Columns;

  /** @internal */
  constructor(op: string, columns: Columns, options: SeriesWindowOptions) {
    const { window, horizon = 1 } = options;
    assertWhole(op, 'horizon', horizon, 1);
    const { place, inputs } = columns;
    super({ op, place, elements: inputs[0]!.length }, options, window + horizon);
    this.horizon = horizon;
    this.#columns = columns;
  }

  /** Columns of an input, and of a target. */
  get columns(): { readonly inputs: number; readonly targets: number } {
    const { inputs, targets } = this.#columns;
    return { inputs: inputs.length, targets: targets.length };
  }

  protected override windowsAt(starts: Int32Array, device: string | undefined): WindowTensors {
    const { window, horizon } = this;
    const { inputs, targets } = this.#columns;
    return [
      tensor(stepsOf(inputs, starts, window), { shape: [starts.length, window, inputs.length], device }),
      tensor(
        stepsOf(
          targets,
          starts.map((start) => start + window),
          horizon,
        ),
        { shape: [starts.length, horizon * targets.length], device },
      ),
    ];
  }
}

/** `steps` rows of the columns from each start on. */
function stepsOf(columns: readonly ArrayLike<number>[], starts: Int32Array, steps: number): Float32Array {
  const values = new Float32Array(starts.length * steps * columns.length);
  let at = 0;
  for (const start of starts) {
    for (let step = start; step < start + steps; step++) {
      for (const column of columns) values[at++] = column[step]!;
    }
  }
  return values;
}

/**
 * A time series as samples: each window of it is an input, and the target is what follows.
 *
 * ```ts
 * seriesWindows(sineWave(220), { window: 20 }); // 200 samples: [20, 1] and [1]
 *
 * const table = await csv('stock.csv');
 * seriesWindows(table, { window: 7, inputs: ['open', 'high', 'low', 'volume', 'close'], targets: ['close'] });
 * ```
 *
 * @param series numbers, or a table with a row a step.
 * @throws {ArgumentError} for options that are none.
 * @throws {DataError} for a series shorter than `window` + `horizon`, one with a value that is missing or not finite, and a column that is not
 * there.
 */
export function seriesWindows(
  series: ArrayLike<number> | Table,
  options: SeriesWindowOptions,
): SeriesWindows {
  const op = 'seriesWindows';
  checkOptions(op, options, optionNames);
  return new SeriesWindows(op, columnsOf(op, series, options), options);
}

function columnsOf(op: string, series: ArrayLike<number> | Table, options: SeriesWindowOptions): Columns {
  if (series instanceof Table) {
    const { inputs = series.names, targets = series.sources.slice(-1) } = options;
    const values = (name: 'inputs' | 'targets', columns: readonly ColumnReference[]) => {
      if (!Array.isArray(columns) || columns.length === 0)
        throw new ArgumentError(
          `${op}: expected at least one column as ${name}, got ${describeValue(columns)}`,
        );
      return columns.flatMap((column) => series.namesOf(column)).map((each) => checked(series, each));
    };
    return { place: series.place, inputs: values('inputs', inputs), targets: values('targets', targets) };
  }
  for (const name of ['inputs', 'targets'] as const) {
    if (options[name] !== undefined)
      throw new ArgumentError(`${op}: expected a table with the option ${name}, got numbers`);
  }
  if (typeof series !== 'object' || series === null || typeof series.length !== 'number') {
    throw new ArgumentError(`${op}: expected numbers or a Table, got ${describeValue(series)}`);
  }
  const values = Float64Array.from(series);
  checkValues(values, 'series');
  return { place: 'series', inputs: [values], targets: [values] };
}

function checked(table: Table, name: string): Float64Array {
  const values = table.column(name);
  checkValues(values, `${table.place}, column ${name}`);
  return values;
}

function checkValues(values: Float64Array, place: string): void {
  const wrong = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (wrong < 0) return;
  throw new DataError({
    place: `${place}, sample ${wrong}`,
    expected: 'a number in the range of float32',
    got: Number.isNaN(values[wrong]) ? 'a missing value' : String(values[wrong]),
  });
}

/** Samples of a wave, at most. */
const MAX_SAMPLES = 2 ** 28;

/**
 * sin(0), sin(step), sin(2 · step), … of float32 numbers: `torch.sin(torch.arange(count, dtype=torch.float32) * step)` up to a unit in the last
 * place.
 *
 * @throws {ArgumentError} for a count that is no integer of at least 1, and a step that is no number.
 */
export function sineWave(count: number, step = 0.1): Float32Array {
  assertWhole('sineWave', 'count', count, 1, MAX_SAMPLES);
  assertNumber('sineWave', 'step', step);
  const single = Math.fround(step);
  return Float32Array.from({ length: count }, (_, i) => Math.sin(Math.fround(i * single)));
}

import type { ColumnTable } from '../store/column-table.ts';
import type { RunData } from '../store/run-data.ts';
import { type AxisCoordinate, type CurveAxis, epochCoordinate, stepCoordinate } from './axis.ts';
import { Curve, type Split } from './curve.ts';

const prefix = 'metric:';

/** A table as far as its rows have been taken. */
interface Taken {
  rows: number;
  generation: number;
}

/**
 * The curves of a run along an axis: metrics of steps, and those of epochs; of the training samples only those that steps lack. They follow
 * the run's data, row by row.
 */
export class RunCurves {
  readonly #data: RunData;
  readonly #axis: CurveAxis;
  readonly #ofSteps = new Map<string, Curve>();
  readonly #ofEpochs = new Map<string, Curve>();
  readonly #steps: Taken = { rows: 0, generation: 0 };
  readonly #epochs: Taken = { rows: 0, generation: 0 };

  constructor(data: RunData, axis: CurveAxis) {
    this.#data = data;
    this.#axis = axis;
  }

  /** Takes in what the run has logged since, and returns all curves. */
  update(): readonly Curve[] {
    const { steps, epochs } = this.#data;
    if (this.#axis === 'epoch' && epochs.length !== this.#epochs.rows) this.#placeEpochAnew();
    this.#take(steps, this.#steps, this.#ofSteps, stepCoordinate(this.#data, this.#axis), stepMetric);
    this.#take(epochs, this.#epochs, this.#ofEpochs, epochCoordinate(this.#data, this.#axis), epochMetric);
    const ofSteps = [...this.#ofSteps.values()];
    const ofEpochs = [...this.#ofEpochs.values()].filter(
      ({ split, metric }) => split === 'validation' || !this.#ofSteps.has(metric),
    );
    return [...ofSteps, ...ofEpochs].filter(({ length }) => length > 0);
  }

  /** The steps of an epoch move when its end gives its length. */
  #placeEpochAnew(): void {
    const { steps, epochs } = this.#data;
    const from = epochs.column('epoch')?.[Math.max(0, Math.min(this.#epochs.rows, epochs.length - 1))] ?? 0;
    const epoch = steps.column('epoch');
    if (epoch === undefined) return;
    let row = Math.min(this.#steps.rows, epoch.length);
    while (row > 0 && epoch[row - 1]! >= from) row--;
    for (const curve of this.#ofSteps.values()) curve.truncate(row);
    this.#steps.rows = row;
  }

  #take(
    table: ColumnTable,
    taken: Taken,
    curves: Map<string, Curve>,
    place: AxisCoordinate,
    name: (column: string) => readonly [Split, string],
  ): void {
    if (table.generation !== taken.generation) {
      // Several replacements may have come at once; the lowest is not known then.
      const kept = table.generation === taken.generation + 1 ? table.kept : 0;
      for (const curve of curves.values()) curve.truncate(kept);
      taken.rows = Math.min(taken.rows, kept);
      taken.generation = table.generation;
    }
    if (taken.rows === table.length) return;
    const columns = table.names
      .filter((column) => column.startsWith(prefix))
      .map((column) => {
        const values = table.column(column)!;
        let curve = curves.get(column.slice(prefix.length));
        if (curve === undefined) {
          curve = new Curve(this.#data.id, ...name(column.slice(prefix.length)));
          curves.set(column.slice(prefix.length), curve);
        }
        return { curve, values };
      });
    // A learning rate is there whatever the losses are.
    const measured = columns.filter(({ curve }) => curve.metric !== 'lr').map(({ values }) => values);
    for (let row = taken.rows; row < table.length; row++) {
      const x = place(row);
      let isMeasured: boolean | undefined;
      for (const { curve, values } of columns) {
        const y = values[row]!;
        // NaN is a value where no metric is a number, else it says that this one was not logged.
        if (Number.isNaN(y)) {
          isMeasured ??= measured.some((other) => !Number.isNaN(other[row]!));
          if (isMeasured || curve.metric === 'lr') continue;
        }
        curve.push(x, y, row);
      }
    }
    taken.rows = table.length;
  }
}

const stepMetric = (name: string): readonly [Split, string] => ['train', name];

function epochMetric(name: string): readonly [Split, string] {
  const stroke = name.indexOf('/');
  const group = name.slice(0, stroke);
  if (group === 'validation') return ['validation', name.slice(stroke + 1)];
  return ['train', group === 'train' ? name.slice(stroke + 1) : name];
}

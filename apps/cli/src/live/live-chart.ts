import { type Chart, type TrainingColumns, trainingCurves } from '@kindling/viz';
import { isSteep } from '../report/charts.ts';
import { BoundedSeries } from './bounded-series.ts';

/** Steps from which on the curve of training is smoothed, and how much. */
const smoothed = { from: 40, weight: 0.9 } as const;
/** Curves of a chart: more are indistinguishable in so few rows. */
const MAX_CURVES = 4;

type Split = 'train' | 'validation';

export interface LiveChartOptions {
  /** What held-back samples are called. */
  readonly heldBack: string;
  /** Whether every epoch is one step: losses without noise. */
  readonly isFullBatch?: boolean;
}

/** The loss of a training that goes on; without a loss the first metrics that were logged, of one prefix such as `loss/`. */
export class LiveChart {
  readonly #options: LiveChartOptions;
  /** By split and metric. */
  readonly #series = new Map<string, { split: Split; metric: string; series: BoundedSeries }>();
  #steps = 0;

  constructor(options: LiveChartOptions) {
    this.#options = options;
  }

  /** A value of a step. */
  addStep(step: number, metric: string, value: number): void {
    this.#steps++;
    this.#add('train', metric, step, value);
  }

  /** What was measured at the end of an epoch on held-back samples. */
  addEpoch(step: number, validation: Readonly<Record<string, number>> | undefined): void {
    for (const [metric, value] of Object.entries(validation ?? {})) {
      this.#add('validation', metric, step, value);
    }
  }

  /** The chart; undefined while there is no line to draw. */
  draw(): Chart | undefined {
    const metrics = this.#drawnMetrics();
    const drawn = [...this.#series.values()].filter(({ metric }) => metrics.includes(metric));
    const tables = drawn.map(({ split, metric, series }): TrainingColumns => {
      const { x, y } = series.points();
      return { run: '', step: x, [split]: { [metric]: y } };
    });
    if (!tables.some(({ step }) => step!.length > 1)) return undefined;
    const losses = tables[0]!.train?.[metrics[0]!];
    return trainingCurves(tables, {
      x: 'step',
      metrics,
      best: false,
      validationName: this.#options.heldBack,
      ...(losses instanceof Float64Array && isSteep(losses) ? { yScale: 'log' } : {}),
      smoothing: this.#options.isFullBatch || this.#steps < smoothed.from ? 0 : smoothed.weight,
    });
  }

  #add(split: Split, metric: string, step: number, value: number): void {
    const key = `${split}\0${metric}`;
    let found = this.#series.get(key);
    if (found === undefined) {
      found = { split, metric, series: new BoundedSeries() };
      this.#series.set(key, found);
    }
    found.series.add(step, value);
  }

  #drawnMetrics(): readonly string[] {
    const all = [...new Set([...this.#series.values()].map(({ metric }) => metric))];
    if (all.includes('loss')) return ['loss'];
    const prefix = all[0]?.split('/', 1)[0];
    return all.filter((metric) => metric.split('/', 1)[0] === prefix).slice(0, MAX_CURVES);
  }
}

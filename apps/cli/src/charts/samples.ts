import type { RunColumns, SampleEvent, SampleKind } from '@kindling/train/events';
import type { ChartOption } from '@kindling/viz';
import { type DrawnRun, isChosen, type RunChart, type RunChartOptions, sideBySide } from './run-chart.ts';

type Sample<K extends SampleKind> = Extract<SampleEvent, { kind: K }>;

/** The newest sample of a kind for each name that it was logged by. */
export function newestSamples<K extends SampleKind>(columns: RunColumns, kind: K): readonly Sample<K>[] {
  const newest = new Map<string | undefined, Sample<K>>();
  for (const sample of columns.samples) {
    if (isOfKind(sample, kind)) newest.set(labelOf(sample), sample);
  }
  return [...newest.values()];
}

export const isOfKind = <K extends SampleKind>(sample: SampleEvent, kind: K): sample is Sample<K> =>
  sample.kind === kind;

/** What a sample was logged as: its name, its split. */
export const labelOf = (sample: SampleEvent): string | undefined => {
  const split = 'split' in sample ? sample.split : undefined;
  const name = 'name' in sample ? sample.name : undefined;
  return [name, split].filter((part) => part !== undefined).join(', ') || undefined;
};

/** `xor, step 300`, with the sample's own name where there is one. */
export const sampleTitle = (run: string, sample: SampleEvent): string =>
  [run, ...('name' in sample && sample.name !== undefined ? [sample.name] : []), `step ${sample.step}`].join(
    ', ',
  );

export interface SampleChart<K extends SampleKind> {
  readonly kind: K;
  readonly needs: string;
  readonly options?: readonly (keyof RunChartOptions)[];
  /** Whether the chart can show a sample of the kind. Default: any. */
  isDrawable?(sample: Sample<K>): boolean;
  draw(sample: Sample<K>, title: string, run: DrawnRun, options: RunChartOptions): ChartOption;
}

/** A chart of the newest samples of a kind: one a name and a run, side by side. */
export function sampleChart<K extends SampleKind>(chart: SampleChart<K>): RunChart {
  const { kind, needs, options = [], isDrawable = () => true, draw } = chart;
  const drawable = (columns: RunColumns, metric: readonly string[] | undefined): readonly Sample<K>[] =>
    newestSamples(columns, kind)
      .filter((sample) => isDrawable(sample))
      .filter((sample) => metric === undefined || isChosen(nameOf(sample), metric));
  return {
    needs,
    options: ['metric', ...options],
    has: (columns) => drawable(columns, undefined).length > 0,
    names: (columns) => drawable(columns, undefined).map(nameOf),
    draw: (runs, options) =>
      sideBySide(
        runs.flatMap((run) =>
          drawable(run.columns, options.metric).map((sample) =>
            draw(sample, sampleTitle(run.name, sample), run, options),
          ),
        ),
      ),
    *records({ name, columns }, { metric }) {
      for (const sample of drawable(columns, metric)) yield sampleRecord(name, sample);
    },
  };
}

const nameOf = (sample: SampleEvent): string => ('name' in sample ? (sample.name ?? '') : '');

/** A sample as it is in the log, with the run that it is of. */
export function sampleRecord(run: string, sample: SampleEvent) {
  const { type: _, time: __, ...columns } = sample;
  return { run, ...columns };
}

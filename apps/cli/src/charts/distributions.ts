import type { RunColumns, SampleEvent } from '@kindling/train/events';
import {
  gradientNorms as gradientNormChart,
  histogram as histogramChart,
  histogramOverTime as overTimeChart,
} from '@kindling/viz';
import { type DrawnRun, isChosen, type RunChart, sideBySide } from './run-chart.ts';
import { isOfKind, sampleChart, sampleRecord } from './samples.ts';

type Histogram = Extract<SampleEvent, { kind: 'histogram' }>;

/** The newest histogram of each name. */
export const histogram = sampleChart({
  kind: 'histogram',
  needs: 'a histogram',
  draw: ({ name, edges, counts }, title) => histogramChart({ edges, counts }, { title, xName: name }),
});

/** The histograms of each name that was logged at several steps. */
function series(
  columns: RunColumns,
  metric: readonly string[] | undefined,
): readonly (readonly Histogram[])[] {
  const byName = new Map<string, Histogram[]>();
  for (const sample of columns.samples) {
    if (!isOfKind(sample, 'histogram') || !isChosen(sample.name, metric)) continue;
    byName.set(sample.name, [...(byName.get(sample.name) ?? []), sample]);
  }
  return [...byName.values()].filter((samples) => samples.length > 1);
}

/** How the values of each name moved. */
export const histogramOverTime: RunChart = {
  needs: 'histograms of several steps',
  options: ['metric'],
  has: (columns) => series(columns, undefined).length > 0,
  names: (columns) => series(columns, undefined).map(([first]) => first!.name),
  draw: (runs, { metric }) =>
    sideBySide(
      runs.flatMap(({ name: run, columns }) =>
        series(columns, metric).map((samples) => {
          const { name } = samples[0]!;
          const histograms = {
            step: samples.map(({ step }) => step),
            edges: samples.map(({ edges }) => edges),
            counts: samples.map(({ counts }) => counts),
          };
          return overTimeChart(histograms, { title: `${run}, ${name}`, yName: name });
        }),
      ),
    ),
  *records({ name, columns }, { metric }) {
    for (const samples of series(columns, metric))
      for (const sample of samples) yield sampleRecord(name, sample);
  },
};

const gradientSamples = (columns: RunColumns) =>
  columns.samples.filter((sample) => isOfKind(sample, 'gradientNorms'));

/** The length of each parameter's gradient over the steps. */
export const gradientNorms: RunChart = {
  needs: 'gradient norms',
  options: ['metric'],
  has: (columns) => gradientSamples(columns).length > 0,
  names: (columns) => [...new Set(gradientSamples(columns).flatMap(({ parameters }) => parameters))],
  draw: (runs, { metric }) => sideBySide(runs.map((run) => normsOf(run, metric))),
  *records({ name, columns }, { metric }) {
    const { step, norms } = normColumns(columns, metric);
    yield { run: name, step, norms };
  },
};

function normColumns(columns: RunColumns, metric: readonly string[] | undefined) {
  const samples = gradientSamples(columns);
  const norms = new Map<string, number[]>();
  for (const [row, { parameters, norms: values }] of samples.entries()) {
    for (const [i, parameter] of parameters.entries()) {
      if (!isChosen(parameter, metric)) continue;
      const column = norms.get(parameter) ?? samples.map(() => Number.NaN);
      norms.set(parameter, column);
      column[row] = values[i] ?? Number.NaN;
    }
  }
  return { step: samples.map(({ step }) => step), norms: Object.fromEntries(norms) };
}

const normsOf = ({ name, columns }: DrawnRun, metric: readonly string[] | undefined) =>
  gradientNormChart(normColumns(columns, metric), { title: name });

import type { RunColumns, SampleEvent } from '@kindling/train/events';
import {
  gradientNorms as gradientNormChart,
  histogram as histogramChart,
  histogramOverTime as overTimeChart,
} from '@kindling/viz';
import { type DrawnRun, isChosen, type RunChart, sideBySide } from './run-chart.ts';
import { isOfKind, sampleChart, sampleRecord } from './samples.ts';

type Histogram = Extract<SampleEvent, { kind: 'histogram' }>;

/** Bins of equal width that histograms of different edges are brought to. */
const commonBins = 60;

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
          const step = samples.map((sample) => sample.step);
          return overTimeChart({ step, ...rebin(samples) }, { title: `${run}, ${name}`, yName: name });
        }),
      ),
    ),
  *records({ name, columns }, { metric }) {
    for (const samples of series(columns, metric))
      for (const sample of samples) yield sampleRecord(name, sample);
  },
};

/** Counts over common edges: those of the samples, or equal bins, to which each bin gives the share that lies in them. */
function rebin(samples: readonly Histogram[]): { edges: readonly number[]; counts: readonly number[][] } {
  const [first] = samples;
  const isCommon = samples.every(({ edges }) => edges.join() === first!.edges.join());
  if (isCommon) return { edges: first!.edges, counts: samples.map(({ counts }) => counts) };
  const low = Math.min(...samples.map(({ edges }) => edges[0]!));
  const high = Math.max(...samples.map(({ edges }) => edges.at(-1)!));
  const width = (high - low) / commonBins;
  const edges = Array.from({ length: commonBins + 1 }, (_, i) => (i === commonBins ? high : low + i * width));
  const counts = samples.map((sample) => {
    const shares = new Array<number>(commonBins).fill(0);
    for (const [i, count] of sample.counts.entries()) {
      const [from, to] = [sample.edges[i]!, sample.edges[i + 1]!];
      for (let bin = Math.max(0, Math.floor((from - low) / width)); bin < commonBins; bin++) {
        const inside = Math.min(to, edges[bin + 1]!) - Math.max(from, edges[bin]!);
        if (edges[bin]! >= to) break;
        if (inside > 0) shares[bin]! += (count * inside) / (to - from);
      }
    }
    return shares;
  });
  return { edges, counts };
}

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

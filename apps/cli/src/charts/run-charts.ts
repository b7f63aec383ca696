import type { RunColumns } from '@kindling/train/events';
import { boundary } from './boundary.ts';
import { type ChartName, chartNames } from './chart-names.ts';
import { curves, dots } from './curves.ts';
import { gradientNorms, histogram, histogramOverTime } from './distributions.ts';
import { featureMaps, filters, images, imagesOverTime } from './images.ts';
import { model } from './model.ts';
import { confusion, scatter, scores } from './predictions.ts';
import type { RunChart } from './run-chart.ts';

/** Every chart of a run's log by its name. */
export const runCharts: Readonly<Record<ChartName, RunChart>> = {
  curves,
  dots,
  scatter,
  confusion,
  scores,
  boundary,
  'gradient-norms': gradientNorms,
  histogram,
  'histogram-over-time': histogramOverTime,
  images,
  'images-over-time': imagesOverTime,
  filters,
  'feature-maps': featureMaps,
  model,
};

/** The charts that a run has the data for. */
export const chartsOf = (columns: RunColumns): readonly ChartName[] =>
  chartNames.filter((name) => runCharts[name].has(columns));

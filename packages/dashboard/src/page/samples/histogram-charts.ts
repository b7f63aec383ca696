import { type ChartOption, type ChartTexts, histogram, histogramOverTime } from '@kindling/viz';
import type { Sample } from './sample-kind.ts';

/** How the values moved, where they were logged at several steps; else how they are distributed. */
export function histogramChart(samples: readonly Sample<'histogram'>[], texts: ChartTexts): ChartOption {
  const newest = samples.at(-1)!;
  if (new Set(samples.map(({ step }) => step)).size < 2) {
    return histogram({ edges: newest.edges, counts: newest.counts }, { xName: newest.name, texts });
  }
  const columns = {
    step: samples.map(({ step }) => step),
    edges: samples.map(({ edges }) => edges),
    counts: samples.map(({ counts }) => counts),
  };
  return histogramOverTime(columns, { yName: newest.name, texts });
}

/** The newest distribution by itself. */
export const newestHistogram = (samples: readonly Sample<'histogram'>[], texts: ChartTexts): ChartOption => {
  const { edges, counts, name } = samples.at(-1)!;
  return histogram({ edges, counts }, { xName: name, texts });
};

import { predictionGrid, type SampleEvent, samplesOfGrid } from '@kindling/train/events';
import { type ChartOption, type ChartTexts, decisionBoundary } from '@kindling/viz';
import type { Sample } from './sample-kind.ts';
import { upsampleGrid } from './upsample-grid.ts';

/** Samples that lie over each other hide what they are about. */
const maxSamples = 1000;
/** Cells of a grid of so few nodes would show. */
const maxCoarseNodes = 64;
const finer = 4;

/** Where the model decides how, with the samples that it was asked about; `undefined` of predictions that are no grid. */
export function boundaryChart(
  sample: Sample<'predictions'>,
  all: readonly SampleEvent[],
  texts: ChartTexts,
): ChartOption | undefined {
  const grid = predictionGrid(sample);
  if (grid === undefined) return undefined;
  const { inputs, output } = grid;
  const isCoarse = grid.x.length <= maxCoarseNodes && grid.y.length <= maxCoarseNodes;
  const { x, y, scores } = isCoarse ? upsampleGrid(grid, finer) : grid;
  const samples = samplesOfGrid(grid, all);
  const isShown = samples !== undefined && samples.label.length <= maxSamples;
  return decisionBoundary(
    { x, y, scores, ...(isShown ? { samples } : {}) },
    { xName: inputs[0], yName: inputs[1], scoreName: output, texts },
  );
}

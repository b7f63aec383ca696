import { predictionGrid, samplesOfGrid } from '@kindling/train/events';
import { decisionBoundary } from '@kindling/viz';
import { sampleChart } from './samples.ts';

/** Where a classifier of two inputs decides how, with the samples that it was asked about. */
export const boundary = sampleChart({
  kind: 'predictions',
  needs: 'predictions over a grid of two inputs',
  isDrawable: (sample) => predictionGrid(sample) !== undefined,
  draw(sample, title, { columns }) {
    const grid = predictionGrid(sample)!;
    const { x, y, scores, inputs, output } = grid;
    const samples = samplesOfGrid(grid, columns.samples);
    return decisionBoundary(
      { x, y, scores, ...(samples ? { samples } : {}) },
      { title, xName: inputs[0], yName: inputs[1], scoreName: output },
    );
  },
});

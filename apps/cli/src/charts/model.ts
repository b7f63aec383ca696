import { ExperimentError, parseExperiment } from '@kindling/train';
import type { RunColumns } from '@kindling/train/events';
import { type ModelColumns, modelColumns } from '@kindling/train/internal';
import { modelGraph } from '@kindling/viz';
import { type RunChart, sideBySide } from './run-chart.ts';

/** The layers of the run's model; nothing where the log lacks them, as that of a program of one's own. */
function layersOf({ started }: RunColumns): ModelColumns | undefined {
  if (started?.experiment === undefined) return undefined;
  try {
    return modelColumns(parseExperiment(started.experiment));
  } catch (error) {
    if (error instanceof ExperimentError) return undefined;
    throw error;
  }
}

/** The layers of the model, with output shapes and numbers of parameters. */
export const model: RunChart = {
  needs: 'an experiment',
  options: [],
  has: (columns) => layersOf(columns) !== undefined,
  draw: (runs) =>
    sideBySide(runs.map(({ name, columns }) => modelGraph(layersOf(columns)!, { title: name }))),
  *records({ name, columns }) {
    yield { run: name, ...layersOf(columns)! };
  },
};

import { ExperimentError, parseExperiment } from '@kindling/train';
import type { RunColumns } from '@kindling/train/events';
import { modelGraph } from '@kindling/viz';
import { modelTitle, type NamedColumns, namedColumns } from '../report/model-columns.ts';
import { type RunChart, sideBySide } from './run-chart.ts';

/** The layers of the run's models; none where the log lacks them, as that of a program of one's own. */
function modelsOf({ started }: RunColumns): readonly NamedColumns[] {
  if (started?.experiment === undefined) return [];
  try {
    return namedColumns(parseExperiment(started.experiment));
  } catch (error) {
    if (error instanceof ExperimentError) return [];
    throw error;
  }
}

/** The layers of the models, with output shapes and numbers of parameters. */
export const model: RunChart = {
  needs: 'an experiment',
  options: [],
  has: (columns) => modelsOf(columns).length > 0,
  draw: (runs) =>
    sideBySide(
      runs.flatMap(({ name: run, columns }) =>
        modelsOf(columns).map(({ name, columns }) => modelGraph(columns, { title: modelTitle(run, name) })),
      ),
    ),
  *records({ name: run, columns }) {
    for (const { name, columns: layers } of modelsOf(columns)) {
      yield { run, ...(name === undefined ? {} : { name }), ...layers };
    }
  },
};

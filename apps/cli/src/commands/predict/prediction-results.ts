import type { TrainedModel } from '@kindling/train';
import type { PredictionInput } from './prediction-input.ts';

/** What was asked of a model, and what it said. */
export interface PredictionResults {
  /** The run's name. */
  readonly name: string;
  readonly model: TrainedModel;
  readonly samples: readonly PredictionInput[];
  /** For each sample: a score for each class, or a number for each target, in the data's units. */
  readonly results: readonly (readonly number[])[];
}

/** Where a sample came from, as `--json` shows it. */
export const sourceOf = ({ file, index }: PredictionInput): object => ({
  ...(file === undefined ? {} : { file }),
  ...(index === undefined ? {} : { index }),
});

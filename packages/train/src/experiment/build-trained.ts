import type { nn, Tensor } from '@kindling/core';
import { formatShape } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { TrainerOptions } from '../trainer/trainer-options.ts';
import { trainingSteps } from '../training-steps/training-steps.ts';
import { buildModel } from './build-model.ts';
import { buildOptimizer } from './build-optimizer.ts';
import type { ExperimentData } from './experiment-data.ts';
import type { Experiment } from './experiment-schema.ts';
import { ExperimentError } from './problem.ts';

/** What is trained, and what updates it. */
export interface Trained {
  /** The model of the experiment. */
  readonly model: nn.Sequential;
  /** What a trainer takes: of a training step of its own, all models in one. */
  readonly options: Pick<TrainerOptions, 'model' | 'otherOptimizers' | 'trainingStep'> & {
    readonly optimizer: Optimizer;
  };
  /** Draws what `predict` gets to show how the model is, where that is not the data. */
  readonly probe?: ((count: number) => Tensor) | undefined;
}

/** Makes the models of an experiment and then their optimizers. @throws ExperimentError for models that do not fit the data. */
export function buildTrained(experiment: Experiment, data: ExperimentData, device: string): Trained {
  const { trainingStep } = experiment;
  if (trainingStep !== undefined)
    return trainingSteps[trainingStep.type](experiment, trainingStep, data, device);
  const { model, outputShape } = buildModel(experiment, data.inputShape);
  checkOutputs(experiment, data, outputShape);
  model.to({ device });
  return { model, options: { model, optimizer: buildOptimizer(experiment.optimizer, model) } };
}

function checkOutputs(
  { name }: Experiment,
  { outputs, outputShape, outputNames, isLabelled, vocabulary }: ExperimentData,
  given: readonly number[],
): void {
  if (`${given}` === `${outputShape}`) return;
  if (outputShape.length > 1) {
    const what = `one for each of ${outputs} ${vocabulary === undefined ? 'classes' : 'entries of the vocabulary'} at each place`;
    const message = `expected ${formatShape(outputShape)} (${what}) from the last layer, got ${formatShape(given)}`;
    throw new ExperimentError({ origin: name, path: ['model'], message });
  }
  const names = outputNames.join(', ');
  const what = isLabelled
    ? 'one for each class'
    : `${outputs === outputNames.length ? '' : `${outputs / outputNames.length} each `}for ${names}`;
  const message = `expected ${outputs} output${outputs === 1 ? '' : 's'} (${what}) from the last layer, got ${formatShape(given)}`;
  throw new ExperimentError({ origin: name, path: ['model'], message });
}

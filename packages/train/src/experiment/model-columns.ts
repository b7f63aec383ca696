import { noGrad, scope, zeros } from '@kindling/core';
import { buildModel } from './build-model.ts';
import type { Experiment } from './experiment-schema.ts';
import { inputDType } from './input-indices.ts';
import type { JsonPath } from './json-document.ts';
import { ExperimentError } from './problem.ts';
import { modelInputShape, sampleShape } from './sample-shape.ts';

/** The layers of a model as columns, the input first. */
export interface ModelColumns {
  /** Short names: `input`, `Linear`, `LeakyReLU(negative_slope=0.02)`. Of modules with parameters, the shapes say the rest. */
  readonly layers: readonly string[];
  /** The same in full, as modules print themselves: `Linear(in_features=784, out_features=200, bias=True)`. */
  readonly modules: readonly string[];
  /** Output shapes, in which `N` stands for the size of the batch. */
  readonly shapes: readonly (readonly (number | 'N')[])[];
  /** Numbers of parameters. */
  readonly parameters: readonly number[];
}

/**
 * The model of an experiment as columns, for `modelGraph` of `@kindling/viz` and for tables. Shapes are those of a sample of zeros that
 * goes through the model; no data is read.
 *
 * @param inputShape shape of a sample. Default: what the experiment says of its data.
 * @throws {ExperimentError} for a layer that does not fit the one before, and, without `inputShape`, for data whose number of inputs is
 * in its file alone.
 */
export function modelColumns(
  experiment: Experiment,
  inputShape: readonly number[] = inputShapeOf(experiment),
): ModelColumns {
  return columnsOf(experiment, inputShape);
}

/**
 * The discriminator of an adversarial pair as columns; undefined for other experiments.
 *
 * @param inputShape shape of a sample. Default: what the experiment says of its data.
 * @throws {ExperimentError} as {@link modelColumns}.
 */
export function discriminatorColumns(
  experiment: Experiment,
  inputShape: readonly number[] = sampleShapeOf(experiment),
): ModelColumns | undefined {
  const model = experiment.trainingStep?.discriminator.model;
  if (model === undefined) return undefined;
  return columnsOf({ ...experiment, model }, inputShape, ['trainingStep', 'discriminator', 'model']);
}

function columnsOf(experiment: Experiment, inputShape: readonly number[], at?: JsonPath): ModelColumns {
  const { model } = buildModel(experiment, inputShape, at);
  model.eval();
  const modules = [...model];
  const shapes = scope(() =>
    noGrad(() => {
      let hidden = zeros([1, ...inputShape], { dtype: inputDType(experiment) });
      return modules.map((module) => {
        hidden = module.forward(hidden);
        return hidden.shape.slice(1);
      });
    }),
  );
  const texts = modules.map((module) => module.toString());
  const parameters = modules.map((module) =>
    module.parameters().reduce((count, { numel }) => count + numel, 0),
  );
  return {
    layers: [
      'input',
      ...texts.map((text, i) =>
        parameters[i]! > 0 ? text.replace(/\(.*$/s, '') : text.replace(/\(\)$/, ''),
      ),
    ],
    modules: ['input', ...texts],
    shapes: [inputShape, ...shapes].map((shape) => ['N', ...shape]),
    parameters: [0, ...parameters],
  };
}

const inputShapeOf = (experiment: Experiment): readonly number[] =>
  modelInputShape(experiment, () => sampleShapeOf(experiment));

function sampleShapeOf(experiment: Experiment): readonly number[] {
  const { name, model } = experiment;
  const known = sampleShape(experiment);
  if (known !== undefined) return known;
  const inputs = model.find((layer) => 'out' in layer)?.in;
  if (inputs !== undefined) return [inputs];
  throw new ExperimentError({
    origin: name,
    path: ['data', 'inputs'],
    message:
      'expected the names of the columns that the model takes, or its first layer to have "in", got neither',
  });
}

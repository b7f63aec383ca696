import { type nn, noGrad, scope, type Tensor, zeros } from '@kindling/core';
import { Residual } from '../layers/residual.ts';
import { buildModel } from './build-model.ts';
import type { Experiment } from './experiment-schema.ts';
import { inputDType } from './input-indices.ts';
import type { JsonPath } from './json-document.ts';
import { ExperimentError } from './problem.ts';
import { modelInputShape, sampleShape } from './sample-shape.ts';

/** The layers of a model as columns, the input first. */
export interface ModelColumns {
  /** Short names: `input`, `Linear`, `MaxPool2d`, and with its one setting `LeakyReLU(negative_slope=0.02)`. The shapes say the rest. */
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
  const rows = layerRows(experiment, inputShape, at).filter(({ place }) => place.length === 1);
  const texts = rows.map(({ module }) => module);
  return {
    layers: ['input', ...texts.map((text, i) => shortName(text, rows[i]!.all > 0))],
    modules: ['input', ...texts],
    shapes: [inputShape, ...rows.map(({ output }) => output)].map((shape) => ['N', ...shape]),
    parameters: [0, ...rows.map(({ all }) => all)],
  };
}

/** `Dropout(p=0.5)` of `Dropout(p=0.5, inplace=False)`: the class, and its setting where it is on and the only one. */
function shortName(module: string, hasParameters: boolean): string {
  const [, name = module, settings = ''] = /^(\w+)\((.*)\)$/s.exec(module) ?? [];
  const on = settings.split(', ').filter((setting) => setting !== '' && !setting.endsWith('=False'));
  return hasParameters || on.length !== 1 ? name : `${name}(${on[0]})`;
}

/** A layer of a model. */
export interface LayerRow {
  /** Its index, and within a layer that holds others its path: `[5, 'layers', 0]`. */
  readonly place: JsonPath;
  /** The module, as it prints itself. */
  readonly module: string;
  /** Shape of an output, without the batch. */
  readonly output: readonly number[];
  /** Number of its own parameters, and of all that it holds. */
  readonly parameters: number;
  readonly all: number;
}

/** The layers of a model one after the other, each before those that it holds, by a sample of zeros that goes through them. */
export function layerRows(experiment: Experiment, inputShape: readonly number[], at?: JsonPath): LayerRow[] {
  const { model } = buildModel(experiment, inputShape, at);
  model.eval();
  const input = () => zeros([1, ...inputShape], { dtype: inputDType(experiment) });
  return scope(() => noGrad(() => [...rowsOf(model, input(), [])]));
}

function* rowsOf(model: nn.Sequential, input: Tensor, place: JsonPath): Generator<LayerRow> {
  let hidden = input;
  for (const [i, module] of [...model].entries()) {
    const output = module.forward(hidden);
    const all = module.parameters().reduce((count, { numel }) => count + numel, 0);
    const own: JsonPath = [...place, i];
    const row = { place: own, output: output.shape.slice(1), all };
    if (module instanceof Residual) {
      yield { ...row, module: 'Residual()', parameters: 0 };
      yield* rowsOf(module.layers, hidden, [...own, 'layers']);
      yield* rowsOf(module.skip, hidden, [...own, 'skip']);
    } else yield { ...row, module: module.toString(), parameters: all };
    hidden = output;
  }
}

const inputShapeOf = (experiment: Experiment): readonly number[] =>
  modelInputShape(experiment, () => sampleShapeOf(experiment));

function sampleShapeOf(experiment: Experiment): readonly number[] {
  const { name, model } = experiment;
  const known = sampleShape(experiment);
  if (known !== undefined) return known;
  const inputs = model.find((layer) => layer.type === 'linear')?.in;
  if (inputs !== undefined) return [inputs];
  throw new ExperimentError({
    origin: name,
    path: ['data', 'inputs'],
    message:
      'expected the names of the columns that the model takes, or its first layer to have "in", got neither',
  });
}

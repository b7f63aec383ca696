import { type DType, NumpyRandomState, type nn, type Tensor } from '@kindling/core';
import { initOf } from '../layers/init-of.ts';
import { initialize, initializeByNumpy } from '../layers/initializers.ts';
import type { Shape } from '../layers/layer-descriptor.ts';
import { layerDescriptor } from '../layers/layer-descriptors.ts';
import { problemPath, walkLayers } from '../layers/layer-walk.ts';
import { buildLayers, layersOf } from '../layers/layers.ts';
import type { Experiment } from './experiment-schema.ts';
import type { JsonPath } from './json-document.ts';
import { ExperimentError } from './problem.ts';

/** What a model is built from. */
export type ModelSettings = Pick<Experiment, 'name' | 'model' | 'seed' | 'generator' | 'dtype'>;

export interface BuiltModel {
  readonly model: nn.Sequential;
  /** Shape of an output, without the batch. */
  readonly outputShape: Shape;
}

/**
 * The model of an experiment, on the CPU.
 *
 * Its layers are made one after the other, each drawing PyTorch's default first values from the default generator; then
 * `init` overwrites the parameters that it names, in the order of the layers. A program that calls `torch.nn.init` after
 * making its layers draws in this order, too.
 *
 * @param sample shape of an input, without the batch.
 * @param at where the document has the layers.
 * @throws ExperimentError for a layer that does not fit what comes from the one before.
 */
export function buildModel(settings: ModelSettings, sample: Shape, at: JsonPath = ['model']): BuiltModel {
  const { name, model, seed, generator, dtype } = settings;
  const { shape, problems } = walkLayers(model, sample, ({ type }) => layerDescriptor(type));
  const [problem] = problems;
  if (problem !== undefined) {
    const path = [...at, problem.index, ...problemPath(problem)];
    throw new ExperimentError({ origin: name, path, message: problem.message });
  }
  const sequential = buildLayers(model, sample);
  sequential.to(dtype satisfies DType);

  const random = generator === 'numpy' ? new NumpyRandomState(seed) : undefined;
  for (const [layer, module] of layersOf(model, sequential)) {
    for (const name of layerDescriptor(layer.type).parameters?.(layer) ?? []) {
      const first = initOf(layer, name);
      if (first === undefined) continue;
      const parameter: Tensor = Reflect.get(module, name);
      if (random === undefined) initialize(parameter, first);
      else initializeByNumpy(parameter, first, random);
    }
  }
  return { model: sequential, outputShape: shape };
}

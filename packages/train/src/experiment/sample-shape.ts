import { sourceDescriptor } from '@kindling/data/internal';
import type { Shape } from '../layers/layer-descriptor.ts';
import { layerDescriptor } from '../layers/layer-descriptors.ts';
import type { Experiment } from './experiment-schema.ts';
import { inputIndices } from './input-indices.ts';
import { isSequenceData, sequenceShape } from './sequence-shape.ts';

type Model = Pick<Experiment, 'model'>;

/** The layers that samples of the data go into: those of the model, or of the discriminator of an adversarial pair. */
export const sampledModel = ({
  model,
  trainingStep,
}: Pick<Experiment, 'model' | 'trainingStep'>): Experiment['model'] =>
  trainingStep?.discriminator.model ?? model;

/**
 * Shape of what the model of an experiment takes: of the noise that it generates samples from, or else of samples.
 *
 * @param sample gives the shape of a sample.
 */
export const modelInputShape = (
  { trainingStep }: Pick<Experiment, 'trainingStep'>,
  sample: () => Shape,
): Shape => trainingStep?.noise.shape ?? sample();

/**
 * Shape of an image as a model takes it: [channels, height, width] where the first layer that minds takes images, else the values in a row.
 *
 * @param size height and width of a gray image, or channels, height and width.
 */
export function imageShape({ model }: Model, size: readonly number[]): Shape {
  const marked = model.map(({ type }) => layerDescriptor(type).takes).find((takes) => takes !== undefined);
  const shape = size.length === 2 ? [1, ...size] : size;
  return marked === 'image' ? shape : [shape.reduce((product, each) => product * each)];
}

/** Shape of a sample of the data as an experiment takes it; undefined where only its data tells. */
export function sampleShape(
  experiment: Pick<Experiment, 'data' | 'model' | 'trainingStep'>,
): Shape | undefined {
  const { data } = experiment;
  const model = sampledModel(experiment);
  const descriptor = sourceDescriptor(data.source);
  if (descriptor?.kind === 'images') return imageShape({ model }, descriptor.sampleShape);
  if (descriptor !== undefined) return descriptor.sampleShape;
  if (isSequenceData(data)) return sequenceShape(data, inputIndices({ model }) !== undefined);
  const { inputs, categories } = data.source === 'csv' ? data : {};
  return inputs === undefined || categories !== undefined ? undefined : [inputs.length];
}

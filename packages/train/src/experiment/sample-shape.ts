import { sourceDescriptor } from '@kindling/data/internal';
import type { Shape } from '../layers/layer-descriptor.ts';
import { layerDescriptor } from '../layers/layer-descriptors.ts';
import type { Experiment } from './experiment-schema.ts';

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
 * Shape of an image as a model takes it: [1, height, width] where the first layer that minds takes images, else the pixels in a row.
 */
export function imageShape({ model }: Model, [height, width]: readonly [number, number]): Shape {
  const marked = model.map(({ type }) => layerDescriptor(type).takes).find((takes) => takes !== undefined);
  return marked === 'image' ? [1, height, width] : [height * width];
}

/** Shape of a sample of the data as an experiment takes it; undefined where only its data tells. */
export function sampleShape(
  experiment: Pick<Experiment, 'data' | 'model' | 'trainingStep'>,
): Shape | undefined {
  const { data } = experiment;
  const model = sampledModel(experiment);
  const descriptor = sourceDescriptor(data.source);
  if (descriptor?.kind === 'images') {
    const [height = 1, width = 1] = descriptor.sampleShape;
    return imageShape({ model }, [height, width]);
  }
  if (descriptor !== undefined) return descriptor.sampleShape;
  const { inputs, categories } = 'inputs' in data ? data : {};
  return inputs === undefined || categories !== undefined ? undefined : [inputs.length];
}

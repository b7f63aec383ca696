import { layerDescriptor } from '../layers/layer-descriptors.ts';
import type { Experiment } from './experiment-schema.ts';

/** How many indices the first layer of a model knows, where its inputs are such; undefined where they are values. */
export function inputIndices({ model }: Pick<Experiment, 'model'>): number | undefined {
  const [first] = model;
  const name = first && layerDescriptor(first.type).indices;
  return name === undefined ? undefined : Reflect.get(first!, name);
}

/** The dtype of a model's inputs. */
export const inputDType = (
  experiment: Pick<Experiment, 'model' | 'dtype'>,
): 'int32' | 'float32' | 'float64' => (inputIndices(experiment) === undefined ? experiment.dtype : 'int32');

/** Whether a number is one of so many indices from 0. */
export const isIndexBelow = (value: number, count: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < count;

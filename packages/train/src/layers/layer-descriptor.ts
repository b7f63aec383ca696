import type { z } from 'zod';
import type { Descriptor, OptionsOf } from '../descriptor.ts';

/** Sizes without the batch; those that are not known are NaN. */
export type Shape = readonly number[];

/** Parameters that an experiment can give first values. */
export type ParameterName = 'weight' | 'bias';

/** What is wrong with a layer: the option that is wrong, or else the layer behind what comes before it. */
export interface LayerProblem {
  readonly option?: string;
  /** Where the layer is, from one that holds it. */
  readonly at?: readonly (string | number)[];
  readonly message: string;
  /** The value that was probably meant. */
  readonly suggestion?: number;
}

/** A layer that experiments can name. The function that makes its module is in the table `layers`. */
export interface LayerDescriptor<S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape>
  extends Descriptor<string, S> {
  /** Shape of an output for an input of a shape. Default: the same. */
  outputShape?(options: OptionsOf<() => S>, input: Shape): Shape;
  /** What keeps the layer from taking an input of a shape, as far as its sizes are known. */
  problem?(options: OptionsOf<() => S>, input: Shape): LayerProblem | undefined;
  /** Parameters that take their first values from the option `init`. Default: none. */
  parameters?(options: OptionsOf<() => S>): readonly ParameterName[];
  /** Whether it computes over the batch in training, which must then have more than one sample. Default false. */
  readonly isOverBatch?: boolean;
  /**
   * The form in which it takes samples of the data: of an image its rows and columns behind a channel, or its pixels in a row. The first
   * layer of a model that has one decides. Default: any.
   */
  readonly takes?: 'image' | 'features';
  /** The layers that it holds. Default: none. */
  inner?(options: OptionsOf<() => S>): readonly { readonly type: string }[];
  /** Whether inputs are indices: such a layer is the first. The option of that name is their number. Default: inputs are values. */
  readonly indices?: string;
}

/** The position in a sample's shape of an axis that counts with the batch. */
export const axisOf = (dim: number, { length }: Shape): number => (dim < 0 ? dim + length : dim - 1);

/** An axis that a batch of such samples has not. */
export function axisProblem(dim: number, input: Shape): LayerProblem | undefined {
  const { length } = input;
  if (dim >= -length - 1 && dim <= length) return undefined;
  return {
    option: 'dim',
    message: `expected an axis in [${-length - 1}, ${length}], got ${dim}`,
  };
}

import { full, type Generator, rand, randn, type Tensor } from '@kindling/core';
import type { DistributionSettings } from '../experiment/distribution-schema.ts';
import type { DistributionName } from './distribution-descriptors.ts';

/** Where draws go, and what they are drawn from. */
export interface DrawOptions {
  readonly device: string;
  readonly dtype: 'float32' | 'float64';
  /** Default: the default generator. */
  readonly generator?: Generator | undefined;
}

type Options<N extends DistributionName> = Omit<Extract<DistributionSettings, { type: N }>, 'type'>;

/** Draws a tensor of a shape, by the names of `distributionDescriptors`. */
const distributions: {
  readonly [N in DistributionName]: (
    shape: readonly number[],
    settings: Options<N>,
    options: DrawOptions,
  ) => Tensor;
} = {
  normal: (shape, { mean, std }, options) => affine(randn(shape, options), std, mean),
  uniform: (shape, { low, high }, options) => affine(rand(shape, options), high - low, low),
  constant: (shape, { value }, { device, dtype }) => full(shape, value, { device, dtype }),
};

const affine = (draws: Tensor, factor: number, offset: number): Tensor => {
  const scaled = factor === 1 ? draws : draws.mul(factor);
  return offset === 0 ? scaled : scaled.add(offset);
};

/** Draws from a distribution that an experiment names. */
export function drawFrom(
  { type, ...settings }: DistributionSettings,
  shape: readonly number[],
  options: DrawOptions,
): Tensor {
  const draw: (shape: readonly number[], settings: never, options: DrawOptions) => Tensor =
    distributions[type];
  return draw(shape, settings as never, options);
}

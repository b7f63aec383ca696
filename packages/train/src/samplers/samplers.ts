import { RandomSampler, type Sampler, SubsetRandomSampler, WeightedRandomSampler } from '@kindling/data';
import type { SamplerSettings } from '../experiment/sampler-schema.ts';
import type { SamplerName } from './sampler-descriptors.ts';

/** What a sampler is made for. */
export interface SampledData {
  readonly length: number;
  /** Number of classes, and the class of each sample; undefined for samples without classes. */
  readonly classes: { readonly count: number; readonly of: ArrayLike<number> } | undefined;
}

/** A sampler that does not fit the samples. */
export class SamplerProblem extends Error {
  /** Where it is in the settings. */
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.path = path;
  }
}

type SettingsOf<N extends SamplerName> = Extract<SamplerSettings, { type: N }>;

const samplers: {
  readonly [N in SamplerName]: (settings: SettingsOf<N>, data: SampledData) => Sampler;
} = {
  random: ({ numSamples, replacement }, data) => new RandomSampler(data, { numSamples, replacement }),
  subset: ({ indices }, { length }) => {
    const wrong = indices.findIndex((index) => index >= length);
    if (wrong < 0) return new SubsetRandomSampler(indices);
    throw new SamplerProblem(
      ['indices', wrong],
      `expected a number below ${length}, the number of training samples, got ${indices[wrong]}`,
    );
  },
  weighted: (settings, data) => {
    const { numSamples = data.length, replacement } = settings;
    const weights = weightsOf(settings, data);
    const drawable = weights.filter((weight) => weight > 0).length;
    const least = replacement ? 1 : numSamples;
    if (drawable < least) {
      throw new SamplerProblem(
        ['weights'],
        `expected at least ${least} samples with a weight above 0, got ${drawable}`,
      );
    }
    return new WeightedRandomSampler(weights, { numSamples, replacement });
  },
};

/** The weight of each sample. */
function weightsOf({ weights, by }: SettingsOf<'weighted'>, { length, classes }: SampledData): Float64Array {
  if (by === 'sample') {
    if (weights.length === length) return Float64Array.from(weights as readonly number[]);
    throw new SamplerProblem(
      ['weights'],
      `expected ${length} weights, one for each training sample, got ${weights.length}`,
    );
  }
  if (classes === undefined) {
    throw new SamplerProblem(['by'], 'expected "sample" for targets that are no classes, got "class"');
  }
  if (weights !== 'balanced' && weights.length !== classes.count) {
    throw new SamplerProblem(
      ['weights'],
      `expected ${classes.count} weights, one for each class, got ${weights.length}`,
    );
  }
  const of = Float64Array.from(classes.of);
  const counts = new Float64Array(classes.count);
  for (const label of of) counts[label]!++;
  return of.map((label) => (weights === 'balanced' ? 1 / counts[label]! : weights[label]!));
}

/** The sampler that an experiment names. @throws SamplerProblem where it does not fit the samples. */
export function buildSampler(settings: SamplerSettings, data: SampledData): Sampler {
  const build: (settings: never, data: SampledData) => Sampler = samplers[settings.type];
  return build(settings as never, data);
}

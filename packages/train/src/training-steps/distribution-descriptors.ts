import * as z from 'zod';
import { byType, type Descriptor, type OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';

/** A distribution that experiments can name. The function that draws from it is in the table `distributions`. */
export interface DistributionDescriptor<S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape>
  extends Descriptor<string, S> {
  /** Options that do not go together. */
  conflict?(options: OptionsOf<() => S>): { readonly option: string; readonly message: string } | undefined;
}

const uniform = lazily(() => ({ low: z.number().default(0), high: z.number().default(1) }));

/** Every distribution that experiments can name. */
export const distributionDescriptors = [
  {
    type: 'normal',
    description: 'N(mean, std).',
    options: () => ({ mean: z.number().default(0), std: z.number().min(0).default(1) }),
  },
  {
    type: 'uniform',
    description: 'U(low, high).',
    options: uniform,
    conflict: ({ low, high }: OptionsOf<typeof uniform>) =>
      low <= high
        ? undefined
        : { option: 'high', message: `expected a number of at least low ${low}, got ${high}` },
  },
  {
    type: 'constant',
    description: 'One value, which nothing is drawn for.',
    options: () => ({ value: z.number() }),
  },
] as const satisfies readonly DistributionDescriptor[];

const known = byType(distributionDescriptors);

export type DistributionName = keyof typeof known;

/** The descriptor of a distribution by its name. */
export const distributionDescriptor = (type: DistributionName): DistributionDescriptor => known[type];

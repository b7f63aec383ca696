import { formatCount } from '../format-count.ts';
import { cifar10Names, cifar100Names } from './cifar-names.ts';
import { type EmnistVariant, emnistVariants } from './emnist-variants.ts';

/** What is known of a dataset that has a name, without its files and without an engine. */
export interface SourceDescriptor {
  readonly name: string;
  /** One line. */
  readonly description: string;
  readonly kind: 'images' | 'table';
  /** Shape of a sample: height and width of a gray image, channels, height and width of one in color, or number of input columns. */
  readonly sampleShape: readonly number[];
  /** Number of classes, or of columns to predict. */
  readonly targets: {
    readonly kind: 'classes' | 'values';
    readonly count: number;
    /** Names of the classes. Default: their numbers. */
    readonly names?: readonly string[];
  };
  /** Number of samples; of a source that is drawn, the default. 0 for a test split that the source does not have. */
  readonly samples: { readonly train: number; readonly test: number };
  /** Whether samples are drawn from a seed, as many as are asked for. */
  readonly isDrawn: boolean;
}

/** A variant of EMNIST. */
const emnist = <const V extends EmnistVariant>(variant: V, train: number, test: number, what: string) =>
  ({
    name: `emnist-${variant}`,
    description: `EMNIST 28×28, ${what}: ${formatCount(train)} to train, ${formatCount(test)} to test`,
    kind: 'images',
    sampleShape: [28, 28],
    targets: { kind: 'classes', count: emnistVariants[variant].length, names: emnistVariants[variant] },
    samples: { train, test },
    isDrawn: false,
  }) as const;

/** The datasets that Kindling knows by name. */
export const sourceDescriptors = [
  {
    name: 'digits',
    description: 'Handwritten-style digits 28×28, drawn from a seed: no file, no network',
    kind: 'images',
    sampleShape: [28, 28],
    targets: { kind: 'classes', count: 10 },
    samples: { train: 10_000, test: 2000 },
    isDrawn: true,
  },
  {
    name: 'mnist',
    description: 'MNIST handwritten digits 28×28: 60,000 to train, 10,000 to test',
    kind: 'images',
    sampleShape: [28, 28],
    targets: { kind: 'classes', count: 10 },
    samples: { train: 60_000, test: 10_000 },
    isDrawn: false,
  },
  {
    name: 'fashion-mnist',
    description: 'Fashion-MNIST clothes 28×28: 60,000 to train, 10,000 to test',
    kind: 'images',
    sampleShape: [28, 28],
    targets: {
      kind: 'classes',
      count: 10,
      names: [
        'T-shirt/top',
        'Trouser',
        'Pullover',
        'Dress',
        'Coat',
        'Sandal',
        'Shirt',
        'Sneaker',
        'Bag',
        'Ankle boot',
      ],
    },
    samples: { train: 60_000, test: 10_000 },
    isDrawn: false,
  },
  emnist('balanced', 112_800, 18_800, 'digits and letters of 47 classes'),
  emnist('letters', 124_800, 20_800, 'letters counted from 1'),
  emnist('digits', 240_000, 40_000, 'digits'),
  emnist('mnist', 60_000, 10_000, 'digits, as many as MNIST'),
  emnist('byclass', 697_932, 116_323, 'digits, capitals and small letters'),
  emnist('bymerge', 697_932, 116_323, 'digits and letters, of which some are one in both cases'),
  {
    name: 'cifar-10',
    description: 'CIFAR-10 photographs 32×32 in color, ten classes: 50,000 to train, 10,000 to test',
    kind: 'images',
    sampleShape: [3, 32, 32],
    targets: { kind: 'classes', count: 10, names: cifar10Names },
    samples: { train: 50_000, test: 10_000 },
    isDrawn: false,
  },
  {
    name: 'cifar-100',
    description: 'CIFAR-100 photographs 32×32 in color, 100 classes: 50,000 to train, 10,000 to test',
    kind: 'images',
    sampleShape: [3, 32, 32],
    targets: { kind: 'classes', count: 100, names: cifar100Names },
    samples: { train: 50_000, test: 10_000 },
    isDrawn: false,
  },
  {
    name: 'diabetes',
    description: 'Pima Indians diabetes: 759 rows of 8 features in [-1, 1] and a 0/1 label',
    kind: 'table',
    sampleShape: [8],
    targets: { kind: 'values', count: 1 },
    samples: { train: 759, test: 0 },
    isDrawn: false,
  },
  {
    name: 'weight-height',
    description: '24 pairs of weight (kg) and height (cm), from infants to adults',
    kind: 'table',
    sampleShape: [1],
    targets: { kind: 'values', count: 1 },
    samples: { train: 24, test: 0 },
    isDrawn: false,
  },
  {
    name: 'xor',
    description: 'Exclusive or: four rows of two bits and their xor',
    kind: 'table',
    sampleShape: [2],
    targets: { kind: 'values', count: 1 },
    samples: { train: 4, test: 0 },
    isDrawn: false,
  },
  {
    name: 'pattern-1010',
    description: 'The pattern high, low, high, low: one row of four numbers, for adversarial pairs',
    kind: 'table',
    sampleShape: [4],
    targets: { kind: 'values', count: 1 },
    samples: { train: 1, test: 0 },
    isDrawn: false,
  },
] as const satisfies readonly SourceDescriptor[];

type Descriptors = { readonly [D in (typeof sourceDescriptors)[number] as D['name']]: D };

export type SourceName = keyof Descriptors;

const known: Readonly<Record<string, SourceDescriptor>> = Object.fromEntries(
  sourceDescriptors.map((descriptor) => [descriptor.name, descriptor]),
);

/** The descriptor of a named dataset; undefined for any other name. */
export const sourceDescriptor = (name: string): SourceDescriptor | undefined =>
  Object.hasOwn(known, name) ? known[name] : undefined;

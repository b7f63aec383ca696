import { Generator, type Tensor, tensor } from '@kindling/core';
import { drawPermutation } from '@kindling/core/internal';
import {
  type Categories,
  csv,
  DataError,
  type Dataset,
  type FileOptions,
  type ImageSet,
  type Source,
  sources,
  type Table,
  TensorDataset,
} from '@kindling/data';
import { sourceDescriptor } from '@kindling/data/internal';
import { buildAugmentation } from '../augmentation/augmentations.ts';
import type { Shape } from '../layers/layer-descriptor.ts';
import { outputsPerTarget } from '../losses/loss-descriptors.ts';
import { AugmentedImages } from './augmented-images.ts';
import { checkDomain, checkIndices, checkScaled, type Place } from './check-columns.ts';
import type { Experiment } from './experiment-schema.ts';
import { inputIndices } from './input-indices.ts';
import { imageShape, sampledModel } from './sample-shape.ts';
import { sequenceData } from './sequence-data.ts';
import { isSequenceData } from './sequence-shape.ts';

/** An input and its target, or a batch of both. */
type Pair = [input: Tensor, target: Tensor];

/** Inputs, one row a sample, and targets. */
export type Samples = TensorDataset<Pair>;

/** The data of an experiment, ready to train on. */
export interface ExperimentData {
  readonly train: Samples;
  /** Validation samples. */
  readonly validation: Samples | undefined;
  /** Shape of an input. */
  readonly inputShape: readonly number[];
  /** How many outputs the model must have: a column for each target, or one for each class. */
  readonly outputs: number;
  /** Shape of an output: so many numbers, or for each place of a sequence so many. */
  readonly outputShape: readonly number[];
  /** Samples that are drawn for each batch, or changed at random, where they are: `train` then is what is evaluated. */
  readonly drawn?: Dataset<Pair, Pair>;
  /** Names of the input columns; none for images. */
  readonly inputNames: readonly string[];
  /** Names of the target columns, or of the classes. */
  readonly outputNames: readonly string[];
  /** Whether targets are classes. */
  readonly isLabelled: boolean;
  /** Size of the gray pictures that the inputs are. */
  readonly image: { readonly height: number; readonly width: number } | undefined;
  /** What the classes at the places of a sequence are: characters or tokens. */
  readonly vocabulary?: readonly string[];
  /** How columns of words became numbers, by the name of the column. */
  readonly categories?: Readonly<Record<string, Categories>>;
  /** What was put in the place of missing inputs, by the name of the column. */
  readonly means?: Readonly<Record<string, number>>;
  /** What may be a mistake and is no error, in words. */
  readonly notes: readonly string[];
}

export interface DataOptions extends FileOptions {
  /** Where the samples go. Default: the experiment's device. */
  readonly device?: string;
}

/** What decides about the data of an experiment. The loss, where it is given, about the targets that are taken, the model about inputs. */
export type DataSettings = Pick<Experiment, 'data' | 'seed' | 'dtype' | 'device'> & {
  readonly loss?: Experiment['loss'] | undefined;
  readonly model?: Experiment['model'] | undefined;
  readonly trainingStep?: Experiment['trainingStep'];
};

/**
 * Loads the data of an experiment, from files that are downloaded where they are missing.
 *
 * @throws DataError for data that cannot be had, is damaged, or does not fit the experiment.
 */
export async function loadExperimentData(
  experiment: DataSettings,
  { device = experiment.device, ...files }: DataOptions = {},
): Promise<ExperimentData> {
  const { data, seed, dtype } = experiment;
  const place = { device, dtype };
  if (data.source === 'csv') return tableData(await csvTable(data), experiment, place);
  if (isSequenceData(data)) return sequenceData(data, experiment, place);
  const source: Source = sources[data.source];
  const load = (split: 'train' | 'test') =>
    source.load({ ...files, split, ...('seed' in data ? { seed: data.seed, count: data[split] } : {}) });
  const train = await load('train');
  if (train.kind === 'table') return tableData(train, experiment, place);
  const test = data.validation === 'test' ? await load('test') : undefined;
  const { model = [], trainingStep } = experiment;
  const shape = imageShape({ model: sampledModel({ model, trainingStep }) }, [
    train.channels,
    train.height,
    train.width,
  ]);
  return imageData(train.slice(0, data.limit), test as ImageSet | undefined, { data, seed, shape }, place);
}

function imageData(
  train: ImageSet,
  test: ImageSet | undefined,
  { data, seed, shape }: Pick<Experiment, 'data' | 'seed'> & { readonly shape: Shape },
  place: Place,
): ExperimentData {
  const oneHot = 'target' in data && data.target === 'oneHot';
  /** Images as they are, values in [0, 1]. */
  const unscaled = (set: ImageSet): Samples => {
    const [images, labels] = set.tensors({ device: place.device, oneHot, flatten: false }).tensors;
    return new TensorDataset(images, oneHot ? asFloat(labels, place) : labels);
  };
  const inputs = (images: Tensor): Tensor =>
    shifted(scaled(images, data.scale.input, place), data).reshape([images.shape[0]!, ...shape]);
  const samples = (set: ImageSet): Samples => {
    const [images, targets] = unscaled(set).tensors;
    return new TensorDataset(inputs(images), targets);
  };
  const augmentation = 'augmentation' in data ? data.augmentation : undefined;
  const drawn =
    augmentation &&
    new AugmentedImages(
      split(unscaled(train), undefined, data.validation, seed).train,
      buildAugmentation(augmentation, [train.height, train.width]),
      inputs,
    );
  return {
    ...split(samples(train), test && samples(test), data.validation, seed),
    ...(drawn === undefined ? {} : { drawn }),
    inputShape: shape,
    outputs: train.classes,
    outputShape: [train.classes],
    inputNames: [],
    outputNames: sourceDescriptor(data.source)?.targets.names ?? numbersBelow(train.classes),
    isLabelled: true,
    image: train.channels === 1 ? { height: train.height, width: train.width } : undefined,
    notes: [],
  };
}

/** The columns of a CSV file that an experiment asks for. */
function csvTable(data: Extract<Experiment['data'], { source: 'csv' }>): Promise<Table> {
  const { path, header, delimiter, decimal, missing, categories, exclude, inputs, targets } = data;
  const columns = inputs === undefined ? undefined : [...inputs, ...(targets ?? [-1])];
  return csv(path, { header, delimiter, decimal, missing, categories, exclude, columns });
}

function tableData(whole: Table, settings: DataSettings, place: Place): ExperimentData {
  const { data, seed, model = [], trainingStep } = settings;
  const loss = trainingStep === undefined ? settings.loss : undefined;
  const chosen = data.source === 'csv' ? data : undefined;
  const { inputs, targets } = whole.split({ inputs: chosen?.inputs, targets: chosen?.targets });
  const { table, means, notes } = completed(whole.slice(0, data.limit), inputs, targets, chosen?.onMissing);
  const kind = 'target' in data ? data.target : 'value';
  const scaledBy = { input: data.scale.input, target: kind === 'value' ? data.scale.target : 1 };
  const indices = inputIndices({ model });
  for (const name of inputs) {
    if (indices === undefined) checkScaled(table, name, scaledBy.input, place);
    else checkIndices(table, name, indices);
  }
  for (const name of targets) checkScaled(table, name, scaledBy.target, place);
  const [input, values] = table.tensors({ ...place, inputs, targets }).tensors;
  if (kind === 'value') checkDomain(table, targets, scaledBy.target, loss);
  const labelled = kind === 'value' ? undefined : labels(table, targets, kind === 'oneHot', place);
  const target = labelled?.target ?? scaled(values, data.scale.target, place);
  const outputs =
    labelled?.classes.length ?? targets.length * (loss === undefined ? 1 : outputsPerTarget(loss));
  return {
    ...split(
      new TensorDataset(
        indices === undefined ? shifted(scaled(input, data.scale.input, place), data) : input.to('int32'),
        target,
      ),
      undefined,
      data.validation,
      seed,
    ),
    inputShape: [inputs.length],
    outputs,
    outputShape: [outputs],
    inputNames: inputs,
    outputNames: labelled?.classes ?? targets,
    isLabelled: labelled !== undefined,
    image: undefined,
    ...(Object.keys(table.categories).length > 0 ? { categories: table.categories } : {}),
    ...(means === undefined ? {} : { means }),
    notes: [...notes, ...(labelled?.notes ?? [])],
  };
}

/** A table without missing values: rows without a target are dropped, and inputs filled as the experiment says. */
function completed(
  table: Table,
  inputs: readonly string[],
  targets: readonly string[],
  onMissing: 'drop' | 'mean' | number = 'drop',
): {
  readonly table: Table;
  readonly means?: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
} {
  const known = table.withoutMissing(onMissing === 'drop' ? [...inputs, ...targets] : targets);
  const dropped = table.length - known.length;
  if (known.length === 0) {
    const got = `a missing value in each of ${table.length}`;
    throw new DataError({ place: table.place, expected: 'rows without missing values', got });
  }
  const rows = dropped === 1 ? '1 row' : `${dropped} rows`;
  const notes = dropped === 0 ? [] : [`${rows} of ${table.length} with missing values dropped`];
  if (onMissing === 'drop') return { table: known, notes };
  if (typeof onMissing === 'number') return { table: known.fillMissing(onMissing), notes };
  const all = known.means();
  const means = Object.fromEntries(inputs.map((name) => [name, all[name]!]));
  return { table: known.fillMissing('mean'), means, notes };
}

/** Most classes that a column of labels may have: more are a sign that it holds no labels. */
const MAX_CLASSES = 10_000;

/** A column of class indices as int32, or as rows with 1 at the class. */
function labels(
  table: Table,
  [name, ...others]: readonly string[],
  oneHot: boolean,
  place: Place,
): { readonly target: Tensor; readonly classes: readonly string[]; readonly notes: readonly string[] } {
  const column = name === undefined ? undefined : table.column(name);
  if (column === undefined || others.length > 0) {
    const got = `${others.length + 1} columns`;
    throw new DataError({ place: table.place, expected: 'one column of labels', got });
  }
  const wrong = column.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= MAX_CLASSES);
  if (wrong >= 0) {
    throw new DataError({
      place: `${table.place}, column ${name}, sample ${wrong}`,
      expected: `a class index in [0, ${MAX_CLASSES - 1}]`,
      got: String(column[wrong]),
    });
  }
  const known = Object.hasOwn(table.categories, name!) ? table.categories[name!]!.values : undefined;
  const count = known?.length ?? column.reduce((largest, value) => Math.max(largest, value), 0) + 1;
  const classes = known ?? numbersBelow(count);
  const numbers = tensor(Int32Array.from(column), { device: place.device });
  return {
    target: oneHot ? asFloat(numbers.oneHot(count), place) : numbers,
    classes,
    notes: absentNotes(name!, column, classes),
  };
}

/** A class that no sample has is never learned: labels may be meant to count from 1. */
function absentNotes(name: string, column: Float64Array, classes: readonly string[]): readonly string[] {
  const present = new Set(column);
  const absent = classes.filter((_, i) => !present.has(i));
  if (absent.length === 0) return [];
  const shown = absent.slice(0, 5).join(', ') + (absent.length > 5 ? `, … (${absent.length} in all)` : '');
  return [
    `column ${name}: no sample of class ${shown}, among classes ${classes[0]} to ${classes.at(-1)}; labels count from 0`,
  ];
}

/** Names of classes that have none. */
const numbersBelow = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => String(i));

const asFloat = (values: Tensor, { dtype }: Place): Tensor => values.to(dtype);

/** Values in the experiment's dtype, times a factor. Without one they stay as they are, to the last bit. */
function scaled(values: Tensor, factor: number, place: Place): Tensor {
  const floats = asFloat(values, place);
  return factor === 1 ? floats : floats.mul(factor);
}

const shifted = (values: Tensor, { shift }: Experiment['data']): Tensor =>
  shift === undefined ? values : values.add(shift);

/** The training samples, and as validation samples a test set, a share of the training samples, or none. */
function split(
  train: Samples,
  test: Samples | undefined,
  validation: Experiment['data']['validation'],
  seed: number,
): Pick<ExperimentData, 'train' | 'validation'> {
  if (typeof validation !== 'number') return { train, validation: test };
  const count = Math.round(validation * train.length);
  if (count === 0 || count === train.length) {
    throw new DataError({
      place: 'data.validation',
      expected: `a fraction of ${train.length} samples that leaves some for training and for validation`,
      got: String(validation),
    });
  }
  // An own generator, so that a validation split does not change the first weights.
  const order = drawPermutation(new Generator(seed), train.length);
  const choose = (indices: Int32Array): Samples => new TensorDataset(...train.batch(indices.toSorted()));
  return { train: choose(order.subarray(count)), validation: choose(order.subarray(0, count)) };
}

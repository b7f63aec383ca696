import { drawPermutation, Generator, type Tensor, tensor } from '@kindling/core';
import {
  csv,
  DataError,
  type FileOptions,
  type ImageSet,
  sources,
  type Table,
  TensorDataset,
} from '@kindling/data';
import type { Experiment } from './experiment-schema.ts';

/** Inputs, one row a sample, and targets. */
export type Samples = TensorDataset<[input: Tensor, target: Tensor]>;

/** The data of an experiment, ready to train on. */
export interface ExperimentData {
  readonly train: Samples;
  /** What is held back. */
  readonly validation: Samples | undefined;
  /** Shape of an input. */
  readonly inputShape: readonly number[];
  /** How many outputs the model must have: a column for each target, or one for each class. */
  readonly outputs: number;
  /** Names of the input columns; none for images. */
  readonly inputNames: readonly string[];
  /** Names of the target columns, or of the classes. */
  readonly outputNames: readonly string[];
  /** Whether targets are classes. */
  readonly isLabelled: boolean;
  /** Size of the pictures that the inputs are. */
  readonly image: { readonly height: number; readonly width: number } | undefined;
}

/** Where and in what form tensors are made. */
interface Place {
  readonly device: string;
  readonly dtype: 'float32' | 'float64';
}

export interface DataOptions extends FileOptions {
  /** Where the samples go. Default: the experiment's device. */
  readonly device?: string;
}

/**
 * Loads the data of an experiment, from files that are downloaded where they are missing.
 *
 * @throws DataError for data that cannot be had, is damaged, or does not fit the experiment.
 */
export async function loadExperimentData(
  { data, seed, dtype, device: asked }: Pick<Experiment, 'data' | 'seed' | 'dtype' | 'device'>,
  { device = asked, ...files }: DataOptions = {},
): Promise<ExperimentData> {
  const place = { device, dtype };
  switch (data.source) {
    case 'mnist':
    case 'digits': {
      const counts = data.source === 'digits' ? { train: data.train, test: data.test } : undefined;
      const load = (split: 'train' | 'test'): Promise<ImageSet> =>
        data.source === 'digits'
          ? sources.digits.load({ split, seed: data.seed, count: counts?.[split] })
          : sources.mnist.load({ ...files, split });
      const train = (await load('train')).slice(0, data.limit);
      const test = data.validation === 'test' ? await load('test') : undefined;
      return imageData(train, test, data, seed, place);
    }
    case 'diabetes':
    case 'weight-height':
      return tableData(await sources[data.source].load(files), data, seed, place);
    case 'xor':
      return tableData(await sources.xor.load(), data, seed, place);
    case 'csv':
      return tableData(await csv(data.path, { header: data.header }), data, seed, place);
  }
}

function imageData(
  train: ImageSet,
  test: ImageSet | undefined,
  data: Experiment['data'],
  seed: number,
  place: Place,
): ExperimentData {
  const oneHot = 'target' in data && data.target === 'oneHot';
  const samples = (set: ImageSet): Samples => {
    const [images, labels] = set.tensors({ device: place.device, oneHot }).tensors;
    return new TensorDataset(
      scaled(images, data.scale.input, place),
      oneHot ? asFloat(labels, place) : labels,
    );
  };
  return {
    ...divided(samples(train), test && samples(test), data.validation, seed),
    inputShape: [train.pixels],
    outputs: train.classes,
    inputNames: [],
    outputNames: Array.from({ length: train.classes }, (_, i) => String(i)),
    isLabelled: true,
    image: { height: train.height, width: train.width },
  };
}

function tableData(whole: Table, data: Experiment['data'], seed: number, place: Place): ExperimentData {
  const table = whole.slice(0, data.limit);
  const chosen = data.source === 'csv' ? data : undefined;
  const targetNames = chosen?.targets ?? table.names.slice(-1);
  const inputNames = chosen?.inputs ?? table.names.filter((name) => !targetNames.includes(name));
  const [input, values] = table.tensors({ ...place, inputs: inputNames, targets: targetNames }).tensors;
  const kind = chosen?.target ?? 'value';
  const { target, classes } =
    kind === 'value'
      ? { target: scaled(values, data.scale.target, place), classes: undefined }
      : labels(table, targetNames, kind === 'oneHot', place);
  return {
    ...divided(
      new TensorDataset(scaled(input, data.scale.input, place), target),
      undefined,
      data.validation,
      seed,
    ),
    inputShape: [inputNames.length],
    outputs: classes ?? targetNames.length,
    inputNames,
    outputNames: classes === undefined ? targetNames : Array.from({ length: classes }, (_, i) => String(i)),
    isLabelled: classes !== undefined,
    image: undefined,
  };
}

/** Most classes that a column of labels may have: more are a sign that it holds no labels. */
const MOST_CLASSES = 10_000;

/** A column of class numbers as int32, or as rows with 1 at the class. */
function labels(
  table: Table,
  [name, ...others]: readonly string[],
  oneHot: boolean,
  place: Place,
): { readonly target: Tensor; readonly classes: number } {
  const column = name === undefined ? undefined : table.column(name);
  if (column === undefined || others.length > 0) {
    const got = `${others.length + 1} columns`;
    throw new DataError({ place: table.place, expected: 'one column of labels', got });
  }
  const wrong = column.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= MOST_CLASSES);
  if (wrong >= 0) {
    throw new DataError({
      place: `${table.place}, column ${name}, sample ${wrong}`,
      expected: `a class number from 0 to ${MOST_CLASSES - 1}`,
      got: String(column[wrong]),
    });
  }
  const classes = column.reduce((largest, value) => Math.max(largest, value), 0) + 1;
  const numbers = tensor(Int32Array.from(column), { device: place.device });
  return { target: oneHot ? asFloat(numbers.oneHot(classes), place) : numbers, classes };
}

const asFloat = (values: Tensor, { dtype }: Place): Tensor => values.to(dtype);

/** Values in the experiment's dtype, times a factor. Without one they stay as they are, to the last bit. */
function scaled(values: Tensor, factor: number, place: Place): Tensor {
  const floats = asFloat(values, place);
  return factor === 1 ? floats : floats.mul(factor);
}

/** Holds back a test set, a share of the samples, or nothing. */
function divided(
  train: Samples,
  test: Samples | undefined,
  validation: Experiment['data']['validation'],
  seed: number,
): Pick<ExperimentData, 'train' | 'validation'> {
  if (typeof validation !== 'number') return { train, validation: test };
  const held = Math.round(validation * train.length);
  if (held === 0 || held === train.length) {
    throw new DataError({
      place: 'data.validation',
      expected: `a share of ${train.length} samples that leaves some on both sides`,
      got: String(validation),
    });
  }
  // An own generator, so that holding samples back does not change the first weights.
  const order = drawPermutation(new Generator(seed), train.length);
  const choose = (indices: Int32Array): Samples => new TensorDataset(...train.batch(indices.toSorted()));
  return { train: choose(order.subarray(held)), validation: choose(order.subarray(0, held)) };
}

import { csv, csvNames, DataError, findSource, Table } from '@kindling/data';
import { loadExperimentData, type TrainedModel } from '@kindling/train';
import { plural } from '@kindling/train/internal/console';
import { toDigit } from '../../image/digit.ts';
import { luma } from '../../image/luma.ts';
import { readImage } from '../../image/read-image.ts';
import { downloadProgress } from '../../terminal/download-progress.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';

/** Something that a model is to say what it makes of. */
export interface PredictionInput {
  /** The inputs, in the data's units. */
  readonly row: readonly number[];
  /** Its place in a file or in the data, counted from 0. */
  readonly index?: number;
  readonly file?: string;
  /** The targets, where they are known: the class, or a number for each target. */
  readonly truth?: readonly number[];
  /** The picture that the inputs are, 0 black to 255 white. */
  readonly picture?: { readonly pixels: Uint8Array; readonly width: number; readonly height: number };
}

/** `--row 0,1` */
export function rowInput(text: string, { signature, experiment }: TrainedModel): PredictionInput {
  const { inputNames, inputShape } = signature;
  const words = text.split(/[,;\s]+/).filter((word) => word !== '');
  const isHeld = (word: string): boolean => {
    const value = Number(word);
    return Number.isFinite(experiment.dtype === 'float32' ? Math.fround(value) : value);
  };
  const wrong = words.find((word) => !isHeld(word));
  if (wrong !== undefined) {
    const expected = Number.isFinite(Number(wrong))
      ? `numbers in the range of ${experiment.dtype}`
      : 'numbers';
    throw new UsageError(`--row: expected ${expected} separated by commas, got ${JSON.stringify(wrong)}`);
  }
  const count = inputShape.reduce((product, size) => product * size, 1);
  if (words.length !== count) {
    const names = inputNames.length > 0 ? ` (${inputNames.join(', ')})` : '';
    throw new UsageError(`--row: expected ${count} numbers${names}, got ${words.length}`);
  }
  return { row: words.map(Number) };
}

/** `--index 42`: a held-back sample, or one of those to train on where none is held back. */
export async function datasetInput(
  index: number,
  { experiment }: TrainedModel,
  output: Output,
): Promise<PredictionInput> {
  const { data } = experiment;
  const files = { onEvent: downloadProgress(output) };
  if (data.validation === 'test') {
    const drawn = 'seed' in data ? { seed: data.seed, count: data.test } : {};
    const set = await findSource(data.source).load({ split: 'test', ...files, ...drawn });
    if (set.kind !== 'images') throw new UsageError(`--index: expected images, got rows of ${data.source}`);
    checkIndex(index, set.length, 'validation samples');
    const { image: pixels, label } = set.get(index);
    const { width, height } = set;
    const picture = { pixels: luma(pixels, width * height), width, height };
    return { row: toShares(pixels), index, truth: [label], picture };
  }
  // Without the loss, which takes targets as they are after scaling.
  const unscaled = {
    ...experiment,
    loss: undefined,
    device: 'cpu',
    data: { ...data, scale: { input: 1, target: 1 } },
  };
  const { train, validation, image, isLabelled } = await loadExperimentData(unscaled, files);
  const samples = validation ?? train;
  checkIndex(index, samples.length, validation ? 'validation samples' : 'samples');
  const [input, target] = samples.get(index);
  const row = [...input.data()];
  const truth = isLabelled && target.ndim > 0 ? [target.argmax().item()] : [...target.data()];
  if (image === undefined) return { row, index, truth };
  return { row, index, truth, picture: { ...image, pixels: toPixels(row) } };
}

function checkIndex(index: number, count: number, what: string): void {
  if (index < count) return;
  throw new UsageError(`--index: expected an index below ${count}, the number of ${what}, got ${index}`);
}

/** An image in a file. */
export async function imageInput(
  file: string,
  index: number | undefined,
  { signature: { image } }: TrainedModel,
  output: Output,
): Promise<PredictionInput> {
  const digit = toDigit(await readImage(file, index));
  if (digit === undefined) {
    const got = 'a uniform image';
    throw new DataError({ place: file, expected: 'a digit on a plain background', got });
  }
  const { pixels, side, changes } = digit;
  if (image?.width !== side || image.height !== side) {
    const expected = `a model of images of ${side} × ${side} pixels`;
    throw new UsageError(`predict: expected ${expected}, got one of ${image?.width} × ${image?.height}`);
  }
  if (changes.length > 0) output.note(`${file}: ${changes.join(', ')}`);
  return {
    row: toShares(pixels),
    file,
    ...(index === undefined ? {} : { index }),
    picture: { ...image, pixels },
  };
}

/** The rows of a CSV file, read as the file that the model was trained on. */
export async function csvInputs(
  file: string,
  model: TrainedModel,
  output: Output,
): Promise<readonly PredictionInput[]> {
  const { data } = model.experiment;
  if (model.signature.image !== undefined) return pictureRows(file, await csv(file), model.signature.image);
  const { categories = {}, means } = model.signature;
  const { header, delimiter, decimal, missing } = data.source === 'csv' ? data : {};
  const dialect = { header, delimiter, decimal, missing };
  const { inputs, targets } = chosenColumns(file, await csvNames(file, dialect), model);
  const chosen = [...inputs, ...targets];
  const read = await csv(file, {
    ...dialect,
    columns: chosen,
    categories: Object.fromEntries(Object.entries(categories).filter(([name]) => chosen.includes(name))),
  });
  const onMissing = data.source === 'csv' ? data.onMissing : 'drop';
  const fill = typeof onMissing === 'number' ? onMissing : means;
  const table = fill === undefined ? read : filledInputs(read, inputs, fill);
  const columnsOf = (names: readonly string[]): readonly Float64Array[] =>
    names.flatMap((name) => table.namesOf(name)).map((name) => table.column(name));
  const [inputColumns, targetColumns] = [columnsOf(inputs), columnsOf(targets)];
  const samples: PredictionInput[] = [];
  for (let index = 0; index < table.length; index++) {
    const row = inputColumns.map((column) => column[index]!);
    const truth = targetColumns.map((column) => column[index]!);
    if (row.some(Number.isNaN)) continue;
    const isKnown = truth.length > 0 && !truth.some(Number.isNaN);
    samples.push({ row, file, index, ...(isKnown ? { truth } : {}) });
  }
  const left = table.length - samples.length;
  if (left > 0) output.note(`${file}: ${plural(left, 'row')} with missing values dropped`);
  return samples;
}

/** A table with numbers in the place of missing inputs; a missing target stays unknown. */
function filledInputs(
  table: Table,
  inputs: readonly string[],
  fill: number | Readonly<Record<string, number>>,
): Table {
  const names = new Set(inputs.flatMap((name) => table.namesOf(name)));
  const columns = table.columns.map((column, i) => {
    const name = table.names[i]!;
    if (!names.has(name)) return column;
    return new Table(table.place, { names: [name], columns: [column] }).fillMissing(fill).columns[0]!;
  });
  return new Table(table.place, { ...table, columns });
}

/** Rows of pixels 0 … 255, with or without the label before them, as in MNIST's CSV form. */
function pictureRows(
  file: string,
  table: Table,
  image: { readonly width: number; readonly height: number },
): readonly PredictionInput[] {
  const count = image.width * image.height;
  const columns = table.names.length;
  if (columns !== count && columns !== count + 1) {
    const expected = `${count} pixels per row, or ${count + 1} numbers with the label first`;
    throw new DataError({ place: file, expected, got: `${columns} columns` });
  }
  return Array.from({ length: table.length }, (_, index) => {
    const values = table.get(index);
    const shades = values.slice(columns - count);
    const wrong = shades.find((shade) => !Number.isInteger(shade) || shade < 0 || shade > 255);
    if (wrong !== undefined) {
      throw new DataError({
        place: `${file}, sample ${index}`,
        expected: 'pixels in [0, 255]',
        got: `${wrong}`,
      });
    }
    const pixels = Uint8Array.from(shades);
    const truth = columns > count ? { truth: values.slice(0, 1) } : {};
    return { row: toShares(pixels), file, index, ...truth, picture: { ...image, pixels } };
  });
}

/** The columns that hold inputs, and those that hold targets: by name, or in a file without names by their order. */
function chosenColumns(
  file: string,
  names: readonly string[],
  { signature, experiment: { data } }: TrainedModel,
): { readonly inputs: readonly string[]; readonly targets: readonly string[] } {
  const { outputNames, isLabelled } = signature;
  const inputNames = sourceNames(signature);
  const here = new Set(names);
  const has = (wanted: readonly string[]): boolean => wanted.every((name) => here.has(name));
  if (has(inputNames)) {
    const known = data.source === 'csv' ? data.targets : undefined;
    const label = known?.find((name) => typeof name === 'string' && here.has(name));
    if (isLabelled && known?.some((name) => typeof name === 'string')) {
      return { inputs: inputNames, targets: typeof label === 'string' ? [label] : [] };
    }
    const others = names.filter((name) => !inputNames.includes(name));
    if (isLabelled) return { inputs: inputNames, targets: others.length === 1 ? others : [] };
    return { inputs: inputNames, targets: has(outputNames) ? outputNames : [] };
  }
  const isNamed = !/^\d+$/.test(names[0] ?? '');
  if (isNamed) {
    const missing = inputNames.filter((name) => !here.has(name));
    const expected = `the columns ${shortList(inputNames)}`;
    throw new DataError({ place: file, expected, got: `${shortList(names)}, without ${shortList(missing)}` });
  }
  const inputs = inputNames.length;
  const all = inputs + (isLabelled ? 1 : outputNames.length);
  if (names.length !== inputs && names.length !== all) {
    const expected = `${inputs} columns (${shortList(inputNames)}), or ${all} with the targets after them`;
    throw new DataError({ place: file, expected, got: `${names.length}` });
  }
  return { inputs: names.slice(0, inputs), targets: names.slice(inputs) };
}

/** Names of the input columns in a file, where columns of words stand for those that they become. */
function sourceNames({ inputNames, categories = {} }: TrainedModel['signature']): readonly string[] {
  const sources = new Map<string, string>(
    Object.entries(categories).flatMap(([name, { encoding, values }]) =>
      encoding === 'oneHot' ? values.map((value) => [`${name}=${value}`, name] as const) : [],
    ),
  );
  return [...new Set(inputNames.map((name) => sources.get(name) ?? name))];
}

const shortList = (names: readonly string[]): string =>
  names.slice(0, 10).join(', ') + (names.length > 10 ? `, … (${names.length - 10} more)` : '');

const toPixels = (shares: readonly number[]): Uint8Array =>
  Uint8Array.from(shares, (share) => Math.round(255 * share));

const toShares = (pixels: Uint8Array): number[] => Array.from(pixels, (pixel) => pixel / 255);

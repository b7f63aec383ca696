import { csv, DataError, sources, type Table } from '@kindling/data';
import { loadExperimentData, type TrainedModel } from '@kindling/train';
import { toDigit } from '../../image/digit.ts';
import { readImage } from '../../image/read-image.ts';
import { downloadNotes } from '../../terminal/download-notes.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';

/** Something that a model is to say what it makes of. */
export interface Question {
  /** The inputs, in the data's units. */
  readonly row: readonly number[];
  /** Its place in a file or in the data, counted from 0. */
  readonly index?: number;
  readonly file?: string;
  /** The right answers, where they are known: the class, or a number for each target. */
  readonly truth?: readonly number[];
  /** The picture that the inputs are, 0 black to 255 white. */
  readonly picture?: { readonly pixels: Uint8Array; readonly width: number; readonly height: number };
}

/** `--row 0,1` */
export function rowQuestion(text: string, { signature: { inputNames, inputShape } }: TrainedModel): Question {
  const words = text.split(/[,;\s]+/).filter((word) => word !== '');
  const wrong = words.find((word) => !Number.isFinite(Number(word)));
  if (wrong !== undefined) {
    throw new UsageError(
      `--row: expected numbers with commas between them, got ${JSON.stringify(wrong)} among them`,
    );
  }
  const count = inputShape.reduce((product, size) => product * size, 1);
  if (words.length !== count) {
    const names = inputNames.length > 0 ? ` (${inputNames.join(', ')})` : '';
    throw new UsageError(`--row: expected ${count} numbers${names}, got ${words.length}`);
  }
  return { row: words.map(Number) };
}

/** `--index 42`: a held-back sample, or one of those to train on where none is held back. */
export async function indexQuestion(
  index: number,
  { experiment }: TrainedModel,
  output: Output,
): Promise<Question> {
  const { data } = experiment;
  const files = { onEvent: downloadNotes(output) };
  if (data.validation === 'test') {
    const set =
      data.source === 'digits'
        ? await sources.digits.load({ split: 'test', seed: data.seed, count: data.test })
        : await sources.mnist.load({ split: 'test', ...files });
    checkIndex(index, set.length, 'held-back samples');
    const { image: pixels, label } = set.get(index);
    const { width, height } = set;
    return { row: toShares(pixels), index, truth: [label], picture: { pixels, width, height } };
  }
  const unscaled = { ...experiment, device: 'cpu', data: { ...data, scale: { input: 1, target: 1 } } };
  const { train, validation, image, isLabelled } = await loadExperimentData(unscaled, files);
  const samples = validation ?? train;
  checkIndex(index, samples.length, validation ? 'held-back samples' : 'samples');
  const [input, target] = samples.get(index);
  const row = [...input.data()];
  const truth = isLabelled && target.ndim > 0 ? [target.argmax().item()] : [...target.data()];
  if (image === undefined) return { row, index, truth };
  return { row, index, truth, picture: { ...image, pixels: toPixels(row) } };
}

function checkIndex(index: number, count: number, what: string): void {
  if (index < count) return;
  throw new UsageError(`--index: expected a number below ${count}, the number of ${what}, got ${index}`);
}

/** A picture in a file. */
export async function pictureQuestion(
  file: string,
  index: number | undefined,
  { signature: { image } }: TrainedModel,
  output: Output,
): Promise<Question> {
  const digit = toDigit(await readImage(file, index));
  if (digit === undefined) {
    const got = 'a picture in one shade';
    throw new DataError({ place: file, expected: 'a digit on a plain background', got });
  }
  const { pixels, side, changes } = digit;
  if (image?.width !== side || image.height !== side) {
    const expected = `a model of pictures of ${side} × ${side} pixels`;
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

/** The rows of a CSV file. */
export async function csvQuestions(file: string, model: TrainedModel): Promise<readonly Question[]> {
  const table = await csv(file);
  if (model.signature.image !== undefined) return pictureRows(file, table, model.signature.image);
  const { inputs, targets } = chosenColumns(file, table, model);
  return Array.from({ length: table.length }, (_, index) => {
    const values = (names: readonly string[]): number[] => names.map((name) => table.column(name)[index]!);
    return { row: values(inputs), file, index, ...(targets.length > 0 ? { truth: values(targets) } : {}) };
  });
}

/** Rows of pixels 0 … 255, with or without the label before them, as in MNIST's CSV form. */
function pictureRows(
  file: string,
  table: Table,
  image: { readonly width: number; readonly height: number },
): readonly Question[] {
  const count = image.width * image.height;
  const columns = table.names.length;
  if (columns !== count && columns !== count + 1) {
    const expected = `${count} pixels a row, or ${count + 1} numbers with the label first`;
    throw new DataError({ place: file, expected, got: `${columns} columns` });
  }
  return Array.from({ length: table.length }, (_, index) => {
    const values = table.get(index);
    const pixels = Uint8Array.from(values.slice(columns - count));
    const truth = columns > count ? { truth: values.slice(0, 1) } : {};
    return { row: toShares(pixels), file, index, ...truth, picture: { ...image, pixels } };
  });
}

/** The columns that hold inputs, and those that hold answers: by name, or in a file without names by their order. */
function chosenColumns(
  file: string,
  { names }: Table,
  { signature: { inputNames, outputNames, isLabelled } }: TrainedModel,
): { readonly inputs: readonly string[]; readonly targets: readonly string[] } {
  const has = (wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  if (has(inputNames)) {
    const others = names.filter((name) => !inputNames.includes(name));
    if (isLabelled) return { inputs: inputNames, targets: others.length === 1 ? others : [] };
    return { inputs: inputNames, targets: has(outputNames) ? outputNames : [] };
  }
  const isNamed = !/^\d+$/.test(names[0] ?? '');
  if (isNamed) {
    const expected = `the columns ${inputNames.join(', ')}`;
    throw new DataError({ place: file, expected, got: names.join(', ') });
  }
  const inputs = inputNames.length;
  const all = inputs + (isLabelled ? 1 : outputNames.length);
  if (names.length !== inputs && names.length !== all) {
    const expected = `${inputs} columns (${inputNames.join(', ')}), or ${all} with the answers behind them`;
    throw new DataError({ place: file, expected, got: `${names.length}` });
  }
  return { inputs: names.slice(0, inputs), targets: names.slice(inputs) };
}

const toPixels = (shares: readonly number[]): Uint8Array =>
  Uint8Array.from(shares, (share) => Math.round(255 * share));

const toShares = (pixels: Uint8Array): number[] => Array.from(pixels, (pixel) => pixel / 255);

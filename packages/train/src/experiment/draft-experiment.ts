import { checkOptions } from '@kindling/core/internal';
import { DataError, type TableProfile, tableFindings } from '@kindling/data';
import { type ColumnDraft, type ColumnDraftOptions, draftColumns } from './draft-columns.ts';
import type { ExperimentInput } from './experiment-schema.ts';
import { parseExperiment } from './parse-experiment.ts';

export interface DraftOptions extends ColumnDraftOptions {
  readonly name: string;
  /** The file, from the folder of the experiment. */
  readonly path: string;
  /** Sizes of the hidden layers. Default: by the number of inputs and rows. */
  readonly hidden?: readonly number[] | undefined;
  /** Default: by the number of rows. */
  readonly epochs?: number | undefined;
}

/** An experiment that was made up for a file, and why it is as it is. */
export interface ExperimentDraft {
  readonly document: ExperimentInput;
  /** Remarks by the path that they are about, such as `data.targets`. */
  readonly comments: ReadonlyMap<string, string>;
}

/** Share that is held back, and the rows from which on something is. */
const validation = { share: 0.2, rows: 50 };

/** The largest size of numbers that needs no normalization. */
const largeInput = 10;

/** Steps of training that small problems take, and limits of the epochs for it. */
const usualSteps = 3000;
const [minEpochs, maxEpochs] = [10, 300];

/**
 * An experiment for the table of a CSV file: which columns go in, what is predicted and by which loss, a perceptron of a size that
 * fits, batches and epochs. A starting point that trains; each choice has a remark.
 *
 * @throws DataError for a file that cannot be trained on, and a target that does not fit the task; ExperimentError for a name, sizes
 *   or a number of epochs that no experiment has.
 */
export function draftExperiment(table: TableProfile, options: DraftOptions): ExperimentDraft {
  checkOptions('draftExperiment', options, {
    name: true,
    path: true,
    target: true,
    task: true,
    hidden: true,
    epochs: true,
  });
  const [wrong] = tableFindings(table, options.target).filter(({ level }) => level === 'error');
  if (wrong !== undefined) {
    throw new DataError({
      place: table.place,
      expected: 'a table that can be trained on',
      got: wrong.message,
    });
  }
  const columns = draftColumns(table, options);
  const comments = new Map<string, string>();
  const data = draftData(table, columns, options, comments);
  const isFew = data.rows < 500;
  const hidden = options.hidden ?? (isFew ? [data.width] : [data.width, data.width / 2]);
  const outputs = columns.task === 'classes' ? columns.classes.length : 1;
  const model = [
    ...(data.isNormalized ? (['batchNorm'] as const) : []),
    ...hidden.flatMap((out) => [{ type: 'linear', out } as const, 'relu' as const]),
    { type: 'linear', out: outputs } as const,
  ];
  comments.set('model', modelComment(columns, data.isNormalized, outputs));

  const stepsPerEpoch =
    data.batchSize === 'full' ? 1 : Math.max(1, Math.floor(data.trained / data.batchSize));
  const usual = Math.ceil(usualSteps / stepsPerEpoch);
  const epochs = options.epochs ?? Math.min(maxEpochs, Math.max(minEpochs, usual));
  if (options.epochs === undefined)
    comments.set('epochs', `${stepsPerEpoch === 1 ? '1 step' : `${stepsPerEpoch} steps`} per epoch`);
  const lr = data.rows < 5000 ? 0.01 : 0.001;
  comments.set('optimizer', 'raise lr if the loss falls slowly, lower lr if the loss jumps');
  const loss = ({ classes: 'crossEntropy', binary: 'bceWithLogits', number: 'mse' } as const)[columns.task];
  comments.set('loss', lossComments[columns.task]);
  const patience = Math.max(5, Math.round(epochs / 10));
  const document: ExperimentInput = {
    name: options.name,
    description: summary(table, columns),
    seed: 1,
    data: data.document,
    model,
    loss,
    optimizer: { type: 'adam', lr },
    epochs,
    metrics: metricsOf(columns),
    ...(data.document.validation === undefined ? {} : { earlyStopping: { patience } }),
  };
  // Names and sizes were given by the caller.
  parseExperiment(document);
  return { document, comments };
}

const lossComments = {
  classes: 'takes logits: no softmax at the end of the model',
  binary: 'takes logits: no sigmoid at the end of the model',
  number: 'mean squared error, in units of scale.target',
} as const;

const metricsOf = ({ task }: ColumnDraft): NonNullable<ExperimentInput['metrics']> =>
  task === 'number'
    ? ['mae', 'r2']
    : task === 'binary'
      ? ['accuracy', 'f1']
      : ['accuracy', 'confusionMatrix'];

function modelComment({ task, classes }: ColumnDraft, isNormalized: boolean, outputs: number): string {
  const last =
    task === 'classes'
      ? `the scores of ${outputs} classes: ${classes.slice(0, 5).join(', ')}${outputs > 5 ? ', …' : ''}`
      : 'one value';
  return `${isNormalized ? 'batchNorm normalizes the columns; ' : ''}the last layer outputs ${last}`;
}

function summary({ place }: TableProfile, { target, task, numbers, words }: ColumnDraft): string {
  const what = {
    classes: `the class ${target.name}`,
    binary: `whether ${target.name} is 1`,
    number: target.name,
  };
  const file = place.split(/[\\/]/).at(-1);
  return `Predicts ${what[task]} from ${numbers.length + words.length} columns of ${file}.`;
}

type CsvData = Extract<ExperimentInput['data'], { source: 'csv' }>;

interface DataDraft {
  readonly document: CsvData;
  readonly batchSize: number | 'full';
  /** Rows in all, and those to train on. */
  readonly rows: number;
  readonly trained: number;
  /** Size of the first hidden layer. */
  readonly width: number;
  readonly isNormalized: boolean;
}

function draftData(
  table: TableProfile,
  columns: ColumnDraft,
  { path }: DraftOptions,
  comments: Map<string, string>,
): DataDraft {
  const { target, task, numbers, words, excluded, missing, isCoded } = columns;
  const inputs = [...numbers, ...words];
  // Words among numbers are spellings of missing values.
  const spelled = numbers.reduce((sum, { words: among }) => sum + among, 0);
  const unknown = inputs.reduce((sum, column) => sum + column.missing, spelled);
  const onMissing = unknown > 0.05 * table.rows ? 'mean' : 'drop';
  const lost = target.missing + (onMissing === 'drop' ? unknown : 0);
  const rows = Math.max(1, table.rows - lost);
  const isHeldBack = rows >= validation.rows;
  const trained = isHeldBack ? rows - Math.round(validation.share * rows) : rows;
  const batchSize = batchSizeFor(trained);
  const isNormalized =
    trained >= 4 && numbers.some(({ min = 0, max = 0 }) => Math.max(-min, max) > largeInput);
  const categories = Object.fromEntries([
    ...words.map(({ name }) => [name, 'oneHot'] as const),
    ...(isCoded ? [[target.name, 'codes'] as const] : []),
  ]);
  const scale = task === 'number' ? targetScale(target.min ?? 0, target.max ?? 0) : 1;
  const dropLast =
    isNormalized &&
    batchSize !== 'full' &&
    (missing.length > 0 || trained % batchSize === 1) &&
    trained > batchSize;
  const say = (key: string, text: string): void => {
    comments.set(`data.${key}`, text);
  };
  say(
    'targets',
    task === 'number' ? `numbers from ${target.min} to ${target.max}` : `${target.distinct} classes`,
  );
  if (excluded.length > 0)
    say('exclude', excluded.map(({ name, reason }) => `${name}: ${reason}`).join('; '));
  if (words.length > 0) say('categories', 'oneHot: a column of 0 and 1 for each category');
  if (lost > 0 || unknown > 0)
    say('missing', `${unknown} missing inputs and ${target.missing} missing targets`);
  if (scale !== 1) say('scale', 'keeps the loss near 1; predictions are in the units of the file');
  if (isHeldBack) say('validation', `${rows - trained} validation rows`);
  if (dropLast) say('dropLast', 'batchNorm cannot normalize a last batch of one row');
  const isClear = table.header && !table.isHeaderUnclear;
  return {
    document: {
      source: 'csv',
      path,
      ...(isClear ? {} : { header: table.header }),
      ...(table.delimiter === ',' ? {} : { delimiter: table.delimiter }),
      ...(table.decimal === '.' ? {} : { decimal: table.decimal }),
      targets: [target.name],
      ...(excluded.length === 0 ? {} : { exclude: excluded.map(({ name }) => name) }),
      ...(Object.keys(categories).length === 0 ? {} : { categories }),
      ...(missing.length === 0 ? {} : { missing: [...missing], onMissing }),
      ...(task === 'classes' ? { target: 'index' } : {}),
      ...(scale === 1 ? {} : { scale: { target: scale } }),
      batchSize,
      ...(batchSize === 'full' ? {} : { shuffle: true }),
      ...(dropLast ? { dropLast } : {}),
      ...(isHeldBack ? { validation: validation.share } : {}),
    },
    batchSize,
    rows,
    trained,
    width: hiddenWidth(numbers.length + words.reduce((sum, { distinct }) => sum + distinct, 0)),
    isNormalized,
  };
}

function batchSizeFor(rows: number): number | 'full' {
  if (rows <= 64) return 'full';
  return rows < 500 ? 16 : rows < 5000 ? 32 : rows < 20_000 ? 64 : 128;
}

/** The power of two from 8 to 128 that is twice the inputs or a little more. */
const hiddenWidth = (inputs: number): number =>
  Math.min(128, Math.max(8, 2 ** Math.ceil(Math.log2(2 * inputs))));

/** The power of ten that brings the largest number to one digit before the point. */
function targetScale(min: number, max: number): number {
  const largest = Math.max(-min, max);
  if (largest === 0 || (largest >= 0.1 && largest <= 10)) return 1;
  return Number(`1e${-Math.floor(Math.log10(largest))}`);
}

import { Generator, type Tensor } from '@kindling/core';
import {
  characterWindows,
  csv,
  DataError,
  ReversedSequences,
  readText,
  type SeriesWindows,
  seriesWindows,
  sineWave,
  TensorDataset,
  type TextWindows,
  tokenWindows,
} from '@kindling/data';
import { outputsPerTarget } from '../losses/loss-descriptors.ts';
import type { Place } from './check-columns.ts';
import type { DataSettings, ExperimentData, Samples } from './experiment-data.ts';
import { inputIndices } from './input-indices.ts';
import type { SequenceData } from './sequence-shape.ts';

type Of<S extends SequenceData['source']> = Extract<SequenceData, { source: S }>;

/** Sequences that are drawn for an evaluation, at most. */
const EVALUATED = 1024;

/** The samples of sources of sequences. @throws DataError for a text or a series that is too short, or not to be had. */
export async function sequenceData(
  data: SequenceData,
  settings: DataSettings,
  place: Place,
): Promise<ExperimentData> {
  const indices = inputIndices({ model: settings.model ?? [] });
  switch (data.source) {
    case 'text':
      return textData(await textWindows(data, indices !== undefined), data, indices, place);
    case 'series':
      return seriesData(await csvWindows(data), data, settings, place);
    case 'sine':
      return seriesData(sineWindows(data), data, settings, place);
    case 'reversal':
      return reversalData(data, settings.seed, indices, place);
  }
}

async function textWindows(data: Of<'text'>, asIndices: boolean): Promise<TextWindows> {
  const { window, stride, vocabulary, unit, path } = data;
  const text = data.text ?? (await readText(path!));
  const options = {
    window,
    stride,
    ...(vocabulary === undefined ? {} : { vocabulary }),
    encoding: asIndices ? 'index' : 'oneHot',
    place: path ?? 'data.text',
  } as const;
  return unit === 'characters' ? characterWindows(text, options) : tokenWindows(text, options);
}

function textData(
  windows: TextWindows,
  { limit, validation }: Of<'text'>,
  indices: number | undefined,
  place: Place,
): ExperimentData {
  const { entries } = windows.vocabulary;
  checkVocabulary(entries.length, indices);
  const [input, target] = windows.tensors({ device: place.device }).tensors;
  return {
    ...inOrder(
      new TensorDataset(indices === undefined ? input.to(place.dtype) : input, target),
      limit,
      validation,
    ),
    ...classesOf(entries, windows.window, indices !== undefined),
  };
}

/** What is known of samples that have a class at each place. */
const classesOf = (entries: readonly string[], length: number, areIndices: boolean) => ({
  inputShape: areIndices ? [length] : [length, entries.length],
  outputs: entries.length,
  outputShape: [length, entries.length],
  inputNames: [],
  outputNames: entries,
  isLabelled: true,
  image: undefined,
  vocabulary: entries,
  notes: [],
});

function checkVocabulary(entries: number, indices: number | undefined): void {
  if (indices === undefined || indices >= entries) return;
  throw new DataError({
    place: 'model.0.numEmbeddings',
    expected: `at least ${entries}, the entries of the vocabulary`,
    got: String(indices),
  });
}

const sineWindows = ({ steps, delta, window, stride, horizon }: Of<'sine'>): SeriesWindows =>
  seriesWindows(sineWave(steps, delta), { window, stride, horizon });

async function csvWindows(data: Of<'series'>): Promise<SeriesWindows> {
  const { path, header, delimiter, decimal, inputs, targets, window, stride, horizon } = data;
  const table = await csv(path, { header, delimiter, decimal });
  return seriesWindows(table, {
    window,
    stride,
    horizon,
    ...(inputs === undefined ? {} : { inputs }),
    ...(targets === undefined ? {} : { targets }),
  });
}

function seriesData(
  windows: SeriesWindows,
  { limit, validation, scale, shift = 0, horizon }: Of<'series' | 'sine'>,
  { loss }: Pick<DataSettings, 'loss'>,
  { device, dtype }: Place,
): ExperimentData {
  const [input, target] = windows.tensors({ device }).tensors.map((values) => values.to(dtype)) as [
    Tensor,
    Tensor,
  ];
  const factored = (values: Tensor, factor: number) => (factor === 1 ? values : values.mul(factor));
  const scaled = factored(input, scale.input);
  const outputs = target.shape[1]! * (loss === undefined ? 1 : outputsPerTarget(loss));
  const { columns } = windows;
  const names = (count: number, of: string) => Array.from({ length: count }, (_, i) => `${of}${i + 1}`);
  return {
    ...inOrder(
      new TensorDataset(shift === 0 ? scaled : scaled.add(shift), factored(target, scale.target)),
      limit,
      validation,
    ),
    inputShape: [windows.window, columns.inputs],
    outputs,
    outputShape: [outputs],
    inputNames: [],
    outputNames: target.shape[1] === 1 ? ['next'] : names(horizon * columns.targets, 'next'),
    isLabelled: false,
    image: undefined,
    notes: [],
  };
}

function reversalData(
  { sequenceLength, classes, train, limit = train, validation }: Of<'reversal'>,
  seed: number,
  indices: number | undefined,
  { device, dtype }: Place,
): ExperimentData {
  checkVocabulary(classes, indices);
  const count = Math.min(limit, train);
  const generator = new Generator(seed);
  const encoded = ([input, target]: readonly [Tensor, Tensor]): [Tensor, Tensor] => [
    indices === undefined ? input.oneHot(classes).to(dtype) : input,
    target,
  ];
  const drawn = (length: number): Samples =>
    new TensorDataset(
      ...encoded(
        new ReversedSequences({ count: length, sequenceLength, classes, generator }).tensors({ device })
          .tensors,
      ),
    );
  const sequences = new ReversedSequences({ count, sequenceLength, classes });
  const entries = Array.from({ length: classes }, (_, i) => String(i));
  return {
    train: drawn(Math.min(count, EVALUATED)),
    validation:
      typeof validation === 'number' ? drawn(Math.max(1, Math.round(validation * count))) : undefined,
    drawn: {
      length: count,
      get: (index) => encoded(sequences.get(index)),
      batch: (rows) =>
        encoded(sequences.batch(rows).map((values) => values.to({ device })) as [Tensor, Tensor]),
    },
    ...classesOf(entries, sequenceLength, indices !== undefined),
  };
}

/** The first samples in their order, and as validation samples the last share of them: windows next to each other overlap. */
function inOrder(
  all: Samples,
  limit = all.length,
  validation: number | 'test' | 'none' = 'none',
): Pick<ExperimentData, 'train' | 'validation'> {
  const count = Math.min(limit, all.length);
  const part = (from: number, to: number): Samples =>
    from === 0 && to === all.length
      ? all
      : new TensorDataset(
          ...(all.tensors.map((values) => values.narrow(0, from, to - from)) as [Tensor, Tensor]),
        );
  if (typeof validation !== 'number') return { train: part(0, count), validation: undefined };
  const kept = count - Math.round(validation * count);
  if (kept === 0 || kept === count) {
    throw new DataError({
      place: 'data.validation',
      expected: `a fraction of ${count} samples that leaves some for training and for validation`,
      got: String(validation),
    });
  }
  return { train: part(0, kept), validation: part(kept, count) };
}

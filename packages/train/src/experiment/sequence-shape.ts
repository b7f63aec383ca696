import type { Shape } from '../layers/layer-descriptor.ts';
import type { Experiment } from './experiment-schema.ts';

type Data = Experiment['data'];

/** Where samples are pieces of sequences. */
export type SequenceData = Extract<Data, { source: 'text' | 'series' | 'sine' | 'reversal' }>;

export const isSequenceData = (data: Data): data is SequenceData =>
  data.source === 'text' || data.source === 'series' || data.source === 'sine' || data.source === 'reversal';

/** Number of characters or tokens that a text is made of; NaN where only its file tells. */
function vocabularySize({ vocabulary, text, unit }: Extract<Data, { source: 'text' }>): number {
  if (vocabulary !== undefined) return [...vocabulary].length;
  return text === undefined || unit === 'tokens' ? Number.NaN : new Set(text).size;
}

/** Shape of a sample: indices in a row, where the model begins with a layer that takes such, else a vector for each place. */
export function sequenceShape(data: SequenceData, takesIndices: boolean): Shape {
  switch (data.source) {
    case 'text':
      return takesIndices ? [data.window] : [data.window, vocabularySize(data)];
    case 'reversal':
      return takesIndices ? [data.sequenceLength] : [data.sequenceLength, data.classes];
    case 'series':
      return [data.window, data.inputs?.length ?? Number.NaN];
    case 'sine':
      return [data.window, 1];
  }
}

/** Numbers that a model gives for a sample: for each place a score of each class, or for each value that follows one. */
export function sequenceOutputs(data: SequenceData): Shape {
  switch (data.source) {
    case 'text':
      return [data.window, vocabularySize(data)];
    case 'reversal':
      return [data.sequenceLength, data.classes];
    case 'series':
      return [data.horizon * (data.targets?.length ?? 1)];
    case 'sine':
      return [data.horizon];
  }
}

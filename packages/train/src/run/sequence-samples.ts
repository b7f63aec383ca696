import { scope, type Tensor } from '@kindling/core';
import type { SampleEvent } from '../events/event.ts';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import type { Trainer } from '../trainer/trainer.ts';

/** How many sequences are shown. */
const SHOWN = 5;

/**
 * What a model gives for the first sequences of the validation samples, or else of the training samples, as a `text` sample: a line a
 * sequence, with the one that was asked for where it is another. Undefined where samples are no sequences of classes.
 */
export function sequenceSample(
  trainer: Trainer,
  { train, validation, vocabulary }: Pick<ExperimentData, 'train' | 'validation' | 'vocabulary'>,
): SampleEvent | undefined {
  if (vocabulary === undefined) return undefined;
  const [inputs, targets] = (validation ?? train).tensors;
  const { epoch, step } = trainer;
  const text = scope(() => {
    const count = Math.min(SHOWN, inputs.shape[0]!);
    const input = inputs.narrow(0, 0, count);
    const classes = trainer.predict(input).argmax(-1);
    const [given, found, asked] = [
      input.ndim > 2 ? input.argmax(-1) : input,
      classes,
      targets.narrow(0, 0, count),
    ].map((codes) => textsOf(codes, vocabulary)) as [string[], string[], string[]];
    return given
      .map((own, i) => `${own} → ${found[i]}${found[i] === asked[i] ? '' : ` (${asked[i]})`}`)
      .join('\n');
  });
  return { type: 'sample', kind: 'text', name: 'predictions', epoch, step, text, time: Date.now() };
}

/** Rows of indices as texts: characters side by side, tokens with spaces between them. */
function textsOf(codes: Tensor, vocabulary: readonly string[]): string[] {
  const [rows, length] = codes.shape as [number, number];
  const values = codes.data();
  const between = vocabulary.every((entry) => [...entry].length === 1) ? '' : ' ';
  return Array.from({ length: rows }, (_, i) =>
    Array.from(values.subarray(i * length, (i + 1) * length), (code) => vocabulary[code] ?? '?').join(
      between,
    ),
  );
}

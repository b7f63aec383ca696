import { scope, tensor } from '@kindling/core';
import { toBase64 } from '@kindling/core/internal';
import type { SampleEvent } from '../events/event.ts';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { bytesOf } from './picture-bytes.ts';

/** Pictures that are shown at most, and images that are predicted together. */
const PICTURES = 32;
const TOGETHER = 1000;

/** The first validation images that a model takes for another class, as a sample of pictures named `wrong`; none where it takes none so. */
export function wrongPictures(
  trainer: Trainer,
  { validation, image, isLabelled }: Pick<ExperimentData, 'validation' | 'image' | 'isLabelled'>,
  scale: Pick<Experiment['data'], 'scale' | 'shift'>,
): SampleEvent[] {
  if (validation === undefined || image === undefined || !isLabelled) return [];
  const [inputs, targets] = validation.tensors;
  const { device } = inputs;
  const labels = scope(() => (targets.ndim > 1 ? targets.argmax(1) : targets).data());
  const wrong: { readonly index: number; readonly prediction: number }[] = [];
  for (let from = 0; from < validation.length && wrong.length < PICTURES; from += TOGETHER) {
    const count = Math.min(TOGETHER, validation.length - from);
    const classes = scope(() =>
      trainer
        .predict(inputs.narrow(0, from, count))
        .argmax(1)
        .data(),
    );
    for (let i = 0; i < count && wrong.length < PICTURES; i++) {
      if (classes[i] !== labels[from + i]) wrong.push({ index: from + i, prediction: classes[i]! });
    }
  }
  if (wrong.length === 0) return [];
  const rows = Int32Array.from(wrong, ({ index }) => index);
  const pixels = scope(() => toBase64(bytesOf(inputs.indexSelect(0, tensor(rows, { device })), scale)));
  return [
    {
      type: 'sample',
      kind: 'images',
      name: 'wrong',
      split: 'validation',
      epoch: trainer.epoch,
      step: trainer.step,
      ...image,
      pixels,
      labels: wrong.map(({ index }) => labels[index]!),
      predictions: wrong.map(({ prediction }) => prediction),
      time: Date.now(),
    },
  ];
}

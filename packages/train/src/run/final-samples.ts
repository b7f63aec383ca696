import { scope, type Tensor } from '@kindling/core';
import { toBase64 } from '@kindling/core/internal';
import type { SampleEvent } from '../events/event.ts';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { predictionsOf } from '../losses/predictions.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { bytesOf } from './picture-bytes.ts';

/** How many pictures, and how many rows, are shown at most. */
const PICTURES = 25;
const ROWS = 200;

type Columns = Record<string, number[]>;

/** The columns of a matrix by name, divided by the factor that the data was multiplied with. */
function columns(names: readonly string[], matrix: Tensor, factor: number): Columns {
  const values = matrix.data();
  const rows = values.length / names.length;
  return Object.fromEntries(
    names.map((name, j) => [
      name,
      Array.from({ length: rows }, (_, i) => values[i * names.length + j]! / factor),
    ]),
  );
}

/** Predictions of a trained model for some samples, of the validation samples where there are any: digits with answers, rows with predictions. */
export function finalSamples(
  trainer: Trainer,
  { train, validation, image, isLabelled, inputNames, outputNames }: ExperimentData,
  { loss, scale, shift = 0 }: Pick<Experiment, 'loss'> & Pick<Experiment['data'], 'scale' | 'shift'>,
): SampleEvent[] {
  const [inputs, targets] = (validation ?? train).tensors;
  const split = validation === undefined ? 'train' : 'validation';
  const at = { type: 'sample', epoch: trainer.epoch, step: trainer.step, split, time: Date.now() } as const;
  return scope(() => {
    const count = Math.min(inputs.shape[0]!, image === undefined ? ROWS : PICTURES);
    const input = inputs.narrow(0, 0, count);
    const target = targets.narrow(0, 0, count);
    const output = trainer.predict(input);
    if (image === undefined && !isLabelled) {
      return [
        {
          ...at,
          kind: 'predictions',
          input:
            input.ndim > 2
              ? { window: Array.from({ length: count }, (_, i) => i) }
              : columns(inputNames, shift === 0 ? input : input.sub(shift), scale.input),
          target: columns(outputNames, target, scale.target),
          prediction: columns(outputNames, predictionsOf(loss, output), scale.target),
        },
      ];
    }
    if (image === undefined) return [];
    const labels = target.ndim > 1 ? target.argmax(1) : target;
    return [
      {
        ...at,
        kind: 'images',
        ...image,
        pixels: toBase64(bytesOf(input, { scale, shift })),
        labels: [...labels.data()],
        predictions: [...output.argmax(1).data()],
      },
    ];
  });
}

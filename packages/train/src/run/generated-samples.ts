import { scope, type Tensor } from '@kindling/core';
import { toBase64 } from '@kindling/core/internal';
import type { SampleEvent } from '../events/event.ts';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import type { Callback, FitStatus } from '../trainer/callback.ts';
import type { TrainSteps } from '../trainer/train-steps.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { bytesOf } from './picture-bytes.ts';

/** How many pictures, and how many rows, are generated. */
const PICTURES = 32;
const ROWS = 200;

/** The model is shown at about so many moments of a training. */
const SHOWN_MOMENTS = 20;

export interface GeneratedSamplesOptions {
  /** Draws inputs of the model, the same at each call. */
  readonly probe: (count: number) => Tensor;
  readonly data: Pick<ExperimentData, 'image' | 'inputNames' | 'inputShape'>;
  readonly scale: Pick<Experiment['data'], 'scale' | 'shift'>;
  /** How many steps training takes, if nothing ends it before. */
  readonly steps: number;
  readonly emit: (event: SampleEvent) => void;
}

/** Logs in the course of training what a model generates from the same noise: pictures, or rows of numbers. */
export class GeneratedSamples implements Callback {
  readonly name = 'generatedSamples';
  readonly interval: number;
  readonly #options: GeneratedSamplesOptions;
  /** The step that was shown last. */
  #shown = -1;

  constructor(options: GeneratedSamplesOptions) {
    this.#options = options;
    this.interval = Math.max(1, Math.ceil(options.steps / SHOWN_MOMENTS));
  }

  onTrainStart(trainer: Trainer): void {
    if (trainer.step === 0) this.#show(trainer);
    else this.#shown = trainer.step;
  }

  onTrainBatchEnd(_steps: TrainSteps, trainer: Trainer): void {
    if (trainer.step % this.interval === 0) this.#show(trainer);
  }

  onTrainEnd(status: FitStatus, trainer: Trainer): void {
    // What is stopped may go on, and its log then is that of a training that never was.
    if (status === 'completed') this.#show(trainer);
  }

  #show(trainer: Trainer): void {
    const { step, epoch } = trainer;
    if (step === this.#shown) return;
    this.#shown = step;
    this.#options.emit(scope(() => this.#sample(trainer, { epoch, step })));
  }

  #sample(trainer: Trainer, at: Pick<SampleEvent, 'epoch' | 'step'>): SampleEvent {
    const { probe, data, scale, emit: _ } = this.#options;
    const event = { type: 'sample', name: 'generated', ...at, time: Date.now() } as const;
    if (data.image !== undefined) {
      const pixels = toBase64(bytesOf(trainer.predict(probe(PICTURES)), scale));
      return { ...event, kind: 'images', ...data.image, pixels };
    }
    const noise = probe(ROWS);
    const generated = trainer
      .predict(noise)
      .sub(scale.shift ?? 0)
      .div(scale.scale.input);
    return {
      ...event,
      kind: 'predictions',
      input: columnsOf(noise, (j) => `z${j + 1}`),
      target: {},
      prediction: columnsOf(generated, (j) => data.inputNames[j] ?? String(j + 1)),
    };
  }
}

/** The columns of a matrix, or of a batch whose samples are taken in a row, by name. */
function columnsOf(batch: Tensor, nameOf: (column: number) => string): Record<string, number[]> {
  const rows = batch.shape[0]!;
  const values = batch.data();
  const width = values.length / rows;
  return Object.fromEntries(
    Array.from({ length: width }, (_, j) => [
      nameOf(j),
      Array.from({ length: rows }, (_, i) => values[i * width + j]!),
    ]),
  );
}

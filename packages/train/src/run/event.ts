import { z } from 'zod';
import { toJson } from './json-number.ts';
import { jsonNumber } from './number-schema.ts';

const count = z.int().min(0);

/** Milliseconds since 1970 (UTC). */
const time = z.number();

/** Values by the metric's name: loss, accuracy, mae, r2. */
const metrics = z.record(z.string(), jsonNumber);

/** Measured on the training samples, and on those held back, where there are any. */
const measured = { train: metrics, validation: metrics.optional() };

export const runStartedSchema = z.object({
  type: z.literal('run-started'),
  /** Name of the run: its folder. */
  run: z.string(),
  /** As in `experiment.json`. */
  experiment: z.record(z.string(), z.unknown()),
  /** The device in use: `cpu`, `cuda:0`. */
  device: z.string(),
  /** Number of learned values. */
  parameters: count,
  time,
});

export const stepSchema = z.object({
  type: z.literal('step'),
  /** Counts from 0 over the whole run. */
  step: count,
  /** Counts from 0. */
  epoch: count,
  /** Loss of the batch before the step's update. */
  loss: jsonNumber,
  /** Learning rate of the step's update (of the first group of parameters). */
  lr: jsonNumber,
  time,
});

export const epochSchema = z.object({
  type: z.literal('epoch'),
  epoch: count,
  /** Steps taken until now. */
  step: count,
  /** `loss` is the mean over the epoch's batches, each before its update; everything else was measured at its end. */
  ...measured,
  /** Time that the epoch took, evaluation included. */
  seconds: z.number(),
  time,
});

export const checkpointSchema = z.object({
  type: z.literal('checkpoint'),
  /** Epochs that are through. */
  epoch: count,
  /** Steps taken until now. */
  step: count,
  /** `initial` is written before the first step, `best` when the watched value is better than ever. */
  kind: z.enum(['initial', 'last', 'best']),
  /** From the run's folder. */
  file: z.string(),
  /** The watched value, for `best`. */
  value: jsonNumber.optional(),
  time,
});

const at = { type: z.literal('sample'), epoch: count, step: count, time };
const column = z.array(jsonNumber);

/** A look at something small. */
export const sampleSchema = z.discriminatedUnion('kind', [
  /** Which training samples a batch holds: the first of them. */
  z.object({ ...at, kind: z.literal('batch'), indices: z.array(count) }),
  /** Length of the gradient of each parameter in the last step, from the first layer to the last. */
  z.object({ ...at, kind: z.literal('gradientNorms'), parameters: z.array(z.string()), norms: column }),
  /** Row i, column j: the number of samples of class i that were predicted as class j. */
  z.object({
    ...at,
    kind: z.literal('confusionMatrix'),
    split: z.enum(['train', 'validation']),
    classes: z.array(z.string()),
    counts: z.array(z.array(count)),
  }),
  /** Columns by name, in the data's units: one input (where a sample has one), targets and predictions. */
  z.object({
    ...at,
    kind: z.literal('predictions'),
    split: z.enum(['train', 'validation']),
    input: z.record(z.string(), column),
    target: z.record(z.string(), column),
    prediction: z.record(z.string(), column),
  }),
  /** Grey pictures, one after the other, row by row, a byte a pixel, in base64. */
  z.object({
    ...at,
    kind: z.literal('images'),
    split: z.enum(['train', 'validation']),
    height: count,
    width: count,
    pixels: z.base64(),
    labels: z.array(count),
    predictions: z.array(count),
  }),
]);

export const runStatuses = ['completed', 'stopped', 'diverged', 'failed'] as const;

export const runFinishedSchema = z.object({
  type: z.literal('run-finished'),
  /**
   * `completed`: all epochs, or as far as early stopping let it. `stopped`: interrupted after a checkpoint. `diverged`: the loss
   * was no finite number. `failed`: an error, whose message is in `error`.
   */
  status: z.enum(runStatuses),
  /** Why the run ended, in words: `all 25 epochs are done`, `early stopping: …`. Logs of before have none. */
  reason: z.string().optional(),
  /** Epochs that are through. */
  epoch: count,
  /** Steps taken. */
  step: count,
  /** Measured with the weights that training ended with; empty for a run that did not complete. */
  metrics: z.object({ train: metrics.optional(), validation: metrics.optional() }),
  /** Time spent training, over all resumptions. */
  seconds: z.number(),
  error: z.string().optional(),
  time,
});

/** A line of `events.jsonl`. */
export const runEventSchema = z.discriminatedUnion('type', [
  runStartedSchema,
  stepSchema,
  epochSchema,
  checkpointSchema,
  sampleSchema,
  runFinishedSchema,
]);

export type RunEvent = z.output<typeof runEventSchema>;
export type RunStatus = (typeof runStatuses)[number];
export type StepEvent = z.output<typeof stepSchema>;
export type CheckpointEvent = z.output<typeof checkpointSchema>;
export type EpochEvent = z.output<typeof epochSchema>;
export type SampleEvent = z.output<typeof sampleSchema>;

/** An event in one line of JSON, without the line's end. NaN and infinities become strings. */
export const formatEvent = (event: RunEvent): string => toJson(event);

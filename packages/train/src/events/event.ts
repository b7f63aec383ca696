import * as z from 'zod';
import { toJson } from './json-number.ts';
import { jsonNumber, jsonNumbers } from './number-schema.ts';

// Zod tries whether it may make code from text. A page's content security policy forbids it, and reports even an attempt that is caught.
if ('document' in globalThis || 'importScripts' in globalThis) z.config({ jitless: true });

const count = z.int().min(0);

/** Milliseconds since 1970 (UTC). */
const time = z.number();

/** Values by the metric's name: loss, accuracy, mae, r2, or any other. */
const metrics = z.record(z.string(), jsonNumber);

/** Metrics by group: `train`, `validation`, or what a loop of one's own calls it. */
export const metricGroups = z.record(z.string(), metrics.optional());

export const runStartedSchema = z.object({
  type: z.literal('run-started'),
  /** Name of the run: its folder. */
  run: z.string(),
  /** As in `experiment.json`. A run of `createRun` has `config` instead. */
  experiment: z.record(z.string(), z.unknown()).optional(),
  /** As in `config.json`: any JSON. */
  config: z.unknown().optional(),
  /** The device in use: `cpu`, `cuda:0`. */
  device: z.string().optional(),
  /** Number of learned values. */
  parameters: count.optional(),
  time,
});

export const stepSchema = z.object({
  type: z.literal('step'),
  /** Counts from 0 over the whole run. */
  step: count,
  /** Counts from 0. */
  epoch: count,
  /** Loss of the batch before the step's update. */
  loss: jsonNumber.optional(),
  /** Learning rate of the step's update (of the first group of parameters). */
  lr: jsonNumber.optional(),
  /** Whatever else a loop logs, by its name: `loss/generator`. */
  metrics: metrics.optional(),
  time,
});

/** Keys of an `epoch` event that are not groups of metrics. */
export const epochKeys = ['type', 'epoch', 'step', 'seconds', 'time'] as const;

export const epochSchema = z
  .object({
    type: z.literal('epoch'),
    epoch: count,
    /** Steps taken until now. */
    step: count,
    /**
     * Measured on the training samples. Of a run of an experiment `loss` is the mean over the epoch's batches, each before its update,
     * and everything else was measured at the epoch's end.
     */
    train: metrics.optional(),
    /** Measured on samples that are held back. */
    validation: metrics.optional(),
    /** Time that the epoch took, evaluation included. */
    seconds: z.number(),
    time,
  })
  // Any other key with metrics is a group of its own: `test`, `generator`.
  .catchall(z.union([metrics, z.unknown()]));

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

/** Which samples are shown: `train`, `validation`, or what a loop of one's own calls them. */
const split = z.string().optional();
/** What a loop of one's own calls the sample. */
const name = z.string().optional();

/** A look at something small. */
export const sampleSchema = z.discriminatedUnion('kind', [
  /** Which training samples a batch holds: the first of them. */
  z.object({ ...at, kind: z.literal('batch'), indices: z.array(count) }),
  /** Length of the gradient of each parameter in the last step, from the first layer to the last. */
  z.object({
    ...at,
    kind: z.literal('gradientNorms'),
    name,
    parameters: z.array(z.string()),
    norms: jsonNumbers,
  }),
  /** Row i, column j: the number of samples of class i that were predicted as class j. */
  z.object({
    ...at,
    kind: z.literal('confusionMatrix'),
    name,
    split,
    classes: z.array(z.string()),
    counts: z.array(z.array(count)),
  }),
  /** Columns by name, in the data's units: inputs, targets and predictions. */
  z.object({
    ...at,
    kind: z.literal('predictions'),
    name,
    split,
    input: z.record(z.string(), jsonNumbers),
    target: z.record(z.string(), jsonNumbers),
    prediction: z.record(z.string(), jsonNumbers),
  }),
  /** Pictures, one after the other, row by row, pixel by pixel, a byte a channel, in base64. */
  z.object({
    ...at,
    kind: z.literal('images'),
    name,
    split,
    height: count,
    width: count,
    /** 1 (gray, the default) or 3 (red, green, blue). */
    channels: z.union([z.literal(1), z.literal(3)]).optional(),
    pixels: z.base64(),
    labels: z.array(count).optional(),
    predictions: z.array(count).optional(),
  }),
  /** Bin i holds the values from edge i to edge i + 1; the last bin has both its edges. */
  z.object({
    ...at,
    kind: z.literal('histogram'),
    name: z.string(),
    /** One more than there are bins, in ascending order. */
    edges: jsonNumbers,
    counts: z.array(count),
    /** Values that are in no bin: NaN and infinities. */
    nonFinite: count.optional(),
  }),
  z.object({ ...at, kind: z.literal('text'), name: z.string(), text: z.string() }),
]);

export const runStatuses = ['completed', 'stopped', 'diverged', 'failed'] as const;

export const runFinishedSchema = z.object({
  type: z.literal('run-finished'),
  /**
   * `completed`: all epochs, or as far as early stopping let it. `stopped`: interrupted after a checkpoint, or by the program.
   * `diverged`: the loss is not finite. `failed`: an error, whose message is in `error`.
   */
  status: z.enum(runStatuses),
  /** Why the run ended, in words: `all 25 epochs are done`, `early stopping: …`. Logs of before have none. */
  reason: z.string().optional(),
  /** Epochs that are through. */
  epoch: count,
  /** Steps taken. */
  step: count,
  /** By group. Measured with the weights that training ended with; empty for a run that did not complete. */
  metrics: metricGroups,
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
export type RunStartedEvent = z.output<typeof runStartedSchema>;
export type StepEvent = z.output<typeof stepSchema>;
export type CheckpointEvent = z.output<typeof checkpointSchema>;
export type EpochEvent = z.output<typeof epochSchema>;
export type SampleEvent = z.output<typeof sampleSchema>;
export type RunFinishedEvent = z.output<typeof runFinishedSchema>;
export type SampleKind = SampleEvent['kind'];

/** An event in one line of JSON, without the line's end. NaN and infinities become strings. */
export const formatEvent = (event: RunEvent): string => toJson(event);

/** The groups of metrics of an epoch: `train`, `validation`, and any others, in their order. */
export function epochGroups(event: EpochEvent): [group: string, metrics: Readonly<Record<string, number>>][] {
  return Object.entries(event).flatMap(([key, value]) =>
    (epochKeys as readonly string[]).includes(key) || !isMetrics(value) ? [] : [[key, value]],
  );
}

const isMetrics = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === 'number');

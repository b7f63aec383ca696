import { sourceDescriptor } from '@kindling/data/internal';
import * as z from 'zod';
import { metricDescriptors, type NumberMetricName } from '../metrics/metric-descriptors.ts';
import { RUN_NAME, RUN_NAME_RULE } from '../run/run-name.ts';
import { averagingSchema } from './averaging-schema.ts';
import { dataSchema } from './data-schema.ts';
import { layerSchema } from './layer-schema.ts';
import { lossSchema } from './loss-schema.ts';
import { clipSchema, optimizerSchema } from './optimizer-schema.ts';
import { scheduleSchema } from './schedule-schema.ts';
import { trainingStepSchema } from './training-step-schema.ts';

const count = z.int().positive();
const DEVICE = /^(auto|cpu|tfjs|cuda(:\d+)?)$/;

const metricNames = metricDescriptors.map(({ type }) => type);

/** What is measured in numbers; a confusion matrix is a table. */
const measured = metricDescriptors
  .filter(({ form }) => form === 'number')
  .map(({ type }) => type as NumberMetricName);

const monitor = z
  .enum([
    ...['loss' as const, ...measured].map((metric) => `train.${metric}` as const),
    ...['loss' as const, ...measured].map((metric) => `validation.${metric}` as const),
  ])
  .optional()
  .describe('Metric to compare by. Default: validation.loss, or train.loss without validation samples.');

/** An experiment as it is written: what is left out has a default. Zod calls the getters when the first document is parsed. */
export const experimentSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(RUN_NAME, RUN_NAME_RULE).describe("Name of the run's folder."),
  description: z.string().optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 53 - 1)
    .default(0)
    .describe('Random seed of weights, order and validation split.'),
  generator: z
    .enum(['torch', 'numpy'])
    .default('torch')
    .describe("Generator of the initial weights: PyTorch's, or NumPy's legacy one."),
  dtype: z.enum(['float32', 'float64']).default('float32'),
  device: z
    .string()
    .regex(DEVICE, 'auto, cpu, cuda, cuda:1 (any number) or tfjs')
    .default('auto')
    .describe('cpu, cuda, cuda:1, tfjs; auto is cuda if available, else cpu.'),
  get data() {
    return dataSchema();
  },
  get model() {
    return z.array(layerSchema()).min(1).describe('The layers, in order from input to output.');
  },
  get loss() {
    return lossSchema();
  },
  get optimizer() {
    return optimizerSchema();
  },
  get trainingStep() {
    return trainingStepSchema()
      .optional()
      .describe(
        'A step of another kind, with further models. Default: forward, loss of output and target, backward, update.',
      );
  },
  get clip() {
    return clipSchema().optional();
  },
  accumulateGradBatches: count
    .default(1)
    .describe('Batches whose gradients are accumulated for one step; its loss is the mean of theirs.'),
  syncBatchNorm: z
    .boolean()
    .optional()
    .describe(
      'Normalize by the batches of all processes together, where several train (SyncBatchNorm). Default false: each by its own.',
    ),
  get weightAveraging() {
    return averagingSchema()
      .optional()
      .describe('Average of the weights, for evaluations, checkpoints and predictions. Default: none.');
  },
  get schedule() {
    return scheduleSchema().optional();
  },
  epochs: count.describe('Number of passes over the training samples.'),
  maxSteps: count.optional().describe('Stop after this many steps, even within an epoch.'),
  logEvery: count.default(10).describe('Steps between step events.'),
  evaluateEvery: count
    .optional()
    .describe('Epochs between evaluations. Default: 1, or a tenth of the epochs with full batches.'),
  metrics: z.array(z.enum(metricNames)).default([]).describe('Metrics besides the loss.'),
  checkpoint: z
    .strictObject({
      seconds: z.number().min(0).default(10).describe('Seconds between checkpoints.'),
      steps: count.optional().describe('Steps between additional checkpoints.'),
      monitor,
    })
    .prefault({}),
  earlyStopping: z
    .strictObject({
      monitor,
      patience: z
        .int()
        .min(1)
        .default(5)
        .describe('Number of consecutive evaluations without improvement after which training stops.'),
      minDelta: z.number().min(0).default(0).describe('Smallest change that counts as an improvement.'),
    })
    .optional(),
  variants: z
    .record(z.string().regex(RUN_NAME), z.record(z.string(), z.json()))
    .optional()
    .describe('Named variants: paths such as "optimizer.lr" and their values.'),
});

/** The document of an experiment; `export default { … } satisfies ExperimentInput` in a `.ts` file. */
export type ExperimentInput = z.input<typeof experimentSchema>;

type Written = z.output<typeof experimentSchema>;
export type Monitor = NonNullable<Written['checkpoint']['monitor']>;

/** An experiment with every default filled in, and without the variants it was chosen from. */
export interface Experiment
  extends Omit<Written, '$schema' | 'variants' | 'data' | 'evaluateEvery' | 'checkpoint' | 'earlyStopping'> {
  readonly data: Written['data'] & { readonly validation: 'test' | 'none' | number };
  readonly evaluateEvery: number;
  readonly checkpoint: Written['checkpoint'] & { readonly monitor: Monitor };
  readonly earlyStopping?: NonNullable<Written['earlyStopping']> & { readonly monitor: Monitor };
}

/** Whether a source brings a test set of its own. */
export const hasTestSet = (source: Written['data']['source']): boolean =>
  (sourceDescriptor(source)?.samples.test ?? 0) > 0;

/**
 * Fills in the defaults that depend on other keys. The keys of what comes out are in the schema's order, whether they were written or
 * filled in: what a run's file says is, read again, the same to the last byte.
 *
 * @param jitless whether Zod reads without writing programs for it.
 */
export const resolveExperiment = (written: Written, jitless: boolean): Experiment =>
  filledIn(experimentSchema.parse(filledIn(written), { jitless }));

function filledIn(written: Written): Experiment {
  const { $schema: _, variants: __, data, evaluateEvery, checkpoint, earlyStopping, ...rest } = written;
  // What a training step makes of samples is not what an evaluation could compare with targets.
  const isEvaluated = written.trainingStep === undefined && hasTestSet(data.source);
  const validation = data.validation ?? (isEvaluated ? 'test' : 'none');
  const monitored = validation === 'none' ? 'train.loss' : 'validation.loss';
  const isFull = data.batchSize === 'full';
  return {
    ...rest,
    data: { ...data, validation },
    evaluateEvery: evaluateEvery ?? (isFull ? Math.ceil(written.epochs / 10) : 1),
    checkpoint: { ...checkpoint, monitor: checkpoint.monitor ?? monitored },
    ...(earlyStopping === undefined
      ? {}
      : { earlyStopping: { ...earlyStopping, monitor: earlyStopping.monitor ?? monitored } }),
  };
}

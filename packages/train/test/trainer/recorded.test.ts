import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultGenerator, encodeSafetensors, type Tensor } from '@kindling/core';
import { DataLoader, type TensorDataset } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import {
  Adagrad,
  Adam,
  AdamW,
  type Batch,
  type Batches,
  buildTraining,
  type Callback,
  CosineAnnealingLR,
  type FitOptions,
  loadExperiment,
  mse,
  OneCycleLR,
  type Optimizer,
  ReduceLROnPlateau,
  RMSprop,
  SequentialLR,
  SGD,
  StepLR,
  type StepReport,
  Trainer,
  type TrainerOptions,
} from '../../src/index.ts';
import { encodeTree } from '../../src/run/tensor-tree.ts';
import { drawing } from './set-up.ts';

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Trains, and gives all that must be the same to the last bit however the steps were taken. */
async function outcome(
  trainer: Trainer,
  batches: Batches,
  options: FitOptions,
  interval: number | undefined,
) {
  const steps: StepReport[] = [];
  let calls = 0;
  const watch: Callback = {
    name: 'watch',
    ...(interval === undefined ? {} : { interval }),
    onTrainBatchEnd: (reports) => {
      calls++;
      steps.push(...reports);
    },
  };
  const status = await trainer.fit(batches, { ...options, callbacks: [watch] });
  const { epochSeconds: _, ...state } = trainer.stateDict();
  return {
    numbers: {
      status,
      steps,
      weights: hash(encodeSafetensors(trainer.model.stateDict())),
      gradients: trainer.model
        .parameters()
        .map(({ grad }) => grad && hash(new Uint8Array(grad.data().buffer))),
      state: hash(encodeTree(state)),
      draws: hash(defaultGenerator.getState()),
    },
    calls,
  };
}

const dataDir = process.env.KINDLING_DATA_DIR;
const missing = (file: string | undefined): boolean => {
  const isMissing = file !== undefined && (dataDir === undefined || !existsSync(join(dataDir, file)));
  if (isMissing) console.warn(`skipped: no ${file} in KINDLING_DATA_DIR (${dataDir ?? 'not set'})`);
  return isMissing;
};

const mnistFile = 'mnist/train-images-idx3-ubyte.gz';
const mnistSteps = { maxSteps: 60, set: ['data.limit=2000', 'data.validation=0.1'] };
const programs: readonly {
  readonly name: string;
  readonly variant?: string;
  readonly file?: string;
  readonly maxSteps: number;
  readonly set?: readonly string[];
}[] = [
  { name: 'xor', maxSteps: 2500 },
  { name: 'xor-wide-deep', maxSteps: 1200 },
  { name: 'diabetes', file: 'diabetes.csv.gz', maxSteps: 300 },
  { name: 'diabetes-deep', file: 'diabetes.csv.gz', maxSteps: 150 },
  { name: 'weight-height', file: 'weight_height.csv', maxSteps: 600 },
  { name: 'digits', maxSteps: 40, set: ['data.train=600', 'data.test=50'] },
  { name: 'mnist', file: mnistFile, ...mnistSteps, maxSteps: 20 },
  ...['mse', 'bce', 'leaky', 'adam', 'layer-norm', 'all'].map((variant) => ({
    name: 'mnist-single',
    variant,
    file: mnistFile,
    ...mnistSteps,
  })),
];

describe.each(programs)('$name $variant', ({ name, variant, file, maxSteps, set = [] }) => {
  test.skipIf(missing(file))('gives the same bits recorded and eager', { timeout: 120_000 }, async () => {
    const train = async (compile: boolean, interval: number | undefined) => {
      const experiment = await loadExperiment(name, { variant, set: ['device=cpu', ...set] });
      const { trainer, batches } = await buildTraining(experiment, { compile });
      return outcome(trainer, batches, { epochs: 1e6, maxSteps }, interval);
    };
    const eager = await train(false, undefined);
    expect((await train(true, Number.POSITIVE_INFINITY)).numbers).toEqual(eager.numbers);
    expect((await train(true, 7)).numbers).toEqual(eager.numbers);
    expect(eager.numbers.steps).toHaveLength(maxSteps);
  });
});

const SAMPLES = 27;

/** Draws at each step, keeps statistics, and sees batches of 4 rows and a last one of 3. */
function setUp(
  optimizerOf: (parameters: Tensor[]) => Optimizer,
  more: (optimizer: Optimizer) => Omit<TrainerOptions, 'model' | 'loss' | 'optimizer'> = () => ({}),
  compile = true,
) {
  const { model, samples } = drawing(SAMPLES);
  const optimizer = optimizerOf(model.parameters());
  const trainer = new Trainer({ model, loss: mse, optimizer, compile, ...more(optimizer) });
  const batches = new DataLoader<Batch, Batch>(samples, { batchSize: 4, shuffle: true });
  return { trainer, batches };
}

const sgd = (parameters: Tensor[]): Optimizer => new SGD(parameters, { lr: 0.05, momentum: 0.9 });
const STEPS = 7;

describe('recorded steps give the bits of eager ones', () => {
  test.each<[string, (parameters: Tensor[]) => Optimizer]>([
    ['SGD', (p) => new SGD(p, { lr: 0.05, weightDecay: 0.01 })],
    ['SGD with Nesterov momentum', (p) => new SGD(p, { lr: 0.05, momentum: 0.9, nesterov: true })],
    ['SGD with dampening', (p) => new SGD(p, { lr: 0.05, momentum: 0.9, dampening: 0.1 })],
    ['Adam', (p) => new Adam(p, { lr: 0.05 })],
    ['Adam that goes up', (p) => new Adam(p, { lr: 0.001, maximize: true })],
    ['Adam with amsgrad', (p) => new Adam(p, { lr: 0.05, amsgrad: true, weightDecay: 0.01 })],
    ['AdamW', (p) => new AdamW(p, { lr: 0.05 })],
    ['RMSprop', (p) => new RMSprop(p, { lr: 0.01 })],
    ['centered RMSprop', (p) => new RMSprop(p, { lr: 0.01, momentum: 0.5, centered: true })],
    ['Adagrad', (p) => new Adagrad(p, { lr: 0.05, lrDecay: 0.01 })],
  ])('with %s', async (_, optimizerOf) => {
    const train = (compile: boolean) => {
      const { trainer, batches } = setUp(optimizerOf, undefined, compile);
      return outcome(trainer, batches, { epochs: 12 }, compile ? Number.POSITIVE_INFINITY : undefined);
    };
    const recorded = await train(true);
    expect(recorded.numbers).toEqual((await train(false)).numbers);
    expect(recorded.calls).toBeLessThan(12 * STEPS);
  });

  test.each<[string, (optimizer: Optimizer) => Omit<TrainerOptions, 'model' | 'loss' | 'optimizer'>]>([
    ['a norm to clip to', () => ({ clip: { norm: 0.1 } })],
    ['values to clip to', () => ({ clip: { value: 0.01 } })],
    [
      'a schedule on steps',
      (o) => ({ schedule: new CosineAnnealingLR(o, { tMax: 30 }), scheduleOn: 'step' }),
    ],
    ['a schedule on epochs', (o) => ({ schedule: new StepLR(o, { stepSize: 2 }) })],
    [
      'momentum that changes at each step',
      (o) => ({ schedule: new OneCycleLR(o, { maxLr: 0.1, totalSteps: 200 }), scheduleOn: 'step' }),
    ],
    [
      'momentum that changes at each epoch',
      (o) => ({ schedule: new OneCycleLR(o, { maxLr: 0.1, totalSteps: 20 }), scheduleOn: 'epoch' }),
    ],
    [
      'one schedule after another',
      (o) => ({
        schedule: new SequentialLR(o, {
          schedules: [new StepLR(o, { stepSize: 1 }), new CosineAnnealingLR(o, { tMax: 9 })],
          milestones: [5],
        }),
      }),
    ],
    ['a plateau', (o) => ({ schedule: new ReduceLROnPlateau(o, { patience: 0 }), scheduleOn: 'epoch' })],
  ])('with %s', async (_, more) => {
    const train = (compile: boolean) => {
      const { trainer, batches } = setUp(sgd, more, compile);
      return outcome(trainer, batches, { epochs: 12 }, compile ? Number.POSITIVE_INFINITY : undefined);
    };
    expect((await train(true)).numbers).toEqual((await train(false)).numbers);
  });

  test('whatever the size of the batch, one or all', async () => {
    for (const batchSize of [3, 10, SAMPLES]) {
      const train = (compile: boolean) => {
        const { trainer, batches } = setUp(sgd, undefined, compile);
        const loader = new DataLoader<Batch, Batch>(batches.dataset as TensorDataset<[Tensor, Tensor]>, {
          batchSize,
          shuffle: batchSize === 3,
          dropLast: batchSize === 10,
        });
        return outcome(trainer, loader, { epochs: 20 }, compile ? Number.POSITIVE_INFINITY : undefined);
      };
      expect((await train(true)).numbers).toEqual((await train(false)).numbers);
    }
  });
});

describe('a callback that names a number of steps', () => {
  const told = async (interval: number | undefined, epochs = 4): Promise<number[]> => {
    const { trainer, batches } = setUp(sgd);
    const ends: number[] = [];
    const watch: Callback = {
      name: 'watch',
      ...(interval === undefined ? {} : { interval }),
      onTrainBatchEnd: () => void ends.push(trainer.step),
    };
    await trainer.fit(batches, { epochs, maxSteps: 26, callbacks: [watch] });
    return ends;
  };

  test('is told when a multiple of it is reached', async () => {
    const ends = await told(5);
    expect(ends).toEqual(expect.arrayContaining([5, 10, 15, 20, 25, 26]));
    // Between them, steps wait for the end of an epoch at most.
    expect(ends.length).toBeLessThan(6 + 26 / STEPS);
  });

  test('and one that names none, of every step', async () => {
    expect(await told(undefined)).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
  });
});

describe('epochs of one step', () => {
  const setUpWhole = (lr: number, more?: Parameters<typeof setUp>[1], compile = true) => {
    const { trainer, batches } = setUp((p) => new SGD(p, { lr }), more, compile);
    const dataset = batches.dataset as TensorDataset<[Tensor, Tensor]>;
    return { trainer, batches: new DataLoader<Batch, Batch>(dataset, { batchSize: SAMPLES }) };
  };

  test('are passed in one go, and told of one by one', async () => {
    const { trainer, batches } = setUpWhole(0.05);
    const order: string[] = [];
    const watch: Callback = {
      name: 'watch',
      interval: Number.POSITIVE_INFINITY,
      onTrainBatchEnd: (steps) =>
        void order.push(...Array.from(steps, ({ step, epoch }) => `step ${step} of ${epoch}`)),
      onTrainEpochEnd: ({ epoch, step, evaluated, train }) =>
        void order.push(
          `epoch ${epoch} at ${step}${evaluated ? ' evaluated' : ''} ${Number.isFinite(train.loss)}`,
        ),
    };
    await trainer.fit(batches, {
      epochs: 40,
      evaluateEvery: 10,
      trainEvaluation: batches,
      callbacks: [watch],
    });
    expect(order).toEqual(
      Array.from({ length: 40 }, (_, i) => [
        `step ${i} of ${i}`,
        `epoch ${i} at ${i + 1}${(i + 1) % 10 === 0 ? ' evaluated' : ''} true`,
      ]).flat(),
    );
    expect([trainer.step, trainer.epoch, trainer.epochSteps]).toEqual([40, 40, 0]);
  });

  test('are not passed where a schedule steps on evaluations', async () => {
    const train = (compile: boolean) => {
      const { trainer, batches } = setUpWhole(
        0.05,
        (o) => ({ schedule: new StepLR(o, { stepSize: 1 }), scheduleOn: 'evaluation' }),
        compile,
      );
      const every = compile ? Number.POSITIVE_INFINITY : undefined;
      return outcome(trainer, batches, { epochs: 40, evaluateEvery: 4 }, every);
    };
    expect((await train(true)).numbers).toEqual((await train(false)).numbers);
  });

  test('end with the step whose loss is no finite number', async () => {
    const { trainer, batches } = setUpWhole(1e12);
    const steps: StepReport[] = [];
    const watch: Callback = {
      name: 'watch',
      interval: Number.POSITIVE_INFINITY,
      onTrainBatchEnd: (reports) => void steps.push(...reports),
    };
    expect(await trainer.fit(batches, { epochs: 4000, callbacks: [watch] })).toBe('diverged');
    expect(steps.filter(({ loss }) => !Number.isFinite(loss))).toHaveLength(1);
    expect([trainer.step, trainer.epoch]).toEqual([steps.length, steps.at(-1)!.epoch]);
  });
});

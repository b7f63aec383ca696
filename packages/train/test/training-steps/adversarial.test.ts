import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  buildTraining,
  type Experiment,
  type ExperimentInput,
  evaluateRun,
  loadTrainedModel,
  parseExperiment,
  type RunEvent,
  readRun,
  runExperiment,
} from '../../src/index.ts';
import { runsFolder } from '../run/set-up.ts';
import { bytes } from '../trainer/set-up.ts';

const runs = runsFolder();

const adversarial = {
  type: 'adversarial',
  noise: { shape: [3] },
  discriminator: {
    model: [{ type: 'linear', out: 4 }, 'relu', { type: 'linear', out: 1 }],
    loss: 'bceWithLogits',
    optimizer: { type: 'adam', lr: 0.02 },
  },
} satisfies ExperimentInput['trainingStep'];

const pair = {
  name: 'pair',
  seed: 5,
  device: 'cpu',
  data: { source: 'weight-height', batchSize: 8, shuffle: true, limit: 20 },
  model: [{ type: 'linear', out: 6 }, 'tanh', { type: 'linear', out: 1 }],
  loss: 'bceWithLogits',
  optimizer: { type: 'adam', lr: 0.01 },
  trainingStep: adversarial,
  epochs: 6,
  logEvery: 1,
} satisfies ExperimentInput;

const xorPair = {
  ...pair,
  data: { source: 'xor', batchSize: 2, shuffle: true },
  model: [{ type: 'linear', out: 6 }, 'tanh', { type: 'linear', out: 2 }],
} satisfies ExperimentInput;

const step = (change: object): Experiment =>
  parseExperiment({ ...xorPair, trainingStep: { ...adversarial, ...change } });

async function trained(experiment: Experiment, compile: boolean) {
  const { trainer, batches } = await buildTraining(experiment, { compile });
  const rows: number[][] = [];
  await trainer.fit(batches, {
    epochs: experiment.epochs,
    callbacks: [
      {
        name: 'rows',
        interval: 4,
        onTrainBatchEnd: (steps) => {
          for (const { loss, metrics } of steps) rows.push([loss, ...Object.values(metrics ?? {})]);
        },
      },
    ],
  });
  return { trainer, rows };
}

describe('an adversarial pair of an experiment', () => {
  test.each([
    {},
    { updates: 'separate' },
    { resample: true },
    { updates: 'separate', resample: true, realNoise: { type: 'uniform', high: 0.1 } },
    { noise: { shape: [2], distribution: { type: 'constant', value: 0.5 } }, first: 'discriminator' },
  ])('has the same bits recorded and eagerly: %j', async (change) => {
    const [recorded, eager] = [await trained(step(change), true), await trained(step(change), false)];
    expect(recorded.rows).toHaveLength(12);
    expect(recorded.rows[0]).toHaveLength(3);
    expect(recorded.rows).toEqual(eager.rows);
    expect(bytes(recorded.trainer.model)).toBe(bytes(eager.trainer.model));
  });

  test('bounds the gradients of both', async () => {
    const weights = async (clip?: { value: number }) => {
      const { trainer } = await trained(
        parseExperiment({ ...xorPair, optimizer: { type: 'sgd', lr: 1 }, ...(clip ? { clip } : {}) }),
        true,
      );
      return trainer.model.stateDict()['generator.0.weight']!.toArray();
    };
    expect(await weights({ value: 1e6 })).toEqual(await weights());
    expect(await weights({ value: 1e-9 })).not.toEqual(await weights());
  });

  test('draws the initial weights of the one that is named first', async () => {
    const first = async (which: string, name: string) =>
      (await buildTraining(step({ first: which, noise: { shape: [2] } }))).trainer.model
        .stateDict()
        [name]!.flatten()
        .narrow(0, 0, 4)
        .toArray();
    const ofGenerator = await first('generator', 'generator.0.weight');
    const ofDiscriminator = await first('discriminator', 'discriminator.0.weight');
    // Both layers take two inputs: the same draws.
    expect(ofGenerator).toEqual(ofDiscriminator);
  });
});

const lines = (events: readonly RunEvent[]): unknown[] =>
  events.map((event) => ({ ...event, time: 0, ...('seconds' in event ? { seconds: 0 } : {}) }));

describe('the run of an adversarial pair', () => {
  const whole = parseExperiment({ ...xorPair, checkpoint: { seconds: 0, steps: 5 } });

  test('logs the losses of both, and what is generated in the course of training', async () => {
    const { folder, summary } = await runExperiment(whole, { runs: runs() });
    const { events } = readRun(folder.path);
    const steps = events.filter((event) => event.type === 'step');
    expect(steps).toHaveLength(12);
    for (const { metrics } of steps) {
      expect(Object.keys(metrics!)).toEqual(['discriminator/real', 'discriminator/fake']);
    }
    const generated = events.filter((event) => event.type === 'sample' && event.kind === 'predictions');
    expect(generated.map((event) => event.step)).toEqual([...Array(13).keys()]);
    const [first, second] = generated as Extract<RunEvent, { kind: 'predictions' }>[];
    expect(Object.keys(first!.input)).toEqual(['z1', 'z2', 'z3']);
    expect(Object.keys(first!.prediction)).toEqual(['a', 'b']);
    expect(first!.prediction.a).toHaveLength(200);
    expect(first!.input).toEqual(second!.input);
    expect(first!.prediction).not.toEqual(second!.prediction);
    expect(summary.best).toBeUndefined();
    expect(summary.parameters).toBe(3 * 6 + 6 + 6 * 2 + 2 + 2 * 4 + 4 + 4 + 1);
  });

  test('stopped anywhere and resumed ends with the same bytes, and with the same log', async () => {
    const { folder } = await runExperiment(whole, { runDir: join(runs(), 'whole', 'pair') });
    for (const after of [1, 5, 8]) {
      const controller = new AbortController();
      const runDir = join(runs(), `stopped-${after}`, 'pair');
      await runExperiment(whole, {
        runDir,
        signal: controller.signal,
        callbacks: [
          {
            name: 'stop',
            interval: 1,
            onTrainBatchEnd: (_, trainer) => {
              if (trainer.step === after) controller.abort();
            },
          },
        ],
      });
      const { folder: resumed } = await runExperiment(whole, { runDir, resume: true });
      for (const kind of ['initial', 'last'] as const) {
        expect(readFileSync(resumed.checkpoint(kind), 'hex')).toBe(
          readFileSync(folder.checkpoint(kind), 'hex'),
        );
      }
      const told = (path: string) =>
        lines(readRun(path).events.filter(({ type }) => type === 'step' || type === 'sample'));
      expect(told(resumed.path)).toEqual(told(folder.path));
    }
  });

  test('is used as its generator, and has no evaluation', async () => {
    const { folder } = await runExperiment(
      parseExperiment({ ...xorPair, data: { ...xorPair.data, shift: 1, scale: { input: 2 } } }),
      {
        runs: runs(),
      },
    );
    const model = await loadTrainedModel(folder.path);
    expect(model.checkpoint).toBe('last');
    expect(model.signature).toMatchObject({
      inputShape: [3],
      inputNames: ['z1', 'z2', 'z3'],
      outputNames: ['a', 'b'],
      isLabelled: false,
    });
    const { events } = readRun(folder.path);
    const last = events.findLast((event) => event.type === 'sample' && event.kind === 'predictions');
    const { input, prediction } = last as Extract<RunEvent, { kind: 'predictions' }>;
    const [[a, b]] = model.predict([[input.z1![0]!, input.z2![0]!, input.z3![0]!]]).outputs as [number[]];
    expect(a).toBeCloseTo(prediction.a![0]!, 6);
    expect(b).toBeCloseTo(prediction.b![0]!, 6);
    await expect(evaluateRun(folder.path)).rejects.toThrow(
      'run pair: expected a model with targets, got one with the training step adversarial, which has no evaluation',
    );
  });

  test('shows pictures of images', async () => {
    const experiment = parseExperiment({
      ...pair,
      data: { source: 'digits', train: 40, test: 2, batchSize: 20, scale: { input: 2 }, shift: -1 },
      model: [{ type: 'linear', out: 784 }, 'tanh'],
      epochs: 1,
    });
    const { folder } = await runExperiment(experiment, { runs: runs() });
    const { events } = readRun(folder.path);
    const images = events.filter((event) => event.type === 'sample' && event.kind === 'images');
    expect(images.map((event) => event.step)).toEqual([0, 1, 2]);
    for (const image of images) {
      expect(image).toMatchObject({ name: 'generated', height: 28, width: 28 });
      const pixels = Buffer.from((image as Extract<RunEvent, { kind: 'images' }>).pixels, 'base64');
      expect(pixels).toHaveLength(32 * 784);
      // tanh of small numbers: grey, between black and white.
      expect(Math.min(...pixels)).toBeGreaterThan(0);
      expect(Math.max(...pixels)).toBeLessThan(255);
    }
  });
});

describe('what does not go together with it', () => {
  const messages = (change: object, ofStep: object = {}): string[] => {
    try {
      parseExperiment({ ...xorPair, ...change, trainingStep: { ...adversarial, ...ofStep } });
    } catch (error) {
      return (error as Error).message.split('\n');
    }
    return [];
  };
  const { discriminator } = adversarial;

  test.each<[object, object, string]>([
    [
      { loss: 'crossEntropy' },
      {},
      'loss.type: expected a loss with targets 0 and 1 (mse, l1, huber, bce, bceWithLogits, smoothL1), got "crossEntropy"',
    ],
    [
      {},
      { discriminator: { ...discriminator, loss: 'hingeEmbedding' } },
      'trainingStep.discriminator.loss.type: expected a loss with targets 0 and 1',
    ],
    [
      {},
      { discriminator: { ...discriminator, optimizer: 'lbfgs' } },
      'trainingStep.discriminator.optimizer.type: expected an optimizer that evaluates a batch once, got "lbfgs"',
    ],
    [
      {},
      { discriminator: { ...discriminator, optimizer: { type: 'sgd', lr: 1, nesterov: true } } },
      'trainingStep.discriminator.optimizer.nesterov:',
    ],
    [
      { model: [{ type: 'embedding', numEmbeddings: 3, embeddingDim: 2 }] },
      {},
      'model.0: expected a layer that takes values, got embedding',
    ],
    [{ metrics: ['mae'] }, {}, 'metrics: expected none with the training step adversarial, got mae'],
    [
      { data: { source: 'digits', validation: 'test' } },
      {},
      'data.validation: expected "none" with the training step adversarial, which has no evaluation, got test',
    ],
    [
      { accumulateGradBatches: 2 },
      {},
      'accumulateGradBatches: expected 1 with the training step adversarial',
    ],
    [
      {},
      { realNoise: { type: 'uniform', low: 2, high: 1 } },
      'trainingStep.realNoise.high: expected a number of at least low 2, got 1',
    ],
    [{}, { noise: { shape: [] } }, 'trainingStep.noise.shape: expected at least 1 element'],
    [{}, { type: 'adversary' }, 'trainingStep.type: expected "adversarial"'],
  ])('%j %j', (change, ofStep, message) => {
    expect(messages(change, ofStep).join('\n')).toContain(message);
  });

  test('a generator that gives other samples', async () => {
    const other = parseExperiment({ ...xorPair, model: [{ type: 'linear', out: 3 }] });
    await expect(buildTraining(other)).rejects.toThrow(
      'pair: model: expected [2] from the last layer, the shape of a sample, got [3]',
    );
  });
});

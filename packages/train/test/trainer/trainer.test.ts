import { defaultGenerator, manualSeed, nn, type Tensor, tensor } from '@kindling/core';
import { describe, expect, test, vi } from 'vitest';
import {
  Accuracy,
  type Batch,
  type Callback,
  ConfusionMatrix,
  EarlyStopping,
  type EpochReport,
  mse,
  R2Score,
  ReduceLROnPlateau,
  SGD,
  type StepReport,
  Trainer,
} from '../../src/index.ts';
import { isBetter, monitored } from '../../src/trainer/monitor.ts';
import { bytes, line, STEPS_PER_EPOCH, setUp, witness } from './set-up.ts';

describe('fit', () => {
  test('takes the steps of a loop written by hand', async () => {
    const { model, optimizer, batches } = line();
    const { steps, epochs, callback } = witness();
    await new Trainer({ model, loss: mse, optimizer }).fit(batches, { epochs: 3, callbacks: [callback] });

    const hand = line();
    const losses = [0, 1, 2].map(() => {
      const [x, y] = hand.batches[0]!;
      const loss = mse(hand.model.forward(x), y);
      hand.optimizer.zeroGrad();
      loss.backward();
      hand.optimizer.step();
      return loss.item();
    });
    expect(steps).toEqual(losses.map((loss, step) => ({ step, epoch: step, loss, lr: 0.1 })));
    expect(epochs.map(({ epoch, step, train }) => ({ epoch, step, train }))).toEqual(
      losses.map((loss, epoch) => ({ epoch, step: epoch + 1, train: { loss } })),
    );
    expect(bytes(model)).toBe(bytes(hand.model));
  });

  test('the loss of an epoch is the mean of its batches', async () => {
    const { trainer, batches } = setUp();
    const { steps, epochs, callback } = witness();
    await trainer.fit(batches, { epochs: 2, callbacks: [callback] });
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    const mean = (reports: readonly StepReport[]) =>
      reports.reduce((sum, { loss }) => sum + loss, 0) / reports.length;
    expect(epochs.map(({ train }) => train.loss)).toEqual([mean(steps.slice(0, 6)), mean(steps.slice(6))]);
  });

  test('reads asynchronous batches', async () => {
    const plain = line();
    await new Trainer({ model: plain.model, optimizer: plain.optimizer, loss: mse }).fit(plain.batches, {
      epochs: 2,
    });
    const { model, optimizer, batches } = line();
    async function* later() {
      for (const batch of batches) yield await Promise.resolve(batch);
    }
    const source = { [Symbol.asyncIterator]: later };
    await new Trainer({ model, optimizer, loss: mse }).fit(source, { epochs: 2 });
    expect(bytes(model)).toBe(bytes(plain.model));
  });

  test('reports steps while an epoch goes on, none of them twice', async () => {
    const { model, optimizer, batches } = line();
    const reported: number[][] = [];
    const callback: Callback = {
      name: 'reports',
      onTrainBatchEnd: (steps) => void reported.push(Array.from(steps, ({ step }) => step)),
    };
    const many = Array.from({ length: 150 }, () => batches[0]!);
    await new Trainer({ model, loss: mse, optimizer }).fit(many, { epochs: 1, callbacks: [callback] });
    expect(reported.flat()).toEqual(Array.from({ length: 150 }, (_, i) => i));
    expect(Math.max(...reported.map((steps) => steps.length))).toBeLessThanOrEqual(32);
  });

  test('leaves the batches that it was given alone', async () => {
    const { model, optimizer, batches } = line();
    await new Trainer({ model, loss: mse, optimizer }).fit(batches, { epochs: 2 });
    expect(batches[0]![0].disposed).toBe(false);
  });

  test('lets timers run', async () => {
    const { trainer, batches } = setUp();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const began = performance.now();
    const busy: Callback = {
      name: 'busy',
      onTrainBatchEnd: () => {
        if (performance.now() - began > 400) trainer.stop();
      },
    };
    await trainer.fit(batches, { epochs: 1e6, callbacks: [busy] });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });

  test('ends after maxSteps, with the epoch that it is in', async () => {
    const { trainer, batches } = setUp();
    const { steps, epochs, callback } = witness();
    const options = { epochs: 9, maxSteps: 8, evaluateEvery: 5, validation: batches, callbacks: [callback] };
    expect(await trainer.fit(batches, options)).toBe('completed');
    expect(steps).toHaveLength(8);
    expect(epochs.map(({ step, evaluated }) => [step, evaluated])).toEqual([
      [6, false],
      [8, true],
    ]);
  });

  test('clips gradients', async () => {
    for (const clip of [{ norm: 0.01 }, { value: 0.01 }]) {
      const { model, optimizer, batches } = line();
      const before = model.weight.item();
      await new Trainer({ model, loss: mse, optimizer, clip }).fit(batches, { epochs: 1 });
      const gradients = model.parameters().map(({ grad }) => Math.abs(grad!.item()));
      expect(Math.max(...gradients)).toBeLessThanOrEqual(0.01 + 1e-9);
      expect(Math.abs(model.weight.item() - before)).toBeLessThan(0.0011);
    }
  });
});

describe('evaluation', () => {
  test('is done in evaluation mode, draws nothing and leaves training mode on', async () => {
    const { trainer, batches, validation, model } = setUp();
    const { epochs, callback } = witness();
    await trainer.fit(batches, { epochs: 1, callbacks: [callback] });
    const fixed: Batch[] = [...validation];
    const state = Buffer.from(defaultGenerator.getState());
    const first = await trainer.evaluate(fixed);
    expect(await trainer.evaluate(fixed)).toEqual(first);
    expect(Buffer.from(defaultGenerator.getState()).equals(state)).toBe(true);
    expect(model.training).toBe(true);
    expect(model.parameters().every(({ requiresGrad }) => requiresGrad)).toBe(true);
    expect(epochs[0]!.validation).toBeUndefined();
  });

  test('leaves a model that is in evaluation mode in it', async () => {
    const { trainer, validation, model } = setUp();
    const children = () => [...model].map(({ training }) => training);
    for (const mode of [false, true]) {
      model.train(mode);
      await trainer.evaluate(validation);
      trainer.predict(tensor([[1, 2, 3]]));
      expect([model.training, ...children()]).toEqual(Array(6).fill(mode));
    }
  });

  test('weights batches by their size', async () => {
    const { model, optimizer } = line();
    const trainer = new Trainer({ model, loss: mse, optimizer });
    const x = tensor([[1], [2], [3], [4], [5]]);
    const y = tensor([[0], [1], [0], [1], [5]]);
    const whole = await trainer.evaluate([[x, y]]);
    const parts = await trainer.evaluate([
      [x.narrow(0, 0, 4), y.narrow(0, 0, 4)],
      [x.narrow(0, 4, 1), y.narrow(0, 4, 1)],
    ]);
    expect(parts!.measured.loss).toBeCloseTo(whole!.measured.loss!, 5);
  });

  test('tells numbers and the confusion matrix, of what is held back and of the training samples', async () => {
    manualSeed(1);
    const model = new nn.Linear(2, 2);
    const batches: Batch[] = [
      [
        tensor([
          [1, 0],
          [0, 1],
        ]),
        tensor([0, 1], { dtype: 'int32' }),
      ],
    ];
    const metrics = { accuracy: new Accuracy(), confusionMatrix: new ConfusionMatrix() };
    const loss = (output: Tensor, target: Tensor) => mse(output, target.oneHot(2).float());
    const optimizer = new SGD(model.parameters(), { lr: 1 });
    const { epochs, callback } = witness();
    await new Trainer({ model, loss, optimizer, metrics }).fit(batches, {
      epochs: 20,
      evaluateEvery: 20,
      trainEvaluation: batches,
      validation: batches,
      callbacks: [callback],
    });
    expect(epochs.filter(({ evaluated }) => evaluated)).toHaveLength(1);
    expect(epochs[0]).toMatchObject({ evaluated: false, trainEvaluation: undefined, validation: undefined });
    const last = epochs.at(-1)!;
    expect(last.confusionMatrix).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(last.validation).toEqual({ loss: expect.any(Number), accuracy: 1 });
    expect(last.trainEvaluation).toEqual(last.validation);
    // The mean over the batches was taken before the last update.
    expect(last.train.loss).toBeGreaterThan(last.trainEvaluation!.loss!);
    expect(last.train.accuracy).toBe(1);
  });
});

describe('ends early', () => {
  test('when a signal comes, between two steps', async () => {
    const { trainer, batches } = setUp();
    const controller = new AbortController();
    const stop: Callback = {
      name: 'stop',
      onTrainBatchEnd: ([report]) => {
        if (report!.step === 8) controller.abort();
      },
    };
    const finished: string[] = [];
    const watch: Callback = { name: 'watch', onTrainEnd: (status) => void finished.push(status) };
    const options = { epochs: 5, callbacks: [stop, watch], signal: controller.signal };
    expect(await trainer.fit(batches, options)).toBe('stopped');
    expect([trainer.step, trainer.epoch, trainer.epochSteps]).toEqual([9, 1, 3]);
    expect(finished).toEqual(['stopped']);
  });

  test('when a signal comes while samples are evaluated, without a report of them', async () => {
    const { trainer, batches, validation } = setUp();
    const controller = new AbortController();
    const { steps, epochs, callback } = witness();
    const aborting = {
      [Symbol.asyncIterator]: async function* () {
        for await (const batch of validation) {
          controller.abort();
          yield batch;
        }
      },
    };
    const options = { epochs: 5, validation: aborting, callbacks: [callback], signal: controller.signal };
    expect(await trainer.fit(batches, options)).toBe('stopped');
    expect([steps.length, epochs]).toEqual([STEPS_PER_EPOCH, []]);
  });

  test('when the signal is there already, without a step', async () => {
    const { trainer, batches } = setUp();
    expect(await trainer.fit(batches, { epochs: 5, signal: AbortSignal.abort() })).toBe('stopped');
    expect(trainer.step).toBe(0);
  });

  test('when the loss is not finite', async () => {
    const { model, optimizer, batches } = line(1e30);
    const { steps, epochs, callback } = witness();
    const trainer = new Trainer({ model, loss: mse, optimizer });
    expect(await trainer.fit(batches, { epochs: 50, callbacks: [callback] })).toBe('diverged');
    expect(steps.filter(({ loss }) => !Number.isFinite(loss))).toHaveLength(1);
    expect(steps.at(-1)!.loss).toBe(Number.POSITIVE_INFINITY);
    expect(epochs).toHaveLength(steps.length - 1);
  });

  test('when nothing gets better', async () => {
    const { model, optimizer, batches } = line(0);
    const { epochs, callback } = witness();
    const earlyStopping = new EarlyStopping({ monitor: 'train.loss', patience: 3 });
    const callbacks = [earlyStopping, callback];
    const status = await new Trainer({ model, loss: mse, optimizer }).fit(batches, { epochs: 50, callbacks });
    expect(status).toBe('completed');
    // The first is the best so far, and three more are no better.
    expect(epochs).toHaveLength(4);
  });

  test('and not while it does get better', async () => {
    const { model, optimizer, batches } = line();
    const { epochs, callback } = witness();
    const callbacks = [new EarlyStopping({ monitor: 'train.loss', patience: 1 }), callback];
    await new Trainer({ model, loss: mse, optimizer }).fit(batches, { epochs: 12, callbacks });
    expect(epochs).toHaveLength(12);
  });

  test('early stopping says so when it watches what is not measured', async () => {
    const { model, optimizer, batches } = line();
    const trainer = new Trainer({ model, loss: mse, optimizer });
    await expect(trainer.fit(batches, { epochs: 1, callbacks: [new EarlyStopping()] })).rejects.toThrow(
      'EarlyStopping: expected validation.loss to be measured, got none',
    );
  });
});

test('a plateau schedule is told the validation loss, at evaluations', async () => {
  const { model, optimizer, batches } = line(0.1);
  const schedule = new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 });
  // The held back loss never changes much: its gradient is not followed.
  const validation: Batch[] = [[tensor([[0]]), tensor([[1e6]])]];
  const trainer = new Trainer({ model, loss: mse, optimizer, schedule, scheduleOn: 'evaluation' });
  await trainer.fit(batches, { epochs: 6, evaluateEvery: 2, validation });
  expect(trainer.lr).toBeCloseTo(0.1 / 4, 12);
});

test('predict runs in evaluation mode, without a graph', () => {
  const { trainer, model } = setUp();
  const x = tensor([[1, 2, 3]]);
  const first = trainer.predict(x);
  expect(first.requiresGrad).toBe(false);
  expect(trainer.predict(x).toArray()).toEqual(first.toArray());
  expect(model.training).toBe(true);
});

test('a training of any length holds its memory level', async () => {
  const { trainer, batches, validation, model } = setUp();
  const { backend } = model.parameters()[0]!.storage;
  const levels: number[] = [];
  let level = 0;
  const [allocate, free] = [backend.allocate.bind(backend), backend.free.bind(backend)];
  vi.spyOn(backend, 'allocate').mockImplementation((...call) => {
    level++;
    return allocate(...call);
  });
  vi.spyOn(backend, 'free').mockImplementation((...call) => {
    level--;
    free(...call);
  });
  const watch: Callback = { name: 'watch', onTrainEpochEnd: () => void levels.push(level) };
  await trainer.fit(batches, { epochs: 12, validation, trainEvaluation: validation, callbacks: [watch] });
  vi.restoreAllMocks();
  // The first epochs record the steps.
  expect(levels[6]).toBeGreaterThan(0);
  expect(new Set(levels.slice(6)).size).toBe(1);
});

describe('what is watched', () => {
  const report = (change: object): EpochReport => ({
    epoch: 0,
    step: 1,
    train: { loss: 1 },
    evaluated: true,
    seconds: 0,
    ...change,
  });

  test.each([
    ['validation.r2', true],
    ['train.r2', true],
    ['train.accuracy', true],
    ['validation.f1', true],
    ['train.loss', false],
    ['validation.mae', false],
  ])('%s is better when it is larger: %s', (monitor, rises) => {
    expect(isBetter(monitor, 2, 1)).toBe(rises);
    expect(isBetter(monitor, 1, 2)).toBe(!rises);
    expect(isBetter(monitor, 1, 1)).toBe(false);
    expect(isBetter(monitor, 1, undefined)).toBe(true);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(isBetter(monitor, value, undefined)).toBe(false);
      expect(isBetter(monitor, value, 1)).toBe(false);
    }
    expect(isBetter(monitor, rises ? 1.05 : 0.95, 1, 0.1)).toBe(false);
    expect(isBetter(monitor, rises ? 1.2 : 0.8, 1, 0.1)).toBe(true);
  });

  test('train.* is that of the weights of the epoch’s end, where it was measured', () => {
    const measured = report({
      train: { loss: 1 },
      trainEvaluation: { loss: 2, r2: 3 },
      validation: { loss: 4, r2: 5 },
    });
    expect(monitored(measured, 'train.loss')).toBe(2);
    expect(monitored(measured, 'train.r2')).toBe(3);
    expect(monitored(measured, 'validation.loss')).toBe(4);
    expect(monitored(measured, 'validation.r2')).toBe(5);
    expect(monitored(report({}), 'train.loss')).toBe(1);
    expect(monitored(report({}), 'validation.loss')).toBeUndefined();
    expect(monitored(report({}), 'train.r2')).toBeUndefined();
  });

  test('stops training that gets better in r2 no more, and says so', async () => {
    const { model, optimizer, batches } = line(0);
    const stopping = new EarlyStopping({ monitor: 'train.r2', patience: 3 });
    const trainer = new Trainer({ model, loss: mse, optimizer, metrics: { r2: new R2Score() } });
    await trainer.fit(batches, { epochs: 50, trainEvaluation: batches, callbacks: [stopping] });
    expect(trainer.step).toBe(4);
    expect(trainer.stopReason).toMatch(
      /^early stopping: train\.r2 was not better than .* in 3 evaluations in a row$/,
    );
    expect(trainer.status).toBe('completed');
  });
});

describe('an evaluation without a finite loss', () => {
  const make = () => {
    const { model, optimizer, batches } = line(0);
    const [x, y] = batches[0]!;
    const infinite: Batch[] = [[x, y.mul(1e30)]];
    return { model, trainer: new Trainer({ model, loss: mse, optimizer }), batches, infinite };
  };

  test('of the training samples means that training diverged, once no step is left to tell', async () => {
    const { trainer, batches, infinite } = make();
    const statuses: string[] = [];
    const watch: Callback = { name: 'watch', onTrainEpochEnd: (_, { status }) => void statuses.push(status) };
    const options = { trainEvaluation: infinite, callbacks: [watch] };
    expect(await trainer.fit(batches, { epochs: 3, ...options })).toBe('diverged');
    expect(statuses).toEqual(['completed', 'completed', 'diverged']);
    const stop: Callback = { name: 'stop', onTrainEpochEnd: (_, other) => other.stop() };
    const early = make().trainer;
    expect(await early.fit(batches, { epochs: 9, ...options, callbacks: [stop] })).toBe('diverged');
    expect(early.epoch).toBe(1);
  });

  test('of held-back samples alone does not', async () => {
    const { trainer, batches, infinite } = make();
    expect(await trainer.fit(batches, { epochs: 2, validation: infinite })).toBe('completed');
  });

  test('of held-back samples does where the weights are no finite numbers', async () => {
    const { model, optimizer, batches } = line(1e30);
    const trainer = new Trainer({ model, loss: mse, optimizer });
    const once: Batch[] = batches.map(([x, y]) => [x.mul(1e10), y]);
    expect(await trainer.fit(once, { epochs: 1, validation: batches })).toBe('diverged');
  });
});

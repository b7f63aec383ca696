import { defaultGenerator, manualSeed, nn, type Tensor, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { Accuracy, type Batch, type Callback, ConfusionMatrix, mse, SGD, Trainer } from '../../src/index.ts';
import { line, setUp, witness } from './set-up.ts';

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

test('predict runs in evaluation mode, without a graph', () => {
  const { trainer, model } = setUp();
  const x = tensor([[1, 2, 3]]);
  const first = trainer.predict(x);
  expect(first.requiresGrad).toBe(false);
  expect(trainer.predict(x).toArray()).toEqual(first.toArray());
  expect(model.training).toBe(true);
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

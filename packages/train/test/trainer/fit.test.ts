import { describe, expect, test, vi } from 'vitest';
import { type Callback, mse, type StepReport, Trainer } from '../../src/index.ts';
import { bytes, line, setUp, witness } from './set-up.ts';

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

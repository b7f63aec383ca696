import { tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  type Batch,
  type Callback,
  EarlyStopping,
  mse,
  ReduceLROnPlateau,
  Trainer,
} from '../../src/index.ts';
import { line, STEPS_PER_EPOCH, setUp, witness } from './set-up.ts';

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

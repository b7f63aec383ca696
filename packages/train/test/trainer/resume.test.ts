import { manualSeed, tensor } from '@kindling/core';
import { DataLoader } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { type Batch, type Batches, type Callback, EarlyStopping, mse, Trainer } from '../../src/index.ts';
import { decodeTree, encodeTree } from '../../src/run/tensor-tree.ts';
import { bytes, line, STEPS_PER_EPOCH, setUp, witness } from './set-up.ts';

describe('a trainer resumed from a state', () => {
  const epochs = 3;
  const whole = async () => {
    const { trainer, batches, validation, model } = setUp();
    const { steps, callback } = witness();
    await trainer.fit(batches, { epochs, validation, callbacks: [callback] });
    return { steps, weights: bytes(model) };
  };

  test.each(Array.from({ length: epochs * STEPS_PER_EPOCH - 1 }, (_, i) => i + 1))(
    'after step %i takes the same steps to the same weights',
    async (stop) => {
      const expected = await whole();
      const first = setUp();
      const controller = new AbortController();
      const { steps, callback } = witness();
      const watch: Callback = {
        ...callback,
        onTrainBatchEnd: (reports, trainer) => {
          callback.onTrainBatchEnd?.(reports, trainer);
          if (trainer.step === stop) controller.abort();
        },
      };
      const { signal } = controller;
      await first.trainer.fit(first.batches, {
        epochs,
        validation: first.validation,
        callbacks: [watch],
        signal,
      });
      expect(steps).toHaveLength(stop);
      const saved = encodeTree(first.trainer.stateDict());

      const second = setUp();
      manualSeed(99);
      second.trainer.loadStateDict(decodeTree(saved, 'state'));
      await second.trainer.fit(second.batches, {
        epochs,
        validation: second.validation,
        callbacks: [callback],
      });
      expect(steps).toEqual(expected.steps);
      expect(bytes(second.model)).toBe(expected.weights);
    },
  );

  test('after its end takes no more steps, and more epochs take more', async () => {
    const { trainer, batches } = setUp();
    await trainer.fit(batches, { epochs: 1 });
    const weights = bytes(trainer.model);
    await trainer.fit(batches, { epochs: 1 });
    expect(bytes(trainer.model)).toBe(weights);
    await trainer.fit(batches, { epochs: 2 });
    expect(trainer.step).toBe(12);
  });

  test('stays stopped, if early stopping stopped it', async () => {
    const make = () => {
      const { model, optimizer, batches } = line(0);
      const callbacks = [new EarlyStopping({ monitor: 'train.loss', patience: 2 })];
      return { trainer: new Trainer({ model, loss: mse, optimizer }), batches, callbacks };
    };
    const first = make();
    await first.trainer.fit(first.batches, { epochs: 50, callbacks: first.callbacks });
    const second = make();
    second.trainer.loadStateDict(decodeTree(encodeTree(first.trainer.stateDict()), 'state'));
    await second.trainer.fit(second.batches, { epochs: 50, callbacks: second.callbacks });
    expect(second.trainer.step).toBe(first.trainer.step);
  });

  test('reads an asynchronous stream from where it was, and ends with it', async () => {
    // Four samples in batches of two; what is behind the state is more than a shorter stream has.
    const loader = (samples: number) => {
      async function* stream() {
        for (let i = 0; i < samples; i++) yield [tensor([i / 4]), tensor([i / 2 - 1])] as Batch;
      }
      return new DataLoader<Batch, Batch>({ [Symbol.asyncIterator]: stream }, { batchSize: 2 });
    };
    const make = () => {
      const { model, optimizer } = line();
      return { model, trainer: new Trainer({ model, loss: mse, optimizer }) };
    };
    const whole = make();
    await whole.trainer.fit(loader(7), { epochs: 2 });
    for (const stop of [1, 2, 3, 4, 5, 6, 7]) {
      const first = make();
      const controller = new AbortController();
      const watch: Callback = {
        name: 'watch',
        onTrainBatchEnd: (_, { step }) => {
          if (step === stop) controller.abort();
        },
      };
      await first.trainer.fit(loader(7), { epochs: 2, callbacks: [watch], signal: controller.signal });
      expect(first.trainer.step).toBe(stop);
      const saved = encodeTree(first.trainer.stateDict());
      const second = make();
      second.trainer.loadStateDict(decodeTree(saved, 'state'));
      await second.trainer.fit(loader(7), { epochs: 2 });
      expect([second.trainer.step, bytes(second.model)]).toEqual([8, bytes(whole.model)]);

      const shorter = make();
      shorter.trainer.loadStateDict(decodeTree(saved, 'state'));
      const { epochs, callback } = witness();
      await shorter.trainer.fit(loader(2), { epochs: 2, callbacks: [callback] });
      expect(shorter.trainer.epoch).toBe(2);
      expect(epochs.at(-1)?.step).toBe(shorter.trainer.step);
    }
  });

  test('refuses batches that cannot go on within an epoch', async () => {
    const { trainer, batches } = setUp();
    await trainer.fit(batches, { epochs: 1, maxSteps: 2, signal: AbortSignal.timeout(1e6) });
    const state = { ...trainer.stateDict(), epoch: 0, epochSteps: 2, trained: false };
    const { trainer: other, batches: loader } = setUp();
    other.loadStateDict(state);
    await expect(other.fit([...loader], { epochs: 1 })).rejects.toThrow('fit: expected batches with a state');
  });

  test('refuses what is no state', () => {
    const { trainer } = setUp();
    expect(() => trainer.loadStateDict({})).toThrow(
      'Trainer: expected the state of a trainer, got one with step',
    );
  });
});

describe('a second fit, after one that was stopped within an epoch', () => {
  const stopAt = (step: number) => {
    const controller = new AbortController();
    const callback: Callback = {
      name: 'stop',
      onTrainBatchEnd: (_, trainer) => {
        if (trainer.step === step) controller.abort();
      },
    };
    return { callbacks: [callback], signal: controller.signal };
  };

  test.each([1, 4, STEPS_PER_EPOCH, STEPS_PER_EPOCH + 2])(
    'takes the steps that were left, after step %i',
    async (stop) => {
      const whole = setUp();
      const { epochs: expected, callback: watch } = witness();
      await whole.trainer.fit(whole.batches, { epochs: 3, callbacks: [watch] });
      const { trainer, batches, model } = setUp();
      const { epochs, callback } = witness();
      const { callbacks, signal } = stopAt(stop);
      const status = await trainer.fit(batches, { epochs: 3, callbacks: [callback, ...callbacks], signal });
      expect([status, trainer.step]).toEqual(['stopped', stop]);
      await trainer.fit(batches, { epochs: 3, callbacks: [callback] });
      expect(trainer.step).toBe(3 * STEPS_PER_EPOCH);
      expect(bytes(model)).toBe(bytes(whole.model));
      expect(epochs.map(({ epoch, step, train }) => ({ epoch, step, train }))).toEqual(
        expected.map(({ epoch, step, train }) => ({ epoch, step, train })),
      );
    },
  );

  test('begins the epoch anew where its batches do not know their position, or are others', async () => {
    for (const make of [(loader: Batches) => [...(loader as Iterable<Batch>)], () => setUp().batches]) {
      const { trainer, batches } = setUp();
      const { steps, epochs, callback } = witness();
      await trainer.fit(batches, { epochs: 1, ...stopAt(4) });
      await trainer.fit(make(setUp().batches), { epochs: 1, callbacks: [callback] });
      expect(trainer.step).toBe(4 + STEPS_PER_EPOCH);
      const mean = steps.reduce((sum, { loss }) => sum + loss, 0) / steps.length;
      expect(epochs).toEqual([expect.objectContaining({ epoch: 0, step: 10, train: { loss: mean } })]);
    }
  });
});

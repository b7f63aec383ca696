import { manualSeed } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { type Callback, EarlyStopping, mse, Trainer } from '../../src/index.ts';
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
        onSteps: (reports, trainer) => {
          callback.onSteps?.(reports, trainer);
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

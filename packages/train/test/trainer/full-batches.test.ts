import { Generator, manualSeed, nn, rand } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { expect, test } from 'vitest';
import { type Callback, mse, SGD, Trainer } from '../../src/index.ts';
import { encodeTree } from '../../src/run/tensor-tree.ts';

/** Trains on all rows at each step, and gives all that steps to come depend on, with what was reported. */
async function trained(compile: boolean, maxSteps: readonly number[], ownGenerator: boolean) {
  manualSeed(5);
  const samples = new TensorDataset(rand([6, 3]), rand([6, 1]));
  const model = new nn.Linear(3, 1);
  const trainer = new Trainer({
    model,
    loss: mse,
    optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    compile,
  });
  const generator = ownGenerator ? new Generator(7) : undefined;
  const batches = new DataLoader(samples, { batchSize: 6, generator });
  const steps: unknown[] = [];
  const epochs: unknown[] = [];
  const watcher: Callback = {
    name: 'watcher',
    interval: Number.POSITIVE_INFINITY,
    onTrainBatchEnd: (reports) => void steps.push(...reports),
    onTrainEpochEnd: ({ epoch, step, train, evaluated }) =>
      void epochs.push({ epoch, step, train, evaluated }),
  };
  for (const last of maxSteps) {
    await trainer.fit(batches, { epochs: 1000, maxSteps: last, evaluateEvery: 3, callbacks: [watcher] });
  }
  const { epochSeconds: _, ...state } = trainer.stateDict();
  return { steps, epochs, state: encodeTree(state), generator: generator?.getState() };
}

test.each([
  [[1], false],
  [[2], false],
  [[400], false],
  [[3, 4, 400], false],
  [[400, 1000], true],
  [[7, 8, 30], true],
])('steps until %j draw and report as single ones do (own generator: %s)', async (maxSteps, ownGenerator) => {
  const [many, single] = [
    await trained(true, maxSteps, ownGenerator),
    await trained(false, maxSteps, ownGenerator),
  ];
  expect(many).toEqual(single);
});

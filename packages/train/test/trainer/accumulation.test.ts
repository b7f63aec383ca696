import { manualSeed, nn, rand, type Tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { type Batch, mse, SGD, StepLR, Trainer } from '../../src/index.ts';
import { decodeTree, encodeTree } from '../../src/run/tensor-tree.ts';

/** Five batches of 4, 4, 4, 4 and 2 rows: steps of two batches are three in an epoch, the last of one batch. */
function setUp(compile: boolean, accumulateGradBatches = 2) {
  manualSeed(4);
  const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1));
  const optimizer = new SGD(model.parameters(), { lr: 0.2, momentum: 0.9 });
  const schedule = new StepLR(optimizer, { stepSize: 4, gamma: 0.5 });
  const trainer = new Trainer({
    model,
    loss: mse,
    optimizer,
    schedule,
    scheduleOn: 'step',
    compile,
    accumulateGradBatches,
  });
  const x = rand([18, 3]);
  const samples = new TensorDataset<[Tensor, Tensor]>(x, x.sum(1, { keepdim: true }));
  const batches = new DataLoader<Batch, Batch>(samples, { batchSize: 4, shuffle: true });
  return { model, optimizer, schedule, trainer, batches };
}

const weightsOf = (model: nn.Module) => model.parameters().map((parameter) => [...parameter.data()]);

async function trained(compile: boolean) {
  const { model, trainer, batches } = setUp(compile);
  const losses: number[] = [];
  let saved: unknown;
  await trainer.fit(batches, {
    epochs: 6,
    callbacks: [
      {
        name: 'losses',
        onTrainBatchEnd: ({ firstStep, loss }) => {
          losses.push(...loss);
          // After the short step at the end of the third epoch.
          if (firstStep === 8) saved = decodeTree(encodeTree(trainer.stateDict()), 'state');
        },
      },
    ],
  });
  return { losses, saved, weights: weightsOf(model), steps: trainer.steps };
}

describe('gradients of several batches in a step', () => {
  test('are those of a loop that accumulates them by hand', async () => {
    const { model, optimizer, schedule, batches } = setUp(false);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 6; epoch++) {
      const all = [...batches];
      for (let first = 0; first < all.length; first += 2) {
        const group = all.slice(first, first + 2);
        optimizer.zeroGrad();
        let sum = 0;
        for (const [input, target] of group) {
          const loss = mse(model.forward(input), target).div(group.length);
          loss.backward();
          sum += loss.item();
        }
        optimizer.step();
        schedule.step();
        losses.push(sum);
      }
    }
    const { losses: own, weights, steps } = await trained(false);
    expect(steps).toBe(18);
    expect(own).toEqual(losses.map((loss) => expect.closeTo(loss, 6)));
    expect(weights).toEqual(weightsOf(model));
  });

  test('have the same bits recorded and eagerly', async () => {
    const recorded = await trained(true);
    const eager = await trained(false);
    expect(recorded.losses).toEqual(eager.losses);
    expect(recorded.weights).toEqual(eager.weights);
  });

  test.each([true, false])('resume to the same bits, recorded: %s', async (compile) => {
    const whole = await trained(compile);
    const { model, trainer, batches } = setUp(compile);
    trainer.loadStateDict(whole.saved);
    expect([trainer.step, trainer.epochSteps]).toEqual([9, 3]);
    await trainer.fit(batches, { epochs: 6 });
    expect(weightsOf(model)).toEqual(whole.weights);
  });

  test('are refused with a training step of one’s own, and for no number of batches', () => {
    const { model, optimizer } = setUp(true);
    const options = { model, loss: mse, optimizer };
    expect(() => new Trainer({ ...options, accumulateGradBatches: 0 })).toThrow(
      'Trainer: expected accumulateGradBatches to be an integer of at least 1, got 0',
    );
    expect(() => new Trainer({ ...options, accumulateGradBatches: 2, trainingStep: mse })).toThrow(
      "Trainer: expected accumulateGradBatches 1 with a trainingStep of one's own, got 2",
    );
  });
});

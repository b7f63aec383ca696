import { manualSeed, nn, onesLike, randn, type Tensor, zerosLike } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { Adam, type Batch, bceWithLogits, Trainer } from '../../src/index.ts';
import { bytes } from './set-up.ts';

/** A generator and a discriminator of points on a line, each with its optimizer. */
function adversarialPair(compile: boolean) {
  manualSeed(5);
  const generator = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 2));
  const discriminator = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1));
  const model = new nn.Sequential(generator, discriminator);
  const optimizer = new Adam(generator.parameters(), { lr: 0.01 });
  const other = new Adam(discriminator.parameters(), { lr: 0.02 });
  const trainingStep = (real: Tensor): Tensor => {
    const fake = generator.forward(randn([real.shape[0]!, 2]));
    const judged = discriminator.forward(real);
    const judgedFake = discriminator.forward(fake.detach());
    other.zeroGrad();
    bceWithLogits(judged, onesLike(judged))
      .add(bceWithLogits(judgedFake, zerosLike(judgedFake)))
      .backward();
    other.step();
    const fooled = discriminator.forward(fake);
    const loss = bceWithLogits(fooled, onesLike(fooled));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  const trainer = new Trainer({
    model,
    loss: bceWithLogits,
    optimizer,
    otherOptimizers: [other],
    trainingStep,
    compile,
  });
  const x = randn([32, 1]);
  const points = new TensorDataset(x.mul(2).expand([32, 2]).contiguous(), zerosLike(x));
  const batches = new DataLoader<Batch, Batch>(points, { batchSize: 8, shuffle: true });
  return { model, trainer, batches };
}

async function trained(compile: boolean, epochs: number) {
  const { model, trainer, batches } = adversarialPair(compile);
  const losses: number[] = [];
  await trainer.fit(batches, {
    epochs,
    callbacks: [{ name: 'losses', interval: 100, onTrainBatchEnd: ({ loss }) => void losses.push(...loss) }],
  });
  return { model, trainer, batches, losses };
}

describe('a training step of one’s own, with two optimizers', () => {
  test('has the same bits recorded and eagerly', async () => {
    const recorded = await trained(true, 30);
    const eager = await trained(false, 30);
    expect(recorded.losses).toHaveLength(120);
    expect(recorded.losses).toEqual(eager.losses);
    expect(bytes(recorded.model)).toBe(bytes(eager.model));
  });

  test('resumes to the same bits, with the states of both', async () => {
    const whole = await trained(true, 20);
    const half = (await trained(true, 10)).trainer.stateDict();
    const resumed = adversarialPair(true);
    resumed.trainer.loadStateDict(half);
    await resumed.trainer.fit(resumed.batches, { epochs: 20 });
    expect(bytes(resumed.model)).toBe(bytes(whole.model));
  });

  test('refuses the state of another number of optimizers', async () => {
    const { trainer } = adversarialPair(true);
    const { otherOptimizers: _, ...state } = trainer.stateDict();
    expect(() => trainer.loadStateDict(state)).toThrow(
      'Trainer: expected the state of 1 other optimizers, got 0',
    );
  });
});

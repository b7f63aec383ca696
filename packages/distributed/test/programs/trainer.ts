// `Trainer` in several processes against `Trainer` on whole batches in one.
import { strictEqual } from 'node:assert';
import { manualSeed, nn, randn, tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import * as dist from '@kindling/distributed';
import { Adam, type DataParallel, Trainer } from '@kindling/train';

dist.initProcessGroup();
const [rank, size] = [dist.getRank(), dist.getWorldSize()];
const processes = dist.processes();

manualSeed(1);
const rows = 16 * size;
const samples = new TensorDataset(randn([rows, 200]), randn([rows, 2]));

async function trained(loader: DataLoader<unknown, never>, dataParallel?: DataParallel) {
  manualSeed(2);
  // Gradients that are averaged together, and one that is large enough to be averaged alone.
  const model = new nn.Sequential(new nn.Linear(200, 300), new nn.Tanh(), new nn.Linear(300, 2));
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const losses: number[] = [];
  const trainer = new Trainer({
    model,
    loss: nn.functional.mseLoss,
    optimizer,
    dataParallel,
  });
  await trainer.fit(loader, {
    epochs: 3,
    callbacks: [
      { name: 'losses', onTrainBatchEnd: (steps) => void losses.push(...[...steps].map(({ loss }) => loss)) },
    ],
  });
  return {
    losses,
    weights: model.parameters().flatMap((parameter) => [...(parameter.data() as Float32Array)]),
  };
}

const share = processes.sampler(rows, { shuffle: false, seed: 0 });
const together = await trained(new DataLoader(samples, { batchSize: 4, sampler: share }), processes);
const alone = await trained(new DataLoader(samples, { batchSize: 4 * size }));
const farthest = (a: readonly number[], b: readonly number[]) => {
  strictEqual(a.length, b.length);
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
};
strictEqual(together.losses.length, 12);
strictEqual(farthest(together.losses, alone.losses) < 1e-5, true, 'losses differ from those of one process');
strictEqual(
  farthest(together.weights, alone.weights) < 2e-5,
  true,
  'weights differ from those of one process',
);

const everywhere = dist.allGather(tensor(Float32Array.from(together.weights)));
for (let r = 1; r < size; r++) {
  strictEqual(
    everywhere.select(0, r).sub(everywhere.select(0, 0)).abs().max().item(),
    0,
    `process ${r} differs`,
  );
}

await import('./evaluation.ts');
await import('./experiment.ts');
dist.destroyProcessGroup();
console.log(`agreed ${rank}`);

// Training that diverges, of which process 0 alone reads every loss.
import { strictEqual } from 'node:assert';
import { manualSeed, nn, ones } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import * as dist from '@kindling/distributed';
import { SGD, Trainer } from '@kindling/train';

dist.initProcessGroup();
const rank = dist.getRank();
manualSeed(1);
const model = new nn.Linear(4, 1);
const trainer = new Trainer({
  model,
  loss: nn.functional.mseLoss,
  optimizer: new SGD(model.parameters(), { lr: 1e20 }),
  dataParallel: dist.processes(),
});
const status = await trainer.fit(
  new DataLoader(new TensorDataset(ones([400, 4]), ones([400, 1])), { batchSize: 4 }),
  {
    epochs: 2,
    callbacks: rank === 0 ? [{ name: 'each step', interval: 1, onTrainBatchEnd: () => {} }] : [],
  },
);
strictEqual(status, 'diverged');
dist.destroyProcessGroup();
console.log(`agreed ${rank}`);

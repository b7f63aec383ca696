// Evaluation in the processes of a group, each with its share of the batches, against evaluation of all of them in one.
import { deepStrictEqual, rejects, strictEqual } from 'node:assert';
import { manualSeed, nn, randn, type Tensor } from '@kindling/core';
import { processes } from '@kindling/distributed';
import * as train from '@kindling/train';

const group = processes();
const { rank, size } = group;
deepStrictEqual(
  group.gather(Array.from({ length: rank }, (_, i) => i + rank)),
  Array.from({ length: size }, (_, r) => Array.from({ length: r }, (_, i) => i + r)),
);

manualSeed(5);
const [inputs, targets] = [randn([30, 4]), randn([30, 3])];
const batch = (first: number, count: number): train.Batch => [
  inputs.narrow(0, first, count),
  targets.narrow(0, first, count),
];
/** Fewer samples in the last of them, and more batches at some processes than at others. */
const batches = [batch(0, 7), batch(7, 7), batch(14, 7), batch(21, 7), batch(28, 2)];
const share = (all: readonly train.Batch[]) => all.filter((_, i) => i % size === rank);

const { Accuracy, ConfusionMatrix, F1, MeanAbsoluteError, Precision, R2Score, Recall } = train;
const metrics = () => ({
  accuracy: new Accuracy(),
  confusionMatrix: new ConfusionMatrix(),
  precision: new Precision(),
  recall: new Recall({ average: 'micro' }),
  f1: new F1({ average: 'weighted' }),
  mae: new MeanAbsoluteError(),
  r2: new R2Score(),
});
const model = new nn.Sequential(new nn.Linear(4, 3), new nn.BatchNorm1d(3));
const { mseLoss } = nn.functional;

/** @param all What one process evaluates. */
async function agree(all: readonly train.Batch[]): Promise<void> {
  const alone = await train.evaluate(model, mseLoss, all, { metrics: metrics() });
  const trainer = new train.Trainer({
    model,
    loss: mseLoss,
    optimizer: new train.SGD(model.parameters(), { lr: 0.1 }),
    metrics: metrics(),
    dataParallel: group,
  });
  const together = await trainer.evaluate(share(all));
  deepStrictEqual(together!.confusionMatrix, alone!.confusionMatrix);
  for (const [name, value] of Object.entries(alone!.measured)) {
    const distance = Math.abs(together!.measured[name]! - value);
    strictEqual(distance < 1e-12, true, `${name}: ${together!.measured[name]}, not ${value}`);
  }
  strictEqual(together!.measured.accuracy, alone!.measured.accuracy);
}
await agree(batches);
await agree(batches.slice(0, 1));

// The running statistics of process 0 are those that count.
const own = model.at(1) as nn.BatchNorm1d;
own.runningMean!.fill_(rank);
await train.evaluate(model, mseLoss, share(batches), { dataParallel: group });
deepStrictEqual(own.runningMean!.toArray(), [0, 0, 0]);

// What stops one of them stops all.
const stop = new AbortController();
if (rank === size - 1) stop.abort();
strictEqual(
  await train.evaluate(model, mseLoss, share(batches), { signal: stop.signal, dataParallel: group }),
  undefined,
);

if (size > 1) {
  const half = { reset: () => {}, update: (_output: Tensor) => {}, compute: () => 1 };
  await rejects(
    train.evaluate(model, mseLoss, share(batches), { metrics: { half }, dataParallel: group }),
    /expected metrics with state and mergeState for several processes, got metrics\.half without/,
  );
}

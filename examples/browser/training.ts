// What the page trains. Nothing here knows that it runs in a browser: in Node.js the numbers are the same.
import { manualSeed, nn, scope, tensor } from '@kindling/core';
import { DataLoader, digits } from '@kindling/data';
import { Accuracy, Adam, bce, crossEntropy, SGD, Trainer } from '@kindling/train';

/** XOR as the tutorial has it: the loss before step 0, 1000, … 10,000. */
export function xorLosses(): readonly number[] {
  manualSeed(777);
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tensor([[0], [1], [1], [0]]);
  const model = new nn.Sequential(
    new nn.Linear(2, 2),
    new nn.Sigmoid(),
    new nn.Linear(2, 1),
    new nn.Sigmoid(),
  );
  const optimizer = new SGD(model.parameters(), { lr: 1 });
  const losses: number[] = [];
  for (let step = 0; step <= 10_000; step++) {
    scope(() => {
      const loss = bce(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      if (step % 1000 === 0) losses.push(loss.item());
    });
  }
  return losses;
}

/** Digits that are drawn, so that no file is needed: the loss of each epoch, and the accuracy on others. */
export async function digitsTraining(): Promise<{ readonly losses: number[]; readonly accuracy: number }> {
  manualSeed(1);
  const model = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(784, 32),
    new nn.BatchNorm1d(32),
    new nn.GELU(),
    new nn.Dropout(0.1),
    new nn.Linear(32, 10),
  );
  const trainer = new Trainer({
    model,
    loss: crossEntropy,
    optimizer: new Adam(model.parameters(), { lr: 0.01 }),
    metrics: { accuracy: new Accuracy() },
  });
  const losses: number[] = [];
  const batches = new DataLoader(digits({ count: 500 }).tensors(), { batchSize: 50, shuffle: true });
  await trainer.fit(batches, {
    epochs: 3,
    callbacks: [
      { name: 'losses', onTrainEpochEnd: ({ train }) => void losses.push(train.loss ?? Number.NaN) },
    ],
  });
  const test = new DataLoader(digits({ count: 200, split: 'test' }).tensors(), { batchSize: 200 });
  const evaluation = await trainer.evaluate(test);
  return { losses, accuracy: evaluation?.measured.accuracy ?? Number.NaN };
}

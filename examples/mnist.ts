// MNIST in batches: one hidden layer, cross-entropy, Adam. Epochs as the first argument, 10 unless given.
import { init, manualSeed, nn, noGrad, scope, type Tensor } from '@kindling/core';
import { DataLoader, mnist } from '@kindling/data';
import { Adam, crossEntropy } from '@kindling/train';

const epochs = Number(process.argv[2] ?? 10);
const train = (await mnist({ split: 'train' })).tensors();
const test = (await mnist({ split: 'test' })).tensors();

manualSeed(777);
const hidden = new nn.Linear(784, 256);
const output = new nn.Linear(256, 10);
for (const layer of [hidden, output]) {
  init.kaimingNormal(layer.weight);
  init.zeros(layer.bias!);
}
const model = new nn.Sequential(new nn.Flatten(), hidden, new nn.ReLU(), output);
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
const loader = new DataLoader(train, { batchSize: 256, shuffle: true });

function accuracy([images, labels]: readonly Tensor[]): number {
  model.eval();
  return scope(() => noGrad(() => model.forward(images!).argmax(1).eq(labels!).float().mean().item()));
}

for (let epoch = 0; epoch < epochs; epoch++) {
  model.train();
  let total = 0;
  for (const [images, labels] of loader) {
    scope(() => {
      const loss = crossEntropy(model.forward(images!), labels!);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      total += loss.item();
    });
  }
  const row = [total / loader.length, accuracy(train.tensors), accuracy(test.tensors)];
  console.log(
    `epoch ${epoch}: loss %s, train accuracy %s, test accuracy %s`,
    ...row.map((v) => v.toFixed(4)),
  );
}

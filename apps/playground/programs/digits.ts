// Digits in batches: one hidden layer, cross-entropy, Adam. Then draw a digit yourself.
import { init, manualSeed, nn, noGrad, scope, type Tensor, tensor } from '@kindling/core';
import { DataLoader, digits } from '@kindling/data';
import { onDrawing } from '@kindling/playground';
import { Adam, createRun, crossEntropy } from '@kindling/train';

const config = { epochs: 6, images: 4000, hidden: 64, batchSize: 64, lr: 2e-3 };

// Drawn from a seed. For MNIST itself import mnist and write: (await mnist({ split: 'train' })).tensors()
const train = digits({ count: config.images }).tensors();
const test = digits({ count: 1000, split: 'test' }).tensors();

manualSeed(777);
const hidden = new nn.Linear(784, config.hidden);
const output = new nn.Linear(config.hidden, 10);
for (const layer of [hidden, output]) {
  init.kaimingNormal(layer.weight);
  init.zeros(layer.bias!);
}
const model = new nn.Sequential(new nn.Flatten(), hidden, new nn.ReLU(), output);
const optimizer = new Adam(model.parameters(), { lr: config.lr });
const loader = new DataLoader(train, { batchSize: config.batchSize, shuffle: true });

function accuracy([images, labels]: readonly Tensor[]): number {
  model.eval();
  return scope(() => noGrad(() => model.forward(images!).argmax(1).eq(labels!).float().mean().item()));
}

const run = await createRun({ name: 'digits', config });
let step = 0;
for (let epoch = 0; epoch < config.epochs; epoch++) {
  model.train();
  let total = 0;
  for (const [images, labels] of loader) {
    scope(() => {
      const loss = crossEntropy(model.forward(images!), labels!);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      total += loss.item();
      run.log(step++, { loss: loss.item() });
    });
  }
  const measured = { loss: total / loader.length, accuracy: accuracy(train.tensors) };
  const validation = { accuracy: accuracy(test.tensors) };
  run.logEpoch(epoch, { train: measured, validation });
  console.log(
    `epoch ${epoch}: loss ${measured.loss.toFixed(4)}, test accuracy ${validation.accuracy.toFixed(4)}`,
  );
}
run.finish();

// What you draw comes as 28 × 28 pixels from 0 to 1, centered as the digits above are.
onDrawing((pixels) =>
  noGrad(() =>
    model
      .forward(tensor(pixels, { shape: [1, 28, 28] }))
      .softmax(1)
      .flatten(),
  ),
);

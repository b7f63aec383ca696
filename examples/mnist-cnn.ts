// MNIST by two convolutions with max pooling. Epochs as the first argument, 3 unless given: 98.7 %.
import { init, manualSeed, nn } from '@kindling/core';
import { DataLoader, mnist } from '@kindling/data';
import { Accuracy, Adam, ConsoleLogger, crossEntropy, Trainer } from '@kindling/train';

const epochs = Number(process.argv[2] ?? 3);
const train = (await mnist({ split: 'train' })).tensors({ flatten: false });
const test = (await mnist({ split: 'test' })).tensors({ flatten: false });

manualSeed(777);
const output = new nn.Linear(7 * 7 * 64, 10);
const model = new nn.Sequential(
  new nn.Conv2d(1, 32, 3, { padding: 1 }),
  new nn.ReLU(),
  new nn.MaxPool2d(2),
  new nn.Conv2d(32, 64, 3, { padding: 1 }),
  new nn.ReLU(),
  new nn.MaxPool2d(2),
  new nn.Flatten(),
  output,
);
init.xavierUniform(output.weight);

const trainer = new Trainer({
  model,
  loss: crossEntropy,
  optimizer: new Adam(model.parameters(), { lr: 1e-3 }),
  metrics: { accuracy: new Accuracy() },
});
const batches = new DataLoader(train, { batchSize: 100, shuffle: true, dropLast: true });
const validation = new DataLoader(test, { batchSize: 1000 });
await trainer.fit(batches, { epochs, validation, callbacks: [new ConsoleLogger()] });

const measured = await trainer.evaluate(validation);
console.log(`test accuracy ${measured!.measured.accuracy!.toFixed(4)}`);

// A program to be bundled: XOR by core, data and train; the engine and the first and the last loss.
import { deviceReports, manualSeed, nn } from '@kindling/core';
import { DataLoader, xor } from '@kindling/data';
import { bce, SGD, Trainer } from '@kindling/train';

manualSeed(777);
const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Sigmoid(), new nn.Linear(2, 1), new nn.Sigmoid());
const trainer = new Trainer({ model, loss: bce, optimizer: new SGD(model.parameters(), { lr: 1 }) });
const losses = [];
const rows = xor().tensors({ inputs: ['a', 'b'], targets: ['label'] });
trainer
  .fit(new DataLoader(rows, { batchSize: 4 }), {
    epochs: 10_001,
    callbacks: [{ onTrainEpochEnd: ({ train }) => void losses.push(train.loss) }],
  })
  .then(() => {
    const { engine } = deviceReports().find(({ device }) => device === 'cpu');
    console.log(engine, losses[0].toFixed(7), losses.at(-1).toFixed(7));
  });

// A program of a user: XOR, the seed and the numbers of the README.
import assert from 'node:assert/strict';
import { deviceReports, manualSeed, nn, scope, tensor } from '@kindling/core';
import { DataLoader, xor } from '@kindling/data';
import { Accuracy, bce, SGD } from '@kindling/train';
import { renderTerminal, trainingCurve } from '@kindling/viz';
import { renderSvg } from '@kindling/viz/svg';

const [engine = 'native'] = process.argv.slice(2);
const report = deviceReports().find(({ device }) => device === 'cpu');
assert.equal(report.engine, engine, JSON.stringify(report));

manualSeed(777);
const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);
const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Sigmoid(), new nn.Linear(2, 1), new nn.Sigmoid());
const optimizer = new SGD(model.parameters(), { lr: 1 });
const losses = [];
for (let step = 0; step <= 10_000; step++) {
  scope(() => {
    const loss = bce(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 1000 === 0) losses.push(loss.item());
  });
}
assert.equal(losses[0].toFixed(7), '0.7434073');
assert.ok(losses.at(-1) < 0.002, `loss ${losses.at(-1)}`);

const curve = trainingCurve({ step: losses.map((_, i) => i * 1000), train: { loss: losses } });
assert.match(renderSvg(curve), /^<svg /);
assert.ok(renderTerminal(curve).length > 0);
assert.ok(new Accuracy() && DataLoader && xor);
console.log(`${engine}: ${losses[0]} → ${losses.at(-1)}`);

// Height from weight with autograd, and the fit as a scatter plot.
import { manualSeed, nn, noGrad, scope, tensor } from '@kindling/core';
import { weightHeight } from '@kindling/data';
import { createRun, mse, SGD } from '@kindling/train';
import { renderTerminal, scatter } from '@kindling/viz';

const data = await weightHeight();
const weight = data.column('weight');
const height = data.column('height');
const x = tensor(weight, { shape: [data.length, 1] })
  .float()
  .mul(0.1);
const y = tensor(height, { shape: [data.length, 1] })
  .float()
  .mul(0.1);

manualSeed(220119);
const model = new nn.Sequential(
  new nn.Linear(1, 8),
  new nn.ReLU(),
  new nn.Linear(8, 4),
  new nn.ReLU(),
  new nn.Linear(4, 1),
);
const optimizer = new SGD(model.parameters(), { lr: 0.01 });

const run = await createRun({ name: 'weight-height', config: { lr: 0.01 } });
for (let step = 0; step <= 3000; step++) {
  scope(() => {
    const loss = mse(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 10 === 0) run.log(step, { loss: loss.item() });
    if (step % 500 === 0) console.log(step, loss.item().toFixed(6));
  });
}

const prediction = noGrad(() => model.forward(x).mul(10))
  .flatten()
  .data();
run.logPredictions(3000, {
  input: { weight: [...weight] },
  target: { height: [...height] },
  prediction: { height: prediction },
});
run.finish();

const chart = scatter(
  { x: weight, target: height, prediction },
  { title: 'Height from weight', xName: 'weight', xUnit: 'kg', yName: 'height', yUnit: 'cm' },
);
console.log(renderTerminal(chart));

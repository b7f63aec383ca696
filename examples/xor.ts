// XOR with modules: two inputs, two hidden units, one output.
import { manualSeed, nn, noGrad, scope, tensor } from '@kindling/core';
import { bce, SGD } from '@kindling/train';
import { renderTerminal, trainingCurve } from '@kindling/viz';

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

const curve = { step: [] as number[], loss: [] as number[] };
for (let step = 0; step <= 10_000; step++) {
  scope(() => {
    const loss = bce(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 100 === 0) {
      curve.step.push(step);
      curve.loss.push(loss.item());
    }
  });
  if (step % 1000 === 0) console.log(step, curve.loss.at(-1)?.toFixed(7));
}

const hypothesis = noGrad(() => model.forward(x));
const predicted = hypothesis.gt(0.5).float();
console.log('hypothesis', hypothesis.flatten().toArray());
console.log('predicted ', predicted.flatten().toArray());
console.log('accuracy  ', predicted.eq(y).float().mean().item());
console.log(
  renderTerminal(trainingCurve({ step: curve.step, train: { loss: curve.loss } }, { title: 'XOR' })),
);

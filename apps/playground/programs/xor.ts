// XOR with modules: two inputs, two hidden units, one output.
import { manualSeed, nn, noGrad, scope, tensor } from '@kindling/core';
import { bce, createRun, SGD } from '@kindling/train';

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

const run = await createRun({ name: 'xor', config: { hidden: 2, lr: 1 } });
for (let step = 0; step <= 10_000; step++) {
  scope(() => {
    const loss = bce(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 20 === 0) run.log(step, { loss: loss.item() });
    if (step % 1000 === 0) console.log(step, loss.item().toFixed(7));
  });
}

// The output over the plane of the two inputs: see the tab Decision boundary.
const side = Array.from({ length: 33 }, (_, i) => (i - 4) / 24);
const points = side.flatMap((b) => side.map((a) => [a, b]));
const plane = noGrad(() => model.forward(tensor(points)).flatten().data());
run.logPredictions(10_001, {
  name: 'boundary',
  input: { a: points.map(([a]) => a!), b: points.map(([, b]) => b!) },
  target: {},
  prediction: { xor: plane },
});
run.finish();

const hypothesis = noGrad(() => model.forward(x));
const predicted = hypothesis.gt(0.5).float();
console.log('hypothesis', hypothesis.flatten().toArray());
console.log('predicted ', predicted.flatten().toArray());
console.log('accuracy  ', predicted.eq(y).float().mean().item());

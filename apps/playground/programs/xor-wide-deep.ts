// XOR, wide and deep: three hidden layers of ten.
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

const widths = [2, 10, 10, 10, 1];
const layers = widths.slice(1).flatMap((width, i) => [new nn.Linear(widths[i]!, width), new nn.Sigmoid()]);
const model = new nn.Sequential(...layers);
const optimizer = new SGD(model.parameters(), { lr: 1 });

const run = await createRun({ name: 'xor', config: { widths, lr: 1 } });
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
run.finish();

const hypothesis = noGrad(() => model.forward(x));
const predicted = hypothesis.gt(0.5).float();
console.log('hypothesis', hypothesis.flatten().toArray());
console.log('accuracy  ', predicted.eq(y).float().mean().item());

// A digit classifier that sees one image a step: mean squared error, sigmoids, SGD. Then draw a digit yourself.
import { manualSeed, nn, noGrad, scope, type Tensor, tensor } from '@kindling/core';
import { digits } from '@kindling/data';
import { onDrawing } from '@kindling/playground';
import { createRun, mse, SGD } from '@kindling/train';
import { image, renderTerminal } from '@kindling/viz';

const config = { steps: 6000, hidden: 50, lr: 0.1 };
const train = digits({ count: 2000 });
const test = digits({ count: 500, split: 'test' });
const [images, targets] = train.tensors({ oneHot: true }).tensors as [Tensor, Tensor];
const [testImages, testLabels] = test.tensors().tensors as [Tensor, Tensor];
const flat = images.flatten(1);

manualSeed(777);
const model = new nn.Sequential(
  new nn.Linear(784, config.hidden),
  new nn.Sigmoid(), // try new nn.LeakyReLU(0.02), new nn.LayerNorm(50)
  new nn.Linear(config.hidden, 10),
  new nn.Sigmoid(),
);
const optimizer = new SGD(model.parameters(), { lr: config.lr }); // try Adam

const run = await createRun({ name: 'digits-single', config });
for (let step = 0; step < config.steps; step++) {
  scope(() => {
    const i = step % train.length;
    const loss = mse(model.forward(flat.select(0, i)), targets.select(0, i)); // try bce
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 10 === 0) run.log(step, { loss: loss.item() });
  });
  if ((step + 1) % 1000 === 0) console.log('steps', step + 1);
}
run.finish();

const score = noGrad(() =>
  model.forward(testImages.flatten(1)).argmax(1).eq(testLabels).float().mean().item(),
);
console.log('test accuracy', score);

const query = test.get(42);
console.log(
  renderTerminal(image({ pixels: query.image, width: 28, height: 28 }, { title: `label ${query.label}` })),
);
console.log(
  'outputs',
  noGrad(() => model.forward(testImages.select(0, 42).flatten()).data()),
);

onDrawing((pixels) => noGrad(() => model.forward(tensor(pixels))));

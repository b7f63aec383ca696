// A digit classifier that sees one image a step, and the improvements of the tutorial: each alone, then all together.
// Images a variant is trained on as the first argument, 60,000 unless given.
import { manualSeed, nn, noGrad, scope, type Tensor } from '@kindling/core';
import { mnist } from '@kindling/data';
import { Adam, bce, mse, type Optimizer, SGD } from '@kindling/train';
import { barChart, image, renderTerminal, trainingCurve } from '@kindling/viz';

const steps = Number(process.argv[2] ?? 60_000);
const train = await mnist({ split: 'train' });
const test = await mnist({ split: 'test' });
const [images, targets] = train.tensors({ oneHot: true }).tensors as [Tensor, Tensor];
const [testImages, testLabels] = test.tensors().tensors as [Tensor, Tensor];

interface Variant {
  hidden?: () => nn.Module[];
  last?: () => nn.Module;
  loss?: (output: Tensor, target: Tensor) => Tensor;
  optimizer?: (parameters: Tensor[]) => Optimizer;
}

const leaky = (): nn.Module => new nn.LeakyReLU(0.02);
const variants: Record<string, Variant> = {
  'MSE, sigmoid, SGD': {},
  BCE: { loss: bce },
  LeakyReLU: { hidden: () => [leaky()], last: leaky },
  Adam: { optimizer: (parameters) => new Adam(parameters) },
  LayerNorm: { hidden: () => [new nn.Sigmoid(), new nn.LayerNorm(200)] },
  'all together': {
    hidden: () => [leaky(), new nn.LayerNorm(200)],
    loss: bce,
    optimizer: (parameters) => new Adam(parameters),
  },
};

const flat = images.flatten(1);
const flatTest = testImages.flatten(1);
const curves: { run: string; step: number[]; train: { loss: number[] } }[] = [];
const scores: [string, number][] = [];
let model = new nn.Sequential();

for (const [name, variant] of Object.entries(variants)) {
  const {
    hidden = () => [new nn.Sigmoid()],
    last = () => new nn.Sigmoid(),
    loss = mse,
    optimizer = (parameters) => new SGD(parameters, { lr: 0.01 }),
  } = variant;
  manualSeed(777);
  model = new nn.Sequential(new nn.Linear(784, 200), ...hidden(), new nn.Linear(200, 10), last());
  const update = optimizer(model.parameters());
  const curve = { run: name, step: [] as number[], train: { loss: [] as number[] } };
  for (let step = 0; step < steps; step++) {
    scope(() => {
      const i = step % images.shape[0]!;
      const value = loss(model.forward(flat.select(0, i)), targets.select(0, i));
      update.zeroGrad();
      value.backward();
      update.step();
      if (step % 10 === 0) {
        curve.step.push(step);
        curve.train.loss.push(value.item());
      }
    });
    if ((step + 1) % 10_000 === 0) console.log(name, step + 1);
  }
  const score = scope(() =>
    noGrad(() => model.forward(flatTest).argmax(1).eq(testLabels).float().mean().item()),
  );
  curves.push(curve);
  scores.push([name, score]);
}

console.log(
  renderTerminal(trainingCurve(curves, { title: 'Loss, one image a step', style: 'points', yRange: [0, 1] })),
);
for (const [name, score] of scores) console.log(name.padEnd(20), `${(100 * score).toFixed(2)} %`);

const query = test.get(42);
const output = noGrad(() => model.forward(flatTest.select(0, 42)));
console.log(
  renderTerminal(image({ pixels: query.image, width: 28, height: 28 }, { title: `label ${query.label}` })),
);
console.log(
  renderTerminal(
    barChart({ labels: [...'0123456789'], values: output.data() }, { title: 'Outputs for test image 42' }),
  ),
);

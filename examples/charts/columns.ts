// Trains small models on data that is computed, and keeps the columns that the pictures of docs/charts.md are drawn from.
import { manualSeed, nn, noGrad, scope, type Tensor, tensor } from '@kindling/core';
import { digits, xor } from '@kindling/data';
import { Adam, bce, crossEntropy, mse, type Optimizer, SGD } from '@kindling/train';

/** Four digits: pictures show no more, and numbers that differ in the last bits stay the same. */
const rounded = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Number(value.toPrecision(4)));

const testSize = 200;
const train = digits({ count: 2000 });
const test = digits({ count: testSize, split: 'test' });
const [images, labels] = train.tensors().tensors as [Tensor, Tensor];
const [testImages, testLabels] = test.tensors().tensors as [Tensor, Tensor];
const flat = images.flatten(1);
const flatTest = testImages.flatten(1);
const batch = (i: number, size: number): [Tensor, Tensor] => {
  const from = (i * size) % train.length;
  return [flat.slice(0, from, from + size), labels.slice(0, from, from + size)];
};

interface Trained {
  readonly model: nn.Module;
  readonly tables: readonly object[];
  readonly weights: { readonly step: readonly number[]; readonly values: readonly number[][] };
}

/** A classifier of digits, trained for a few epochs. */
function classifier(run: string, optimizerOf: (parameters: Tensor[]) => Optimizer): Trained {
  manualSeed(777);
  const last = new nn.Linear(32, 10);
  const model = new nn.Sequential(new nn.Linear(784, 32), new nn.ReLU(), last);
  const optimizer = optimizerOf(model.parameters());
  const [size, epochs] = [50, 3];
  const steps = { step: [] as number[], loss: [] as number[] };
  const ends = { step: [] as number[], loss: [] as number[], accuracy: [] as number[] };
  const weights = { step: [] as number[], values: [] as number[][] };
  for (let step = 0; step < (epochs * train.length) / size; step++) {
    scope(() => {
      if (step % 20 === 0) {
        weights.step.push(step);
        weights.values.push(rounded(last.weight.flatten().data()));
      }
      const [x, target] = batch(step, size);
      const loss = crossEntropy(model.forward(x), target);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      steps.step.push(step);
      steps.loss.push(loss.item());
      if (((step + 1) * size) % train.length !== 0) return;
      noGrad(() => {
        const output = model.forward(flatTest);
        ends.step.push(step);
        ends.loss.push(crossEntropy(output, testLabels).item());
        ends.accuracy.push(output.argmax(1).eq(testLabels).float().mean().item());
      });
    });
  }
  const tables = [
    { run, step: steps.step, train: { loss: rounded(steps.loss) } },
    { run, step: ends.step, validation: { loss: rounded(ends.loss), accuracy: rounded(ends.accuracy) } },
  ];
  return { model, tables, weights };
}

/** What a classifier says of the test digits. */
function answers(model: nn.Module): object {
  const scores = noGrad(() => model.forward(flatTest).softmax(1));
  const predictions = Array.from(scores.argmax(1).data(), Number);
  const truths = Array.from(testLabels.data(), Number);
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  for (const [i, truth] of truths.entries()) counts[truth]![predictions[i]!]!++;
  const shown = 16;
  const pixels = Array.from({ length: shown }, (_, i) => Array.from(test.get(i).image)).flat();
  return {
    counts,
    scores: rounded(scores.select(0, 42).data()),
    target: truths[42]!,
    pixels,
    labels: truths.slice(0, shown),
    predictions: predictions.slice(0, shown),
  };
}

/** Gradients of a network of sigmoids that is too deep for them. */
function vanishing(): object {
  manualSeed(777);
  const layers = [784, 24, 24, 24, 24, 10];
  const model = new nn.Sequential(
    ...layers
      .slice(1)
      .flatMap((size, i) => [new nn.Linear(layers[i]!, size), new nn.Sigmoid()])
      .slice(0, -1),
  );
  const optimizer = new SGD(model.parameters(), { lr: 0.5 });
  const weights = [...model.namedParameters()].filter(([name]) => name.endsWith('weight'));
  const step: number[] = [];
  const norms = Object.fromEntries(weights.map(([name]) => [name, [] as number[]]));
  for (let i = 0; i < 120; i++) {
    scope(() => {
      const [x, target] = batch(i, 50);
      optimizer.zeroGrad();
      crossEntropy(model.forward(x), target).backward();
      if (i % 4 === 0) {
        step.push(i);
        for (const [name, weight] of weights) {
          norms[name]!.push(...rounded([Math.sqrt(weight.grad!.mul(weight.grad!).sum().item())]));
        }
      }
      optimizer.step();
    });
  }
  return { step, norms };
}

/** The losses of two classifiers that see one digit a step. */
function dots(): object[] {
  return (['MSE', 'BCE'] as const).map((run) => {
    manualSeed(777);
    const model = new nn.Sequential(
      new nn.Linear(784, 32),
      new nn.Sigmoid(),
      new nn.Linear(32, 10),
      new nn.Sigmoid(),
    );
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const targets = train.tensors({ oneHot: true }).tensors[1]!;
    const curve = { run, step: [] as number[], loss: [] as number[] };
    for (let step = 0; step < train.length; step++) {
      scope(() => {
        const output = model.forward(flat.select(0, step));
        const loss = (run === 'MSE' ? mse : bce)(output, targets.select(0, step));
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        if (step % 4 !== 0) return;
        curve.step.push(step);
        curve.loss.push(...rounded([loss.item()]));
      });
    }
    return curve;
  });
}

/** The outputs of a network that has learned XOR, over a grid. */
function boundary(): object {
  manualSeed(777);
  const [x, y] = xor().tensors().tensors;
  const model = new nn.Sequential(
    new nn.Linear(2, 10),
    new nn.Sigmoid(),
    new nn.Linear(10, 1),
    new nn.Sigmoid(),
  );
  const optimizer = new SGD(model.parameters(), { lr: 1 });
  for (let step = 0; step < 3000; step++) {
    scope(() => {
      const loss = bce(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    });
  }
  const axis = Array.from({ length: 25 }, (_, i) => (i - 2) / 20);
  const nodes = tensor(axis.flatMap((b) => axis.map((a) => [a, b])));
  const scores = rounded(noGrad(() => model.forward(nodes)).data());
  return { x: axis, y: axis, scores, samples: { x: [0, 0, 1, 1], y: [0, 1, 0, 1], label: [0, 1, 1, 0] } };
}

/** A line through points that scatter about a curve. */
function regression(): object {
  manualSeed(777);
  const x = Array.from({ length: 60 }, (_, i) => i / 10);
  const target = x.map((value, i) => Math.sin(value) + 0.2 * Math.sin(37 * i));
  const inputs = tensor(x.map((value) => [value / 6]));
  const targets = tensor(target.map((value) => [value]));
  const model = new nn.Sequential(new nn.Linear(1, 16), new nn.Tanh(), new nn.Linear(16, 1));
  const optimizer = new Adam(model.parameters(), { lr: 0.02 });
  for (let step = 0; step < 800; step++) {
    scope(() => {
      const loss = mse(model.forward(inputs), targets);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    });
  }
  return { x, target: rounded(target), prediction: rounded(noGrad(() => model.forward(inputs)).data()) };
}

/** Accuracies of small classifiers by learning rate and width. */
function sweep(): object {
  const trials = [0.02, 0.1, 0.5].flatMap((lr) => [4, 16, 64].map((hidden) => ({ lr, hidden })));
  const target = trials.map(({ lr, hidden }) => {
    manualSeed(777);
    const model = new nn.Sequential(new nn.Linear(784, hidden), new nn.ReLU(), new nn.Linear(hidden, 10));
    const optimizer = new SGD(model.parameters(), { lr });
    for (let step = 0; step < 80; step++) {
      scope(() => {
        const [x, labels] = batch(step, 25);
        optimizer.zeroGrad();
        crossEntropy(model.forward(x), labels).backward();
        optimizer.step();
      });
    }
    return scope(() => noGrad(() => model.forward(flatTest).argmax(1).eq(testLabels).float().mean().item()));
  });
  return {
    runs: trials.map(({ lr, hidden }) => `lr-${lr}-hidden-${hidden}`),
    settings: { lr: trials.map(({ lr }) => lr), hidden: trials.map(({ hidden }) => hidden) },
    target: rounded(target),
  };
}

/** The columns by the names that the code in docs/charts.md gives them. */
export function columns(): Readonly<Record<string, unknown>> {
  const adam = classifier('adam', (parameters) => new Adam(parameters));
  const sgd = classifier('sgd', (parameters) => new SGD(parameters, { lr: 0.1 }));
  const first = adam.weights.values[0]!;
  const last = adam.weights.values.at(-1)!;
  return {
    adam: adam.tables,
    sgd: sgd.tables,
    test: answers(adam.model),
    weights: adam.weights,
    before: first,
    after: last,
    gradients: vanishing(),
    single: dots(),
    xor: boundary(),
    curve: regression(),
    sweep: sweep(),
  };
}

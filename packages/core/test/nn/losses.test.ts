import { getDefaultDevice, nn, type Tensor, tensor } from '@kindling/core';
import { expect, test } from 'vitest';

const { functional } = nn;
const x = (): Tensor =>
  tensor([
    [0.2, 0.7],
    [0.9, 0.4],
  ]);
const y = (): Tensor =>
  tensor([
    [0, 1],
    [1, 0],
  ]);
const signs = (): Tensor =>
  tensor([
    [1, -1],
    [-1, 1],
  ]);
const classes = (): Tensor => tensor([0, 1], { dtype: 'int32' });
const weight = (): Tensor => tensor([0.5, 2]);

const pairs: readonly (readonly [string, () => Tensor, () => Tensor])[] = [
  ['MSELoss', () => new nn.MSELoss().forward(x(), y()), () => functional.mseLoss(x(), y())],
  [
    'L1Loss',
    () => new nn.L1Loss({ reduction: 'sum' }).forward(x(), y()),
    () => functional.l1Loss(x(), y(), { reduction: 'sum' }),
  ],
  [
    'HuberLoss',
    () => new nn.HuberLoss({ delta: 0.3 }).forward(x(), y()),
    () => functional.huberLoss(x(), y(), { delta: 0.3 }),
  ],
  [
    'SmoothL1Loss',
    () => new nn.SmoothL1Loss({ beta: 0.3 }).forward(x(), y()),
    () => functional.smoothL1Loss(x(), y(), { beta: 0.3 }),
  ],
  ['KLDivLoss', () => new nn.KLDivLoss().forward(x(), y()), () => functional.klDiv(x(), y())],
  [
    'HingeEmbeddingLoss',
    () => new nn.HingeEmbeddingLoss({ margin: 2 }).forward(x(), signs()),
    () => functional.hingeEmbeddingLoss(x(), signs(), { margin: 2 }),
  ],
  [
    'PoissonNLLLoss',
    () => new nn.PoissonNLLLoss().forward(x(), y()),
    () => functional.poissonNllLoss(x(), y()),
  ],
  [
    'MarginRankingLoss',
    () => new nn.MarginRankingLoss().forward(x(), y(), signs()),
    () => functional.marginRankingLoss(x(), y(), signs()),
  ],
  [
    'CosineEmbeddingLoss',
    () => new nn.CosineEmbeddingLoss().forward(x(), y(), tensor([1, -1])),
    () => functional.cosineEmbeddingLoss(x(), y(), tensor([1, -1])),
  ],
  [
    'TripletMarginLoss',
    () => new nn.TripletMarginLoss({ p: 1 }).forward(x(), y(), signs()),
    () => functional.tripletMarginLoss(x(), y(), signs(), { p: 1 }),
  ],
  [
    'TripletMarginWithDistanceLoss',
    () =>
      new nn.TripletMarginWithDistanceLoss({
        distanceFunction: (a, b) => functional.pairwiseDistance(a, b, { p: 1 }),
        swap: true,
      }).forward(x(), y(), signs()),
    () => functional.tripletMarginLoss(x(), y(), signs(), { p: 1, swap: true }),
  ],
  [
    'SoftMarginLoss',
    () => new nn.SoftMarginLoss({ reduction: 'sum' }).forward(x(), signs()),
    () => functional.softMarginLoss(x(), signs(), { reduction: 'sum' }),
  ],
  [
    'MultiMarginLoss',
    () => new nn.MultiMarginLoss({ p: 2, margin: 2, weight: weight() }).forward(x(), classes()),
    () => functional.multiMarginLoss(x(), classes(), { p: 2, margin: 2, weight: weight() }),
  ],
  [
    'MultiLabelMarginLoss',
    () => new nn.MultiLabelMarginLoss().forward(x(), signs().int().sub(1).div(2).int()),
    () => functional.multilabelMarginLoss(x(), signs().int().sub(1).div(2).int()),
  ],
  [
    'MultiLabelSoftMarginLoss',
    () => new nn.MultiLabelSoftMarginLoss({ weight: weight() }).forward(x(), y()),
    () => functional.multilabelSoftMarginLoss(x(), y(), { weight: weight() }),
  ],
  [
    'GaussianNLLLoss',
    () => new nn.GaussianNLLLoss({ full: true }).forward(x(), y(), weight()),
    () => functional.gaussianNllLoss(x(), y(), weight(), { full: true }),
  ],
  [
    'BCELoss',
    () => new nn.BCELoss({ weight: weight() }).forward(x(), y()),
    () => functional.binaryCrossEntropy(x(), y(), { weight: weight() }),
  ],
  [
    'BCEWithLogitsLoss',
    () => new nn.BCEWithLogitsLoss({ posWeight: weight() }).forward(x(), y()),
    () => functional.binaryCrossEntropyWithLogits(x(), y(), { posWeight: weight() }),
  ],
  [
    'NLLLoss',
    () => new nn.NLLLoss({ weight: weight(), ignoreIndex: 1 }).forward(x(), classes()),
    () => functional.nllLoss(x(), classes(), { weight: weight(), ignoreIndex: 1 }),
  ],
  [
    'CrossEntropyLoss',
    () => new nn.CrossEntropyLoss({ weight: weight(), labelSmoothing: 0.1 }).forward(x(), classes()),
    () => functional.crossEntropy(x(), classes(), { weight: weight(), labelSmoothing: 0.1 }),
  ],
];

test.each(pairs)('%s is its function', (name, module, computed) => {
  expect(module().item()).toBe(computed().item());
  const Loss = Reflect.get(nn, name) as new (options?: object) => nn.Module;
  expect(String(new Loss())).toBe(`${name}()`);
  expect(() => new Loss({ reductoin: 'sum' })).toThrow(`${name}: expected options among`);
});

test('weights are state of the module, and move with it', () => {
  const loss = new nn.CrossEntropyLoss({ weight: weight() });
  expect(Object.keys(loss.stateDict())).toEqual(['weight']);
  expect(loss.parameters()).toEqual([]);
  loss.to(getDefaultDevice());
  expect(loss.weight?.device).toBe(x().device);
  expect(Object.keys(new nn.CrossEntropyLoss().stateDict())).toEqual([]);
});

test('a model learns with this package alone', () => {
  const model = new nn.Linear(2, 1);
  const loss = new nn.MSELoss();
  const target = tensor([[1], [-1]]);
  const value = (): number => loss.forward(model.forward(x()), target).item();
  const before = value();
  for (let step = 0; step < 20; step++) {
    for (const parameter of model.parameters()) parameter.grad = null;
    loss.forward(model.forward(x()), target).backward();
    for (const parameter of model.parameters()) parameter.detach().sub_(parameter.grad!.mul(0.2));
  }
  expect(value()).toBeLessThan(before);
});

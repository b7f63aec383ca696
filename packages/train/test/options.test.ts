import { nn, tensor, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import * as train from '../src/index.ts';
import { Trainer } from '../src/index.ts';

const make = (type: unknown, ...args: readonly unknown[]): unknown =>
  Reflect.construct(type as new () => unknown, args);
const call = (fn: unknown, ...args: readonly unknown[]): unknown =>
  Reflect.apply(fn as () => unknown, undefined, args);

const parameters = () => [zeros([2], { requiresGrad: true })];
const optimizer = () => new train.SGD(parameters(), { lr: 0.1, momentum: 0.9 });
const rows = tensor([
  [0.25, 0.75],
  [0.5, 0.5],
]);
const classes = tensor([0, 1], { dtype: 'int32' });
const model = new nn.Linear(2, 1);
const loss = train.mse;

/** Everything of this package that takes options: with options that it takes, and a call with any. */
const takers: readonly (readonly [string, object, (options: unknown) => unknown])[] = [
  ['SGD', { lr: 0.1 }, (options) => make(train.SGD, parameters(), options)],
  ['Adam', {}, (options) => make(train.Adam, parameters(), options)],
  ['AdamW', {}, (options) => make(train.AdamW, parameters(), options)],
  ['RMSprop', {}, (options) => make(train.RMSprop, parameters(), options)],
  ['Adagrad', {}, (options) => make(train.Adagrad, parameters(), options)],
  ['a group', {}, (options) => make(train.Adam, [{ params: parameters(), ...(options as object) }])],
  ['mse', {}, (options) => call(train.mse, rows, rows, options)],
  ['l1', {}, (options) => call(train.l1, rows, rows, options)],
  ['huber', {}, (options) => call(train.huber, rows, rows, options)],
  ['bce', {}, (options) => call(train.bce, rows, rows, options)],
  ['bceWithLogits', {}, (options) => call(train.bceWithLogits, rows, rows, options)],
  ['crossEntropy', {}, (options) => call(train.crossEntropy, rows, classes, options)],
  ['nll', {}, (options) => call(train.nll, rows, classes, options)],
  ['klDiv', {}, (options) => call(train.klDiv, rows, rows, options)],
  ['clipGradNorm', {}, (options) => call(train.clipGradNorm, [], 1, options)],
  ['StepLR', { stepSize: 1 }, (options) => make(train.StepLR, optimizer(), options)],
  ['MultiStepLR', { milestones: [1] }, (options) => make(train.MultiStepLR, optimizer(), options)],
  ['ExponentialLR', { gamma: 0.5 }, (options) => make(train.ExponentialLR, optimizer(), options)],
  ['LinearLR', {}, (options) => make(train.LinearLR, optimizer(), options)],
  ['CosineAnnealingLR', { tMax: 2 }, (options) => make(train.CosineAnnealingLR, optimizer(), options)],
  ['OneCycleLR', { maxLr: 1, totalSteps: 9 }, (options) => make(train.OneCycleLR, optimizer(), options)],
  ['ReduceLROnPlateau', {}, (options) => make(train.ReduceLROnPlateau, optimizer(), options)],
  ['Accuracy', {}, (options) => make(train.Accuracy, options)],
  ['ConfusionMatrix', {}, (options) => make(train.ConfusionMatrix, options)],
  ['Precision', {}, (options) => make(train.Precision, options)],
  ['Recall', {}, (options) => make(train.Recall, options)],
  ['F1', { average: 'macro' }, (options) => make(train.F1, options)],
  ['EarlyStopping', {}, (options) => make(train.EarlyStopping, options)],
  ['Trainer', { model, loss, optimizer: optimizer() }, (options) => make(Trainer, options)],
];

describe.each(takers)('%s', (_, valid, give) => {
  test('takes its options', () => {
    expect(() => give(valid)).not.toThrow();
  });

  test('refuses one that does not exist', () => {
    expect(() => give({ ...valid, nonsense: 1 })).toThrow(/expected options among .*, got "nonsense"$/);
  });
});

test.each<[string, () => unknown, string]>([
  [
    '{ weight_decay }',
    () => make(train.Adam, parameters(), { weight_decay: 0.1 }),
    'Adam: expected options among lr, betas, eps, weightDecay, amsgrad, maximize, got "weight_decay"; did you mean weightDecay?',
  ],
  [
    'a rate alone',
    () => make(train.SGD, parameters(), 0.1),
    'SGD: expected options { lr, momentum, dampening, weightDecay, nesterov, maximize }, got 0.1; did you mean { lr: 0.1 }?',
  ],
  ['a reduction alone', () => call(train.mse, rows, rows, 'sum'), "did you mean { reduction: 'sum' }?"],
  [
    '{ label_smoothing }',
    () => call(train.crossEntropy, rows, classes, { label_smoothing: 0.1 }),
    'did you mean labelSmoothing?',
  ],
  ['{ step_size }', () => make(train.StepLR, optimizer(), { step_size: 1 }), 'did you mean stepSize?'],
  [
    'null',
    () => make(train.EarlyStopping, null),
    'EarlyStopping: expected options { monitor, patience, minDelta }, got null',
  ],
  [
    'a loss too many',
    () => make(Trainer, { model, loss, optimizer: optimizer(), losses: 1 }),
    'did you mean loss?',
  ],
])('%s', (_, run, message) => {
  expect(run).toThrow(message);
});

test('what fit and evaluate take is checked before they begin', async () => {
  const trainer = new Trainer({ model, loss, optimizer: optimizer() });
  await expect(Reflect.apply(trainer.fit, trainer, [[], { epoch: 1 }])).rejects.toThrow(
    'did you mean epochs?',
  );
  await expect(Reflect.apply(train.evaluate, undefined, [model, loss, [], { metric: {} }])).rejects.toThrow(
    'evaluate: expected options among metrics, signal, dataParallel, got "metric"; did you mean metrics?',
  );
});

import type { Layer } from '../task.ts';
import type { StepWorkload, Training } from '../workload.ts';
import { mlp } from './layers.ts';

/** Images of MNIST that are trained on. */
export const digits = 60_000;

const relu: Layer = ['relu'];
const sigmoid: Layer = ['sigmoid'];
const leakyRelu: Layer = ['leakyRelu', 0.02];

const program = (name: string, unit: StepWorkload['unit'], step: Omit<Training, 'kind'>): StepWorkload => ({
  name,
  group: 'programs',
  measure: 'steps',
  unit,
  step: { kind: 'training', ...step },
});

const epoch = (name: string, step: Omit<Training, 'kind'>): StepWorkload => ({
  name,
  group: 'epochs',
  measure: 'steps',
  unit: 's/epoch',
  step: { kind: 'training', ...step },
  stepsPerUnit: Math.ceil(digits / step.batch),
});

const xor = {
  data: 'xor',
  loss: 'bce',
  optimizer: { type: 'sgd', lr: 1 },
  feed: 'fixed',
  batch: 4,
} as const;

const diabetes = {
  data: 'diabetes',
  loss: 'bce',
  optimizer: { type: 'sgd', lr: 0.1 },
  feed: 'fixed',
  batch: 759,
} as const;

const weightHeight: Omit<Training, 'kind'> = {
  data: 'weight-height',
  layers: mlp([1, 8, 4, 1], relu),
  loss: 'mse',
  optimizer: { type: 'sgd', lr: 0.01 },
  feed: 'fixed',
  batch: 24,
};

const single: Omit<Training, 'kind'> = {
  data: 'mnist-one-hot',
  layers: mlp([784, 200, 10], sigmoid, sigmoid),
  loss: 'mse',
  optimizer: { type: 'sgd', lr: 0.01 },
  feed: 'rows',
  batch: 1,
};

const singleImproved: Omit<Training, 'kind'> = {
  ...single,
  layers: [['linear', 784, 200], leakyRelu, ['layerNorm', 200], ['linear', 200, 10], sigmoid],
  loss: 'bce',
  optimizer: { type: 'adam', lr: 1e-3 },
};

const mnist = (batch: number, feed: Training['feed']): Omit<Training, 'kind'> => ({
  data: 'mnist',
  layers: mlp([784, 256, 10], relu),
  loss: 'crossEntropy',
  optimizer: { type: 'adam', lr: 1e-3 },
  feed,
  batch,
});

/**
 * Steps of the tutorial programs, of a larger network, and of the small one that SimpleChains.jl shows for its speed. Where all
 * rows are one batch, a step is an epoch.
 *
 * @see https://github.com/PumasAI/SimpleChains.jl
 */
export const programs: readonly StepWorkload[] = [
  program('xor', 'µs/step', { ...xor, layers: mlp([2, 2, 1], sigmoid, sigmoid) }),
  program('xor-wide-deep', 'µs/step', { ...xor, layers: mlp([2, 10, 10, 10, 1], sigmoid, sigmoid) }),
  program('diabetes', 'µs/step', { ...diabetes, layers: mlp([8, 4, 6, 1], sigmoid, sigmoid) }),
  program('diabetes-deep', 'µs/step', {
    ...diabetes,
    layers: mlp([8, ...Array<number>(9).fill(6), 1], relu, sigmoid),
  }),
  program('weight-height', 'µs/step', weightHeight),
  program('mnist-single', 'µs/step', single),
  program('mnist-single-improved', 'µs/step', singleImproved),
  program('mnist-64', 'µs/step', mnist(64, 'fixed')),
  program('mnist-256', 'µs/step', mnist(256, 'fixed')),
  program('mlp-large', 'ms/step', {
    data: 'mnist',
    layers: mlp([784, 1024, 1024, 10], relu),
    loss: 'crossEntropy',
    optimizer: { type: 'sgd', lr: 0.01 },
    feed: 'fixed',
    batch: 1024,
  }),
  program('simplechains', 'µs/step', {
    data: { rows: 10_000, inputs: 4, outputs: 4 },
    layers: mlp([4, 32, 16, 4], ['tanh']),
    loss: 'mse',
    optimizer: { type: 'adam', lr: 1e-3 },
    feed: 'fixed',
    batch: 10_000,
  }),
];

/** Steps that processes share: each takes its part of every batch, and gradients are averaged. */
export const shared: readonly StepWorkload[] = ['mnist-256', 'mlp-large'].map((name) => {
  const { step, unit } = programs.find((program) => program.name === name)!;
  return {
    name: `${name}-2p`,
    group: 'processes',
    measure: 'steps',
    unit,
    step: { ...(step as Training), processes: 2 },
  };
});

/**
 * Whole epochs of digits. `…-epoch` takes its batches from each library's loader; `…-gather` from tensors in memory by index, the
 * fastest way that a program can be written.
 */
export const epochs: readonly StepWorkload[] = [
  epoch('mnist-single-epoch', single),
  epoch('mnist-single-improved-epoch', singleImproved),
  ...[64, 256].flatMap((batch) => [
    epoch(`mnist-${batch}-epoch`, mnist(batch, 'loader')),
    epoch(`mnist-${batch}-epoch-gather`, mnist(batch, 'gather')),
  ]),
];

import type { Family } from '../families.ts';
import type { StepWorkload, Training } from '../workload.ts';
import { mlp } from './layers.ts';

/** Linear layers of these widths with an activation between them, and the rows of a batch. */
export interface GrowingNetwork {
  readonly widths: readonly number[];
  readonly rows: number;
}

/** What grows while the rest stays. */
export interface Growth {
  readonly name: 'rows' | 'width' | 'depth';
  /** What it is, with what stays. */
  readonly title: string;
  readonly values: readonly number[];
  readonly networkAt: (value: number) => GrowingNetwork;
  readonly step: (network: GrowingNetwork) => Training;
}

const doublings = (first: number, last: number): number[] => {
  const values: number[] = [];
  for (let value = first; value <= last; value *= 2) values.push(value);
  return values;
};

/** The batch is the same in each step. */
const training = ({ rows }: GrowingNetwork, rest: Omit<Training, 'kind' | 'feed' | 'batch'>): Training => ({
  kind: 'training',
  feed: 'fixed',
  batch: rows,
  ...rest,
});

const classes = 10;

const classified = (network: GrowingNetwork): Training =>
  training(network, {
    data: { rows: network.rows, inputs: network.widths[0]!, classes },
    layers: mlp(network.widths, ['relu']),
    loss: 'crossEntropy',
    optimizer: { type: 'sgd', lr: 0.01 },
  });

const rowsOfClasses = 256;

export const growths: readonly Growth[] = [
  {
    name: 'rows',
    title: 'Rows of a batch: layers 4-32-16-4, tanh, Adam',
    values: [100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000],
    networkAt: (rows) => ({ widths: [4, 32, 16, 4], rows }),
    step: (network) =>
      training(network, {
        data: { rows: network.rows, inputs: 4, outputs: 4 },
        layers: mlp(network.widths, ['tanh']),
        loss: 'mse',
        optimizer: { type: 'adam', lr: 1e-3 },
      }),
  },
  {
    name: 'width',
    title: `Width of three hidden layers: ${rowsOfClasses} rows, ReLU, SGD`,
    values: doublings(8, 1024),
    networkAt: (width) => ({ widths: [width, width, width, width, classes], rows: rowsOfClasses }),
    step: classified,
  },
  {
    name: 'depth',
    title: `Hidden layers of 64: ${rowsOfClasses} rows, ReLU, SGD`,
    values: doublings(1, 64),
    networkAt: (depth) => ({
      widths: [64, ...Array<number>(depth).fill(64), classes],
      rows: rowsOfClasses,
    }),
    step: classified,
  },
];

const layersOf = ({ widths }: GrowingNetwork): (readonly [inputs: number, outputs: number])[] =>
  widths.slice(1).map((outputs, i) => [widths[i]!, outputs]);

/** Floating-point operations of the products of a step: forward, by weights, and by what layers get, but not by the batch itself. */
export const operationsOf = (network: GrowingNetwork): number =>
  layersOf(network).reduce(
    (sum, [inputs, outputs], i) => sum + 2 * network.rows * inputs * outputs * (i === 0 ? 2 : 3),
    0,
  );

/**
 * Bytes of what a step by separate operations keeps until its update: the batch, what each layer gives before and after its
 * activation, parameters and their gradients.
 */
export const bytesOf = (network: GrowingNetwork): number => {
  const { widths, rows } = network;
  const perRow = widths[0]! + 2 * widths.slice(1).reduce((sum, width) => sum + width, 0);
  const parameters = layersOf(network).reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);
  return 4 * (rows * perRow + 2 * parameters);
};

/** Recorded steps are what grows here; PyTorch compiles each network for seconds, so that it takes every second one. */
const withoutAt = (index: number): Family[] => [
  'Kindling eager',
  'Kindling compile',
  ...(index % 2 === 0 ? [] : (['PyTorch compiled'] as const)),
];

export const growthWorkload = ({ name, values, networkAt, step }: Growth, value: number): StepWorkload => {
  const network = networkAt(value);
  return {
    name: `${name}-${value}`,
    group: 'growth',
    measure: 'steps',
    unit: 'µs/step',
    step: step(network),
    work: operationsOf(network),
    rows: network.rows,
    without: withoutAt(values.length - 1 - values.indexOf(value)),
  };
};

/** How the time of a step grows with rows, width and depth. */
export const growth: readonly StepWorkload[] = growths.flatMap((each) =>
  each.values.map((value) => growthWorkload(each, value)),
);

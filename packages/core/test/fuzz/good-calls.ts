import { type DType, dtypes } from '../../src/dtype.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';

/** A view to come: everything of it may be changed before it is made. */
export interface Form {
  dtype: DType;
  shape: number[];
  strides: number[];
  offset: number;
  bytes: number;
}

export const form = (shape: number[], dtype: DType = 'float32'): Form => ({
  dtype,
  shape,
  strides: contiguousStrides(shape),
  offset: 0,
  bytes: numel(shape) * dtypes[dtype].bytes,
});

export interface Template {
  readonly kind: string;
  readonly outputs: Form[];
  readonly inputs: (Form | number)[];
  readonly attributes: Record<string, unknown>;
}

const axes = { outer: 2, length: 3, inner: 2 };
const pick = { name: 'pick', outer: 2, length: 3, inner: 2, count: 4 };
const rows = { rows: 4, classes: 3, ignoreIndex: -100 };
const heads = { batch: 2, heads: 3, length: 4, keys: 5, size: 6, valueSize: 2, scale: 0.5, causal: true };
const step = { count: 2, weightDecay: 0.1, maximize: false };
/** An LSTM with a projection, of sequences that end. */
const layer = {
  ...{ op: 'lstm', batch: 2, steps: 3, hidden: 4, output: 2, width: 16, cell: 4, projected: 8 },
  ...{ sequences: 2, saved: 24, batchFirst: true, reverse: false },
};
/** 4 → 6 channels in 2 groups, 5 × 4 → 3 × 4 elements. */
const convolution = {
  batch: 2,
  groups: 2,
  inChannels: 4,
  outChannels: 6,
  height: 5,
  width: 4,
  kernelHeight: 3,
  kernelWidth: 2,
  strideHeight: 2,
  strideWidth: 1,
  paddingTop: 1,
  paddingLeft: 1,
  dilationHeight: 1,
  dilationWidth: 2,
  outHeight: 3,
  outWidth: 4,
};
/** 5 × 4 → 3 × 4 elements. */
const pooling = {
  planes: 3,
  height: 5,
  width: 4,
  kernelHeight: 3,
  kernelWidth: 2,
  strideHeight: 2,
  strideWidth: 1,
  paddingTop: 1,
  paddingLeft: 1,
  dilationHeight: 1,
  dilationWidth: 2,
  outHeight: 3,
  outWidth: 4,
};
const averages = { ...pooling, countIncludePad: true, divisor: 0 };
const channels = { samples: 4, channels: 3, length: 2, eps: 1e-5 };
const params = (groups: number): Form[] =>
  Array.from({ length: groups }, () => [form([3]), form([2, 2])]).flat();

/** One good call of each kind. */
export const templates = (): Template[] => [
  { kind: 'copy', outputs: [form([2, 3])], inputs: [form([2, 3], 'int32')], attributes: {} },
  { kind: 'copy', outputs: [form([2, 3])], inputs: [form([2, 3])], attributes: {} },
  {
    kind: 'unary',
    outputs: [form([2, 3])],
    inputs: [form([2, 3])],
    attributes: { op: 'exp', parameters: [] },
  },
  { kind: 'binary', outputs: [form([600])], inputs: [form([600]), 2], attributes: { op: 'add' } },
  {
    kind: 'binary',
    outputs: [form([2, 3], 'bool')],
    inputs: [form([2, 3]), form([2, 3])],
    attributes: { op: 'lt' },
  },
  {
    kind: 'where',
    outputs: [form([2, 3])],
    inputs: [form([2, 3], 'bool'), form([2, 3]), form([2, 3])],
    attributes: {},
  },
  {
    kind: 'activationBackward',
    outputs: [form([5])],
    inputs: [form([5]), form([5])],
    attributes: { op: 'elu', parameters: [1] },
  },
  { kind: 'reduce', outputs: [form([2, 2])], inputs: [form([2, 3, 2])], attributes: { op: 'sum', ...axes } },
  {
    kind: 'argReduce',
    outputs: [form([2, 2], 'int32')],
    inputs: [form([2, 3, 2])],
    attributes: { op: 'max', ...axes },
  },
  { kind: 'cumsum', outputs: [form([2, 3, 2])], inputs: [form([2, 3, 2])], attributes: { ...axes } },
  {
    kind: 'argsort',
    outputs: [form([2, 3, 2], 'int32')],
    inputs: [form([2, 3, 2])],
    attributes: { descending: false, ...axes },
  },
  {
    kind: 'matmul',
    outputs: [form([2, 3, 5])],
    inputs: [form([2, 3, 4]), form([2, 4, 5]), form([5])],
    attributes: { batch: 2, m: 3, n: 5, k: 4, transposeA: false, transposeB: false },
  },
  {
    kind: 'matmul',
    outputs: [form([1, 3, 5])],
    inputs: [form([1, 4, 3]), form([1, 5, 4])],
    attributes: { batch: 1, m: 3, n: 5, k: 4, transposeA: true, transposeB: true },
  },
  {
    kind: 'conv2d',
    outputs: [form([2, 6, 3, 4])],
    inputs: [form([2, 4, 5, 4]), form([6, 2, 3, 2]), form([6])],
    attributes: { ...convolution },
  },
  {
    kind: 'conv2dBackwardInput',
    outputs: [form([2, 4, 5, 4])],
    inputs: [form([2, 6, 3, 4]), form([6, 2, 3, 2])],
    attributes: { ...convolution },
  },
  {
    kind: 'conv2dBackwardWeight',
    outputs: [form([6, 2, 3, 2]), form([6])],
    inputs: [form([2, 6, 3, 4]), form([2, 4, 5, 4])],
    attributes: { ...convolution },
  },
  {
    kind: 'scaledDotProductAttention',
    outputs: [form([2, 3, 4, 2]), form([2, 3, 4]), form([2, 3, 4])],
    inputs: [form([2, 3, 4, 6]), form([2, 3, 5, 6]), form([2, 3, 5, 2]), form([2, 3, 4, 5])],
    attributes: { ...heads },
  },
  {
    kind: 'scaledDotProductAttentionBackward',
    outputs: [form([2, 3, 4, 6]), form([2, 3, 5, 6]), form([2, 3, 5, 2])],
    inputs: [
      ...[form([2, 3, 4, 2]), form([2, 3, 4, 2]), form([2, 3, 4]), form([2, 3, 4])],
      ...[form([2, 3, 4, 6]), form([2, 3, 5, 6]), form([2, 3, 5, 2]), form([2, 3, 4, 5])],
    ],
    attributes: { ...heads },
  },
  {
    kind: 'recurrence',
    outputs: [form([2, 3, 2]), form([2, 2]), form([2, 4]), form([2, 3, 2]), form([2, 3, 24])],
    inputs: [
      ...[form([2, 3, 16]), form([2, 2]), form([2, 4]), form([16, 2]), form([16]), form([2, 4])],
      form([2], 'int32'),
    ],
    attributes: { ...layer, biases: 16 },
  },
  {
    kind: 'recurrenceBackward',
    outputs: [
      ...[form([2, 3, 16]), form([2, 2]), form([2, 4])],
      ...[{ ...form([2, 3, 0]), bytes: 4 }, form([2, 3, 2]), form([2, 3, 4])],
    ],
    inputs: [
      ...[form([2, 3, 2]), form([2, 2]), form([2, 4]), form([2, 3, 2]), form([2, 3, 2]), form([2, 3, 24])],
      ...[form([2, 4]), form([16, 2]), form([2, 4]), form([2], 'int32')],
    ],
    attributes: { ...layer, hiddenWidth: 0, outputGrads: 2, unprojecteds: 4 },
  },
  {
    kind: 'indexSelect',
    outputs: [form([2, 4, 2])],
    inputs: [form([2, 3, 2]), form([4], 'int32')],
    attributes: { ...pick },
  },
  {
    kind: 'indexAdd',
    outputs: [form([2, 3, 2])],
    inputs: [form([2, 4, 2]), form([4], 'int32')],
    attributes: { ...pick },
  },
  {
    kind: 'gather',
    outputs: [form([2, 4, 2])],
    inputs: [form([2, 3, 2]), form([2, 4, 2], 'int32')],
    attributes: { ...pick },
  },
  {
    kind: 'scatterAdd',
    outputs: [form([2, 3, 2])],
    inputs: [form([2, 4, 2]), form([2, 4, 2], 'int32')],
    attributes: { ...pick },
  },
  {
    kind: 'assertRange',
    outputs: [],
    inputs: [form([7])],
    attributes: { low: -1e9, high: 1e9, except: Number.NaN, expected: 'range', rest: '' },
  },
  {
    kind: 'softmax',
    outputs: [form([2, 3, 2])],
    inputs: [form([2, 3, 2])],
    attributes: { log: true, ...axes },
  },
  {
    kind: 'softmaxBackward',
    outputs: [form([2, 3, 2])],
    inputs: [form([2, 3, 2]), form([2, 3, 2])],
    attributes: { log: false, ...axes },
  },
  {
    kind: 'crossEntropy',
    outputs: [form([4]), form([4, 3]), form([])],
    inputs: [form([4, 3]), form([4], 'int32')],
    attributes: { ...rows },
  },
  {
    kind: 'crossEntropyBackward',
    outputs: [form([4, 3])],
    inputs: [form([4, 3]), form([4], 'int32'), form([4])],
    attributes: { ...rows },
  },
  { kind: 'mse', outputs: [form([])], inputs: [form([5]), form([5])], attributes: { divisor: 5 } },
  {
    kind: 'mseBackward',
    outputs: [form([5])],
    inputs: [form([5]), form([5]), form([])],
    attributes: { divisor: 5 },
  },
  { kind: 'bce', outputs: [form([])], inputs: [form([5]), form([5])], attributes: { divisor: 5 } },
  {
    kind: 'bceBackward',
    outputs: [form([5])],
    inputs: [form([5]), form([5]), form([])],
    attributes: { divisor: 5 },
  },
  {
    kind: 'layerNorm',
    outputs: [form([4, 3]), form([4]), form([4])],
    inputs: [form([4, 3]), form([3]), form([3])],
    attributes: { rows: 4, length: 3, eps: 1e-5 },
  },
  {
    kind: 'layerNormBackward',
    outputs: [form([4, 3]), form([3]), form([3])],
    inputs: [form([4, 3]), form([4, 3]), form([4]), form([4]), form([3])],
    attributes: { rows: 4, length: 3 },
  },
  {
    kind: 'batchNorm',
    outputs: [form([4, 3, 2]), form([3]), form([3]), form([3]), form([3])],
    inputs: [form([4, 3, 2]), form([3]), form([3])],
    attributes: { ...channels, momentum: 0.1 },
  },
  {
    kind: 'batchNormBackward',
    outputs: [form([4, 3, 2]), form([3]), form([3])],
    inputs: [form([4, 3, 2]), form([4, 3, 2]), form([3]), form([3]), form([3])],
    attributes: { ...channels },
  },
  {
    kind: 'maxPool2d',
    outputs: [form([3, 3, 4]), form([3, 3, 4], 'int32')],
    inputs: [form([3, 5, 4])],
    attributes: { ...pooling },
  },
  {
    kind: 'maxPool2dBackward',
    outputs: [form([3, 5, 4])],
    inputs: [form([3, 3, 4]), form([3, 3, 4], 'int32')],
    attributes: { ...pooling },
  },
  {
    kind: 'avgPool2d',
    outputs: [form([3, 3, 4])],
    inputs: [form([3, 5, 4])],
    attributes: { ...averages },
  },
  {
    kind: 'avgPool2dBackward',
    outputs: [form([3, 5, 4])],
    inputs: [form([3, 3, 4])],
    attributes: { ...averages },
  },
  {
    kind: 'sgdStep',
    outputs: params(2),
    inputs: [form([1]), ...params(1)],
    attributes: { ...step, momentum: 0.9, dampening: 0, nesterov: false, isFirst: false },
  },
  {
    kind: 'adamStep',
    outputs: params(4),
    inputs: [form([3]), ...params(1)],
    attributes: { ...step, beta1: 0.9, beta2: 0.99, eps: 1e-8, amsgrad: true },
  },
  {
    kind: 'rmspropStep',
    outputs: params(4),
    inputs: [form([1]), ...params(1)],
    attributes: { ...step, alpha: 0.9, eps: 1e-8, momentum: 0.9, centered: true },
  },
  {
    kind: 'adagradStep',
    outputs: params(2),
    inputs: [form([1]), ...params(1)],
    attributes: { ...step, eps: 1e-8 },
  },
];

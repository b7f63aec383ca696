import type { KernelCall } from '../../src/backend/kernels.ts';
import type { NativeBackend } from '../../src/backend/native/native.ts';
import { memoryOf, place, type StoredView } from '../random-calls/operand.ts';

/** Float32 numbers in [-1, 1), the same for the same number of them. */
export function filled(shape: readonly number[], strides: readonly number[]): StoredView {
  const count = shape.reduce((total, size) => total * size, 1);
  let state = count;
  const memory = new Float32Array(count).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { dtype: 'float32', shape, strides, offset: 0, memory };
}

const flat = (count: number): StoredView => filled([count], [1]);

const targets: StoredView = {
  ...flat(5000),
  dtype: 'int32',
  memory: Int32Array.from({ length: 5000 }, (_, i) => i % 10),
};

/** A call that is large enough for several threads. */
export interface ParallelCall {
  readonly name: string;
  readonly kind: KernelCall['kind'];
  readonly outputs: readonly StoredView[];
  readonly inputs: readonly StoredView[];
  readonly attributes: object;
}

const products = [
  [300, 500, 700, false, false],
  [257, 129, 1000, false, true],
  [784, 256, 256, true, false],
  [1, 3000, 900, false, false],
  [2, 2000, 1500, false, true],
  [5000, 10, 64, false, true],
  [3000, 16, 33, false, false],
  [48, 12, 4000, true, false],
  [25, 25, 1700, true, false],
] as const;

const heads = {
  batch: 2,
  heads: 6,
  length: 150,
  keys: 140,
  size: 20,
  valueSize: 12,
  scale: 0.3,
  causal: false,
};
/** The heads of a position lie side by side. */
const headsOf = (length: number, size: number): StoredView =>
  filled([2, 6, length, size], [6 * length * size, size, 6 * size, 1]);
const ofQueries = flat(2 * 6 * 150);
const attended = [headsOf(150, 20), headsOf(140, 20), headsOf(140, 12)];

const attentions: readonly ParallelCall[] = [
  {
    name: 'attention',
    kind: 'scaledDotProductAttention',
    outputs: [headsOf(150, 12), ofQueries, ofQueries],
    inputs: [...attended, filled([2, 6, 150, 140], [0, 0, 140, 1])],
    attributes: heads,
  },
  {
    name: 'the gradient of causal attention',
    kind: 'scaledDotProductAttentionBackward',
    outputs: attended,
    inputs: [headsOf(150, 12), headsOf(150, 12), ofQueries, ofQueries, ...attended],
    attributes: { ...heads, causal: true },
  },
];

const pooling = {
  ...{ planes: 640, height: 28, width: 27, kernelHeight: 3, kernelWidth: 2, strideHeight: 2, strideWidth: 2 },
  ...{ paddingTop: 1, paddingLeft: 0, dilationHeight: 1, dilationWidth: 1, outHeight: 14, outWidth: 13 },
};
const plane = 640 * 28 * 27;
const outPlane = 640 * 14 * 13;
const index: StoredView = {
  ...flat(outPlane),
  dtype: 'int32',
  memory: Int32Array.from({ length: outPlane }, (_, i) => (i * 7) % 756),
};

const pools: readonly ParallelCall[] = [
  {
    name: 'a max pooling',
    kind: 'maxPool2d',
    outputs: [flat(outPlane), { ...index, memory: new Int32Array(outPlane) }],
    inputs: [flat(plane)],
    attributes: pooling,
  },
  {
    name: 'its gradient',
    kind: 'maxPool2dBackward',
    outputs: [flat(plane)],
    inputs: [flat(outPlane), index],
    attributes: pooling,
  },
  {
    name: 'an average pooling',
    kind: 'avgPool2d',
    outputs: [flat(outPlane)],
    inputs: [flat(plane)],
    attributes: { ...pooling, countIncludePad: true, divisor: 0 },
  },
  {
    name: 'its gradient',
    kind: 'avgPool2dBackward',
    outputs: [flat(plane)],
    inputs: [flat(outPlane)],
    attributes: { ...pooling, countIncludePad: true, divisor: 0 },
  },
  ...[
    { samples: 64, channels: 37, length: 49 },
    { samples: 900, channels: 300, length: 1 },
  ].flatMap(({ samples, channels, length }): ParallelCall[] => {
    const all = flat(samples * channels * length);
    const each = flat(channels);
    const layout = { samples, channels, length, eps: 1e-5 };
    return [
      {
        name: `a batch norm of ${channels} channels`,
        kind: 'batchNorm',
        outputs: [all, each, each, each, each],
        inputs: [all, each, each],
        attributes: { ...layout, momentum: 0.1 },
      },
      {
        name: `a gradient of a batch norm of ${channels} channels`,
        kind: 'batchNormBackward',
        outputs: [all, each, each],
        inputs: [all, all, each, { ...each, memory: new Float32Array(channels).fill(0.7) }, each],
        attributes: layout,
      },
    ];
  }),
];

export const parallelCalls: readonly ParallelCall[] = [
  ...pools,
  ...products.map(([m, n, k, transposeA, transposeB]) => ({
    name: `a product ${m} x ${n} x ${k}`,
    kind: 'matmul' as const,
    outputs: [filled([1, m, n], [m * n, n, 1])],
    inputs: [
      filled(transposeA ? [1, k, m] : [1, m, k], [m * k, transposeA ? m : k, 1]),
      filled(transposeB ? [1, n, k] : [1, k, n], [k * n, transposeB ? k : n, 1]),
    ],
    attributes: { batch: 1, m, n, k, transposeA, transposeB },
  })),
  ...attentions,
  ...(['exp', 'tanh', 'neg', 'sin'] as const).map((op) => ({
    name: op,
    kind: 'unary' as const,
    outputs: [flat(500_003)],
    inputs: [flat(500_003)],
    attributes: { op, parameters: [] },
  })),
  {
    name: 'an addition of a row to a transposed matrix',
    kind: 'binary',
    outputs: [filled([700, 900], [900, 1])],
    inputs: [filled([700, 900], [1, 700]), filled([700, 900], [0, 1])],
    attributes: { op: 'add' },
  },
  {
    name: 'a transposed copy',
    kind: 'copy',
    outputs: [filled([900, 700], [700, 1])],
    inputs: [filled([900, 700], [1, 900])],
    attributes: {},
  },
  ...[
    [1, 1_000_003, 1],
    [1, 40_000, 17],
    [2000, 300, 1],
    [1, 500, 3000],
  ].map(([outer = 1, length = 1, inner = 1]) => ({
    name: `a sum of ${outer} x ${length} x ${inner}`,
    kind: 'reduce' as const,
    outputs: [flat(outer * inner)],
    inputs: [flat(outer * length * inner)],
    attributes: { op: 'sum', outer, length, inner },
  })),
  {
    name: 'a product with a bias',
    kind: 'matmul',
    outputs: [filled([1, 3000, 70], [0, 70, 1])],
    inputs: [filled([1, 3000, 90], [0, 90, 1]), filled([1, 90, 70], [0, 70, 1]), flat(70)],
    attributes: { batch: 1, m: 3000, n: 70, k: 90, transposeA: false, transposeB: false },
  },
  ...(['lstm', 'gru'] as const).flatMap((op): ParallelCall[] => {
    const [batch, steps, hidden] = [150, 12, 20];
    const [width, saved, cell] =
      op === 'lstm' ? [4 * hidden, 6 * hidden, hidden] : [3 * hidden, 4 * hidden, 0];
    const sizes = {
      op,
      batch,
      steps,
      hidden,
      output: hidden,
      width,
      cell,
      projected: 0,
      sequences: 0,
      saved,
    };
    const layer = { ...sizes, batchFirst: true, reverse: true };
    const all = (size: number): StoredView => flat(batch * steps * size);
    const state = flat(batch * hidden);
    const cells = flat(batch * cell);
    const weight = flat(width * hidden);
    const none = { ...flat(1), shape: [0] };
    const noLengths = { ...targets, shape: [0] };
    const hiddenWidth = op === 'gru' ? width : 0;
    return [
      {
        name: `a layer of ${op}`,
        kind: 'recurrence',
        outputs: [all(hidden), state, cells, all(hidden), all(saved)],
        inputs: [all(width), state, cells, weight, flat(width), none, noLengths],
        attributes: { ...layer, biases: width },
      },
      {
        name: `a gradient of a layer of ${op}`,
        kind: 'recurrenceBackward',
        outputs: [all(width), state, cells, all(hiddenWidth), none, none],
        inputs: [
          ...[all(hidden), state, cells, all(hidden), all(hidden), all(saved), cells, weight],
          ...[none, noLengths],
        ],
        attributes: { ...layer, hiddenWidth, outputGrads: 0, unprojecteds: 0 },
      },
    ];
  }),
  {
    name: 'a gradient of sigmoid',
    kind: 'activationBackward',
    outputs: [flat(300_001)],
    inputs: [flat(300_001), flat(300_001)],
    attributes: { op: 'sigmoid', parameters: [] },
  },
  ...[1, 9].flatMap((inner): ParallelCall[] => {
    const count = 3000 * 40 * inner;
    const layout = { outer: 3000, length: 40, inner };
    return [
      {
        name: `softmax of 3000 x 40 x ${inner}`,
        kind: 'softmax',
        outputs: [flat(count)],
        inputs: [flat(count)],
        attributes: { ...layout, log: false },
      },
      {
        name: `a gradient of its logarithm of 3000 x 40 x ${inner}`,
        kind: 'softmaxBackward',
        outputs: [flat(count)],
        inputs: [flat(count), flat(count)],
        attributes: { ...layout, log: true },
      },
    ];
  }),
  {
    name: 'cross-entropy',
    kind: 'crossEntropy',
    outputs: [flat(5000), flat(50_000), flat(1)],
    inputs: [flat(50_000), targets],
    attributes: { rows: 5000, classes: 10, ignoreIndex: 3 },
  },
  {
    name: 'a gradient of cross-entropy',
    kind: 'crossEntropyBackward',
    outputs: [flat(50_000)],
    inputs: [flat(50_000), targets, flat(5000)],
    attributes: { rows: 5000, classes: 10, ignoreIndex: 3 },
  },
  ...(['mse', 'bce'] as const).flatMap((kind): ParallelCall[] => [
    {
      name: kind,
      kind,
      outputs: [flat(1)],
      inputs: [flat(300_001), flat(300_001)],
      attributes: { divisor: 300_001 },
    },
    {
      name: `a gradient of ${kind}`,
      kind: `${kind}Backward`,
      outputs: [flat(300_001)],
      inputs: [flat(300_001), flat(300_001), flat(1)],
      attributes: { divisor: 300_001 },
    },
  ]),
  {
    name: 'layer norm',
    kind: 'layerNorm',
    outputs: [flat(200_000), flat(1000), flat(1000)],
    inputs: [flat(200_000), flat(200), flat(200)],
    attributes: { rows: 1000, length: 200, eps: 1e-5 },
  },
  {
    name: 'gradients of layer norm',
    kind: 'layerNormBackward',
    outputs: [flat(200_000), flat(200), flat(200)],
    inputs: [flat(200_000), flat(200_000), flat(1000), flat(1000), flat(200)],
    attributes: { rows: 1000, length: 200 },
  },
  {
    name: 'a step of Adam for three parameters',
    kind: 'adamStep',
    outputs: [150_001, 10, 40_000, 150_001, 10, 40_000, 150_001, 10, 40_000].map(flat),
    inputs: [3, 150_001, 10, 40_000].map(flat),
    attributes: {
      count: 3,
      weightDecay: 0.1,
      maximize: false,
      beta1: 0.9,
      beta2: 0.99,
      eps: 1,
      amsgrad: false,
    },
  },
];

/** The bytes of all outputs after the call on so many threads. */
export function bytesOf(call: ParallelCall, engine: NativeBackend, threads: number): Buffer {
  engine.threads = threads;
  const outputs = call.outputs.map((output) => place(output, engine));
  const inputs = call.inputs.map((input) => place(input, engine));
  engine.execute({ kind: call.kind, outputs, inputs, attributes: call.attributes } as KernelCall);
  return Buffer.concat(outputs.map((output) => Buffer.from(memoryOf(output).buffer)));
}

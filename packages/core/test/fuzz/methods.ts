import { type Draws, type TensorForm, tensorForm } from './values.ts';

/** Makes an argument that fits more often than not, for a tensor. */
type Argument = (draws: Draws, self: TensorForm) => unknown;

const dim: Argument = (draws, { shape }) => draws.below(2 * shape.length + 2) - shape.length - 1;
const flag: Argument = (draws) => draws.chance(0.5);
const number: Argument = (draws) =>
  draws.of([0, 1, -1, 2, 0.5, 3, -2.5, Number.NaN, Number.POSITIVE_INFINITY]);
const position: Argument = (draws, { shape }) => draws.below(8) - 4 + (shape[0] ?? 0) * draws.below(2);
const length: Argument = (draws) => draws.below(4);
const dims: Argument = (draws, self) =>
  draws.chance(0.5) ? dim(draws, self) : Array.from({ length: draws.below(3) }, () => dim(draws, self));
const order: Argument = (draws, { shape }) =>
  [...shape.keys()].sort(() => draws.next() - 0.5).map((d) => (draws.chance(0.2) ? d - shape.length : d));
const sizes: Argument = (draws, { shape }) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return draws.of([
    [size],
    [-1],
    [1, size],
    [...shape, 1],
    [...shape].reverse(),
    [draws.below(4), -1],
    [2, 3],
  ]);
};
const expanded: Argument = (draws, { shape }) => [
  ...Array.from({ length: draws.below(2) }, () => draws.below(3)),
  ...shape.map((size) => (size === 1 ? draws.of([1, -1, 3]) : draws.of([size, -1]))),
];
const shape: Argument = (draws) => Array.from({ length: draws.below(4) }, () => draws.below(4));

/** A tensor that broadcasts with it, mostly of its dtype. */
const alike: Argument = (draws, self) =>
  tensorForm(draws, {
    shape: self.shape.slice(draws.below(2)).map((size) => (draws.chance(0.2) ? 1 : size)),
    ...(draws.chance(0.7) && { dtype: self.dtype }),
  });
const operand: Argument = (draws, self) => (draws.chance(0.6) ? alike(draws, self) : number(draws, self));
const mask: Argument = (draws, self) => ({
  ...(alike(draws, self) as TensorForm),
  dtype: 'bool',
  requiresGrad: false,
});
const any: Argument = (draws) => tensorForm(draws);

/** A 1-d index whose elements are mostly there. */
const index: Argument = (draws, self) =>
  tensorForm(draws, {
    dtype: draws.of(['int32', 'int32', 'uint8']),
    shape: [draws.below(4)],
    requiresGrad: false,
    below: Math.max(1, Math.min(...self.shape) + draws.below(2)),
  });
const indexLike: Argument = (draws, self) => ({
  ...(index(draws, self) as TensorForm),
  shape: self.shape.map((size) => Math.max(0, size - draws.below(2))),
});
const like: Argument = (draws, self) => tensorForm(draws, { shape: self.shape, dtype: self.dtype });
const columns: Argument = (draws, self) =>
  tensorForm(draws, {
    dtype: self.dtype,
    shape: draws.of([
      [self.shape.at(-1) ?? 1],
      [self.shape.at(-1) ?? 1, draws.below(4)],
      [...self.shape.slice(0, -2), self.shape.at(-1) ?? 1, 2],
    ]),
  });
const weight: Argument = (draws, self) =>
  tensorForm(draws, { dtype: self.dtype, shape: [draws.below(4), self.shape.at(-1) ?? 1] });
const last: Argument = (_, self) => self.shape.slice(-1);
const vector: Argument = (draws, self) =>
  tensorForm(draws, { dtype: self.dtype, shape: self.shape.slice(-1) });
const channel: Argument = (draws, self) =>
  tensorForm(draws, { dtype: self.dtype, shape: self.shape.slice(1, 2), requiresGrad: false });

const keepdim: Argument = (draws) => ({ keepdim: draws.chance(0.5) });
const variance: Argument = (draws) => ({ correction: draws.below(3), keepdim: draws.chance(0.5) });
const batchNorm: Argument = (draws, self) => ({
  runningMean: channel(draws, self),
  runningVar: channel(draws, self),
  training: draws.chance(0.5),
  momentum: 0.1,
  eps: 1e-3,
});
const factor: Argument = (draws) => ({ value: draws.of([1, 0.5, -2]) });
const replacements: Argument = (draws) => ({ nan: draws.below(3), posinf: 9 });
const closeness: Argument = (draws) => ({ rtol: 0.1, equalNan: draws.chance(0.5) });
const reduction: Argument = (draws) => ({ reduction: draws.of(['mean', 'sum', 'none', 'other']) });
/** An item between brackets. */
const item: Argument = (draws, self) =>
  draws.of<unknown>([
    position(draws, self),
    ':',
    '1:',
    '...',
    null,
    [0],
    index(draws, self),
    { ...tensorForm(draws, { dtype: 'bool', shape: self.shape.slice(0, 1) }), requiresGrad: false },
  ]);
const backwardOptions: Argument = (draws) => ({ retainGraph: draws.chance(0.5), createGraph: false });
const target: Argument = (draws) =>
  draws.of(['float64', 'int32', 'cpu', 'abacus', { dtype: 'float32' }, { device: '' }]);
const dtype: Argument = (draws) => draws.of(['float32', 'float64', 'int32', 'uint8', 'bool', 'float16']);

/**
 * Arguments of every public method of a tensor. A method that has none here fails the test of that name, so that what is added is
 * tried as well.
 */
export const methods: { readonly [name: string]: readonly Argument[] } = {
  ...Object.fromEntries(
    [
      ...[
        'neg',
        'abs',
        'sign',
        'exp',
        'expm1',
        'log',
        'log1p',
        'sqrt',
        'rsqrt',
        'square',
        'reciprocal',
        'sin',
      ],
      ...['cos', 'tanh', 'sigmoid', 'erf', 'relu', 'silu', 'floor', 'ceil', 'round', 'logicalNot'],
      ...['detach', 'clone', 'contiguous', 'float', 'double', 'int', 'bool', 'item', 'data', 'toArray', 't'],
      ...['isContiguous', 'toString', 'zero_', 'dispose', 'tan', 'sinh', 'cosh', 'asinh', 'acosh', 'atanh'],
      ...['log2', 'log10', 'exp2', 'trunc', 'frac', 'isnan', 'isinf', 'isfinite', 'ravel', 'nonzero'],
      ...[
        'dim',
        'retainGrad',
        'retainsGrad',
        'tolist',
        'neg_',
        'abs_',
        'sign_',
        'exp_',
        'expm1_',
        'log_',
        'log1p_',
      ],
      ...['sqrt_', 'rsqrt_', 'square_', 'reciprocal_', 'sin_', 'cos_', 'tanh_', 'sigmoid_', 'erf_', 'relu_'],
      ...['floor_', 'ceil_', 'round_', 'trunc_', 'asin', 'acos', 'atan', 'erfinv', 'asin_', 'acos_', 'atan_'],
      ...[
        'erfinv_',
        'tan_',
        'sinh_',
        'cosh_',
        'asinh_',
        'acosh_',
        'atanh_',
        'exp2_',
        'log2_',
        'log10_',
        'frac_',
        'logicalNot_',
      ],
    ].map((name) => [name, []]),
  ),
  ...Object.fromEntries(
    [
      ...['add', 'sub', 'mul', 'pow', 'maximum', 'minimum', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'],
      ...['logicalAnd', 'logicalOr', 'logicalXor', 'add_', 'sub_', 'mul_', 'div_', 'pow_'],
      ...['fmod', 'remainder', 'floorDivide', 'fmod_', 'remainder_', 'floorDivide_'],
      ...['eq_', 'ne_', 'lt_', 'le_', 'gt_', 'ge_', 'logicalAnd_', 'logicalOr_', 'logicalXor_'],
    ].map((name) => [name, [operand]]),
  ),
  ...Object.fromEntries(
    ['sum', 'mean', 'prod', 'amax', 'amin', 'any', 'all', 'logsumexp'].map((name) => [name, [dims, keepdim]]),
  ),
  ...Object.fromEntries(['max', 'min', 'argmax', 'argmin'].map((name) => [name, [dim, keepdim]])),
  leakyRelu: [number],
  elu: [number],
  gelu: [(draws) => ({ approximate: draws.of(['none', 'tanh', 'other']) })],
  softplus: [number, number],
  clamp: [number, number],
  where: [mask, operand],
  maskedFill: [mask, number],
  var: [dims, variance],
  std: [dims, variance],
  norm: [number, dims, keepdim],
  cumsum: [dim],
  sort: [dim, (draws) => ({ descending: draws.chance(0.5) })],
  topk: [length, dim, (draws) => ({ largest: draws.chance(0.5) })],
  sumToSize: [
    (draws, { shape: all }) => all.slice(draws.below(2)).map((size) => (draws.chance(0.5) ? 1 : size)),
  ],
  reshape: [sizes],
  view: [sizes],
  flatten: [dim, dim],
  squeeze: [dim],
  unsqueeze: [dim],
  permute: [order],
  transpose: [dim, dim],
  expand: [expanded],
  slice: [dim, position, position, length],
  narrow: [dim, position, length],
  select: [dim, position],
  split: [(draws) => draws.of<unknown>([1, 2, [1, 1], [2, 1]]), dim],
  chunk: [length, dim],
  flip: [dims],
  pad: [(draws) => Array.from({ length: 2 * draws.below(3) }, () => draws.below(4) - 1), number],
  repeat: [(draws, self) => Array.from({ length: self.shape.length + draws.below(2) }, () => draws.below(3))],
  sliceBackward: [
    (draws, self) => {
      const axis = draws.below(Math.max(1, self.shape.length));
      return { axis, start: draws.below(3), length: self.shape[axis] ?? 1, step: 1 + draws.below(2) };
    },
    (draws) => draws.below(12),
  ],
  matmul: [columns],
  indexSelect: [dim, index],
  gather: [dim, indexLike],
  scatterAdd: [dim, indexLike, like],
  indexSelectBackward: [dim, index, length],
  oneHot: [(draws) => draws.below(9)],
  tril: [position],
  triu: [position],
  linear: [weight, (draws, self) => draws.of([undefined, vector(draws, self)])],
  softmax: [dim],
  logSoftmax: [dim],
  layerNorm: [last, vector, vector, () => 1e-3],
  batchNorm: [batchNorm],
  dropout: [(draws) => draws.of([0, 0.3, 1]), flag],
  requiresGrad_: [flag],
  backward: [(draws, self) => draws.of([undefined, like(draws, self)]), backwardOptions],
  to: [target],
  toDType: [dtype],
  copy_: [alike],
  fill_: [number],
  set_: [any],
  newFull: [shape, number],
  newZeros: [shape],
  toJSON: [],
  lerp: [alike, operand],
  lerp_: [alike, operand],
  addcmul: [alike, alike, factor],
  addcmul_: [alike, alike, factor],
  addcdiv: [alike, alike, factor],
  addcdiv_: [alike, alike, factor],
  nanToNum: [replacements],
  nanToNum_: [replacements],
  logaddexp: [alike],
  atan2: [alike],
  atan2_: [alike],
  div: [operand, (draws) => ({ roundingMode: draws.of([undefined, 'trunc', 'floor', 'other']) })],
  isclose: [alike, closeness],
  allclose: [alike, closeness],
  equal: [alike],
  clamp_: [number, number],
  uniform_: [number, number],
  normal_: [number, number],
  maskedFill_: [mask, number],
  scatter: [dim, indexLike, (draws, self) => draws.of([like(draws, self), number(draws, self)])],
  scatter_: [dim, indexLike, (draws, self) => draws.of([like(draws, self), number(draws, self)])],
  scatterAdd_: [dim, indexLike, like],
  cumsum_: [dim],
  cumprod_: [dim],
  tril_: [position],
  triu_: [position],
  cumprod: [dim],
  argsort: [dim, (draws) => ({ descending: draws.chance(0.5) })],
  kthvalue: [(draws) => 1 + draws.below(3), dim, keepdim],
  median: [dim, keepdim],
  quantile: [
    (draws) => draws.of<unknown>([0.3, 1, [0.2, 0.7]]),
    dim,
    (draws) => ({ keepdim: draws.chance(0.5), interpolation: draws.of(['linear', 'lower', 'midpoint']) }),
  ],
  unique: [
    (draws, self) => ({
      returnCounts: draws.chance(0.5),
      returnInverse: draws.chance(0.5),
      dim: draws.of([undefined, dim(draws, self)]),
    }),
  ],
  bincount: [(draws) => ({ minlength: draws.below(5) })],
  histc: [(draws) => ({ bins: 1 + draws.below(4), min: -1, max: draws.below(3) })],
  countNonzero: [dims],
  index: [item, item],
  indexPut_: [
    (draws, self) => Array.from({ length: draws.below(3) }, () => item(draws, self)),
    number,
    (draws) => ({ accumulate: draws.chance(0.3) }),
  ],
  maskedSelect: [mask],
  takeAlongDim: [indexLike, dim],
  take: [indexLike],
  mm: [columns],
  bmm: [columns],
  mv: [vector],
  dot: [vector],
  outer: [vector],
  addmm: [weight, columns, (draws) => ({ beta: draws.below(2), alpha: 2 })],
  cdist: [alike, (draws) => draws.of([1, 2, 3])],
  size: [(draws, self) => draws.of([undefined, dim(draws, self)])],
  stride: [(draws, self) => draws.of([undefined, dim(draws, self)])],
  expandAs: [alike],
  broadcastTo: [expanded],
  viewAs: [like],
  reshapeAs: [like],
  unflatten: [
    dim,
    (draws) =>
      draws.of([
        [1, -1],
        [2, -1],
        [3, 1],
        [2, 2],
      ]),
  ],
  movedim: [dims, dims],
  swapaxes: [dim, dim],
  unbind: [dim],
  unfold: [dim, length, (draws) => 1 + draws.below(2)],
  diagonal: [position, dim, dim],
  asStrided: [
    (draws) => Array.from({ length: 2 }, () => draws.below(3)),
    (draws) => Array.from({ length: 2 }, () => draws.below(3)),
    (draws) => draws.of([undefined, draws.below(3)]),
  ],
  roll: [(draws) => draws.below(7) - 3, (draws, self) => draws.of([undefined, dim(draws, self)])],
  tile: [(draws, self) => Array.from({ length: self.shape.length }, () => draws.below(3))],
  repeatInterleave: [length, dim],
  diag: [(draws) => draws.below(5) - 2],
  registerHook: [() => () => undefined],
};

/** What engines and the rest of the package use between themselves, with views and backends that users don't have. */
export const internal: ReadonlySet<string> = new Set([
  ...['constructor', 'wrap', 'alias', 'sharing', 'toBackend', 'assertLive'],
]);

/** Whether padding times infinity is NaN is left to the engine, so elements are small integers. */
const images =
  (axes: number): Argument =>
  (draws, { dtype }) =>
    tensorForm(draws, {
      dtype,
      below: 9,
      shape: [...(draws.chance(0.7) ? [draws.below(3)] : []), 4, ...[5, 6].slice(0, axes)],
    });
/** Weights of 4 channels to 4, in up to 4 groups, in either direction. */
const kernels =
  (axes: number): Argument =>
  (draws, { dtype }) =>
    tensorForm(draws, { dtype, below: 5, shape: [4, draws.of([4, 4, 2, 1]), ...[3, 2].slice(0, axes)] });
const filters: Argument = (draws, { dtype }) =>
  draws.chance(0.4) ? undefined : tensorForm(draws, { dtype, shape: [4] });
const convolution =
  (transposed: boolean): Argument =>
  (draws) => ({
    stride: 1 + draws.below(3),
    padding: draws.of(transposed ? [0, 1, 2] : [0, 1, 'same', 'valid']),
    dilation: draws.of([1, 1, 2]),
    groups: draws.of([1, 1, 2, 4]),
    ...(transposed && { outputPadding: draws.of([0, 0, 1]) }),
  });

const pooling =
  (options: (draws: Draws) => object): Argument =>
  (draws) => ({
    stride: draws.of([undefined, 1, 2, 3]),
    padding: draws.of([0, 0, 1]),
    ceilMode: draws.chance(0.5),
    ...options(draws),
  });
const largest = pooling((draws) => ({ dilation: draws.of([1, 1, 2]), returnIndices: draws.chance(0.5) }));
const kernelSize: Argument = (draws) => 1 + draws.below(4);
const outputSize: Argument = (draws) => draws.of<unknown>([1, 2, 3, [5, 3], [null, 2]]);
const resizing: Argument = (draws) => ({
  ...draws.of<object>([{ size: 3 }, { size: [7, 4] }, { scaleFactor: 2 }, { scaleFactor: 0.6 }]),
  mode: draws.of(['nearest', 'nearest-exact', 'linear', 'bilinear', 'area']),
  ...(draws.chance(0.3) && { alignCorners: draws.chance(0.5) }),
});
const instanceNorm: Argument = (draws, self) => ({
  weight: filters(draws, self),
  bias: filters(draws, self),
  eps: 0.1,
});

/** Functions of tensors that are no methods. */
export const functions: { readonly [name: string]: readonly Argument[] } = {
  cat: [(draws, self) => Array.from({ length: draws.below(3) }, () => like(draws, self)), dim],
  stack: [(draws, self) => Array.from({ length: draws.below(3) }, () => like(draws, self)), dim],
  where: [mask, operand, operand],
  einsum: [(draws) => draws.of(['ij,jk->ik', 'ij,ij', 'i,i', '...i,...i->...', 'ij']), like, like],
  meshgrid: [(draws, self) => [vector(draws, self), vector(draws, self)], () => ({ indexing: 'xy' })],
  randLike: [like],
  randnLike: [like],
  multinomial: [(draws) => tensorForm(draws, { shape: [4], dtype: 'float32' }), length],
  ...Object.fromEntries(
    [
      ...['relu6', 'selu', 'hardsigmoid', 'hardswish', 'mish', 'softsign', 'tanhshrink', 'logsigmoid'],
      ...['relu', 'silu', 'sigmoid', 'tanh'],
    ].map((name) => [name, [any]]),
  ),
  ...Object.fromEntries(
    ['celu', 'hardshrink', 'softshrink', 'elu', 'leakyRelu'].map((name) => [name, [any, number]]),
  ),
  hardtanh: [any, number, number],
  threshold: [any, number, number],
  softplus: [any, number, number],
  gelu: [any],
  dropout: [any, () => 0.3, flag],
  ...Object.fromEntries(['softmin', 'glu', 'softmax', 'logSoftmax'].map((name) => [name, [any, dim]])),
  rrelu: [any, () => 0.1, () => 0.3, flag],
  bilinear: [
    (draws) => tensorForm(draws, { shape: [3, 2] }),
    (draws) => tensorForm(draws, { shape: [3, 4] }),
    (draws) => tensorForm(draws, { shape: [2, 2, 4] }),
    (draws) => tensorForm(draws, { shape: [2] }),
  ],
  scaledDotProductAttention: [
    like,
    like,
    like,
    (draws, self) =>
      draws.of([
        {},
        { isCausal: flag(draws, self) },
        { attnMask: mask(draws, self), scale: number(draws, self) },
        { dropoutP: 0.4, enableGqa: flag(draws, self) },
      ]),
  ],
  prelu: [like, (draws, self) => draws.of([channel(draws, self), tensorForm(draws, { shape: [1] })])],
  normalize: [like, (draws, self) => ({ dim: dim(draws, self) })],
  cosineSimilarity: [like, like, (draws, self) => ({ dim: dim(draws, self) })],
  pairwiseDistance: [like, like],
  groupNorm: [like, () => 1, channel, channel],
  layerNorm: [like, last, vector, vector],
  batchNorm: [like, batchNorm],
  linear: [like, weight, vector],
  pad: [
    images(2),
    (draws) => Array.from({ length: draws.of([2, 4, 4]) }, () => draws.below(5) - 1),
    (draws) => draws.of<unknown>(['constant', 'reflect', 'replicate', 'circular', 2]),
  ],
  maxPool1d: [images(1), kernelSize, largest],
  maxPool2d: [images(2), kernelSize, largest],
  avgPool1d: [images(1), kernelSize, pooling((draws) => ({ countIncludePad: draws.chance(0.5) }))],
  avgPool2d: [images(2), kernelSize, pooling((draws) => ({ divisorOverride: draws.of([undefined, 3, -1]) }))],
  adaptiveMaxPool1d: [images(1), kernelSize, (draws) => ({ returnIndices: draws.chance(0.5) })],
  adaptiveMaxPool2d: [images(2), outputSize, (draws) => ({ returnIndices: draws.chance(0.5) })],
  adaptiveAvgPool1d: [images(1), kernelSize],
  adaptiveAvgPool2d: [images(2), outputSize],
  interpolate: [images(2), resizing],
  pixelShuffle: [images(2), (draws) => 1 + draws.below(2)],
  pixelUnshuffle: [images(2), (draws) => 1 + draws.below(2)],
  instanceNorm: [images(2), instanceNorm],
  dropout1d: [images(1), () => 0.3, flag],
  dropout2d: [images(2), () => 0.3, flag],
  oneHot: [any, () => 9],
  ...Object.fromEntries(
    [
      ...['mseLoss', 'l1Loss', 'huberLoss', 'smoothL1Loss', 'klDiv', 'hingeEmbeddingLoss', 'poissonNllLoss'],
      ...['binaryCrossEntropy', 'binaryCrossEntropyWithLogits', 'softMarginLoss', 'multilabelSoftMarginLoss'],
    ].map((name) => [name, [like, like, reduction]]),
  ),
  ...Object.fromEntries(
    [
      ...['marginRankingLoss', 'cosineEmbeddingLoss', 'tripletMarginLoss', 'tripletMarginWithDistanceLoss'],
      'gaussianNllLoss',
    ].map((name) => [name, [like, like, like, reduction]]),
  ),
  multilabelMarginLoss: [
    (draws) => tensorForm(draws, { shape: [3, 4] }),
    (draws) => tensorForm(draws, { shape: [3, 4], dtype: 'int32', requiresGrad: false, below: 4 }),
    reduction,
  ],
  ...Object.fromEntries(
    ['crossEntropy', 'nllLoss', 'multiMarginLoss'].map((name) => [
      name,
      [
        (draws: Draws) => tensorForm(draws, { shape: [3, 4] }),
        (draws: Draws) => tensorForm(draws, { shape: [3], dtype: 'int32', requiresGrad: false, below: 4 }),
        reduction,
      ],
    ]),
  ),
  unfold: [images(2), () => [2, 3], (draws) => ({ padding: draws.below(3), stride: 1 + draws.below(2) })],
  fold: [
    (draws) => tensorForm(draws, { shape: [...(draws.chance(0.7) ? [draws.below(3)] : []), 8, 9] }),
    () => 4,
    () => 2,
  ],
  ...Object.fromEntries(
    ['conv1d', 'conv2d', 'convTranspose1d', 'convTranspose2d'].map((name) => {
      const axes = name.endsWith('1d') ? 1 : 2;
      return [name, [images(axes), kernels(axes), filters, convolution(name.includes('Transpose'))]];
    }),
  ),
  embedding: [
    (draws, self) => tensorForm(draws, { dtype: self.dtype, shape: [3, 2] }),
    (draws) => tensorForm(draws, { dtype: 'int32', requiresGrad: false, below: 3 + draws.below(2) }),
  ],
};

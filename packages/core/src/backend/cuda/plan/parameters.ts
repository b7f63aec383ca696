import { MAX_TENSORS } from '../../kernels.ts';
import { Struct } from './struct.ts';

/** Axes of a strided launch. What has more after merging is done in several launches. */
export const MAX_RANK = 6;

// The structures that kernels take by value. The CUDA sources include them as generated/parameters.cuh.

/** Where kernels report errors: 64 bytes of zeros until the first. */
export const ErrorCell = new Struct({
  code: 'int32',
  call: 'int32',
  value: 'float64',
  index: 'float64',
  rest: ['float64', 5],
});

/** Copies `bytes` bytes, or fills them with a pattern of 8 where `x` is null. Both start at multiples of 16. */
export const FlatCopy = new Struct({
  out: 'void*',
  x: 'const void*',
  pattern: 'uint64',
  bytes: 'int64',
});

/** Element-wise work on contiguous float32: each input is a pointer with step 1, one element with step 0, or a number where null. */
export const Flat = new Struct({
  out: 'void*',
  inputs: ['const void*', 3],
  numbers: ['float32', 3],
  steps: ['int32', 3],
  count: 'uint32',
  /** Whether all pointers allow loads of 16 bytes. */
  aligned: 'int32',
  parameters: ['float32', 2],
  op: 'int32',
  unused: 'int32',
});

export const StridedOperand = new Struct({
  /** Null for a number. */
  data: 'void*',
  /** The number, or the bits of it in the dtype that is moved. */
  number: 'float64',
  strides: ['int64', MAX_RANK],
  dtype: 'int32',
  unused: 'int32',
});

/** Element-wise work on any layout. A flat index is divided by sizes by multiplication: q = (n · multiplier) >> 32 >> shift. */
export const Strided = new Struct({
  out: StridedOperand,
  inputs: [StridedOperand, 3],
  count: 'uint32',
  rank: 'int32',
  sizes: ['uint32', MAX_RANK],
  multipliers: ['uint32', MAX_RANK],
  shifts: ['uint32', MAX_RANK],
  op: 'int32',
  unused: 'int32',
  parameters: ['float64', 2],
});

/** [outer, length, inner], worked along the middle axis. A block has lanes X · Y · Z = its threads, over inner, length and outer. */
export const Axis = new Struct({
  out: 'void*',
  x: 'const void*',
  outer: 'int64',
  length: 'int64',
  inner: 'int64',
  lanesX: 'int32',
  lanesY: 'int32',
  lanesZ: 'int32',
  /** Parts that the length is cut into, each with its own result: out is [splits, outer, inner]. */
  splits: 'int32',
});

export const ArgReduce = new Struct({
  axis: Axis,
  /** Positions [length, outer, inner] among which to choose, in an axis of x of this length; null for all. */
  candidates: 'const int32*',
  candidateLength: 'int64',
});

export const Sort = new Struct({
  out: 'int32*',
  x: 'const void*',
  /** The order so far, in runs. */
  order: 'const int32*',
  outer: 'int64',
  length: 'int64',
  inner: 'int64',
  run: 'int64',
  descending: 'int32',
  unused: 'int32',
});

export const SoftmaxBackward = new Struct({
  axis: Axis,
  y: 'const void*',
});

export const CrossEntropy = new Struct({
  losses: 'void*',
  logProbabilities: 'void*',
  count: 'void*',
  x: 'const void*',
  target: 'const void*',
  rows: 'int64',
  classes: 'int64',
  ignoreIndex: 'int64',
  targetDType: 'int32',
  lanes: 'int32',
});

export const CrossEntropyBackward = new Struct({
  out: 'void*',
  logProbabilities: 'const void*',
  target: 'const void*',
  grad: 'const void*',
  gradStride: 'int64',
  rows: 'int64',
  classes: 'int64',
  ignoreIndex: 'int64',
  targetDType: 'int32',
  unused: 'int32',
});

export const LayerNorm = new Struct({
  y: 'void*',
  mean: 'void*',
  rstd: 'void*',
  x: 'const void*',
  /** May be null. */
  weight: 'const void*',
  bias: 'const void*',
  rows: 'int64',
  length: 'int64',
  eps: 'float64',
  lanes: 'int32',
  unused: 'int32',
});

export const LayerNormBackward = new Struct({
  dx: 'void*',
  /** [splits, length], or null. */
  dWeight: 'void*',
  dBias: 'void*',
  grad: 'const void*',
  x: 'const void*',
  mean: 'const void*',
  rstd: 'const void*',
  weight: 'const void*',
  rows: 'int64',
  length: 'int64',
  lanes: 'int32',
  splits: 'int32',
});

/** Heads of an operand: batch, head, position and element; null where there is none. */
export const AttentionHeads = new Struct({ data: 'void*', strides: ['int64', 4] });

export const Attention = new Struct({
  query: AttentionHeads,
  key: AttentionHeads,
  value: AttentionHeads,
  mask: AttentionHeads,
  out: AttentionHeads,
  grad: AttentionHeads,
  queryGrad: AttentionHeads,
  keyGrad: AttentionHeads,
  valueGrad: AttentionHeads,
  /** [batch, heads, length] each. */
  maximum: 'void*',
  total: 'void*',
  heads: 'int64',
  length: 'int64',
  keys: 'int64',
  size: 'int64',
  valueSize: 'int64',
  scale: 'float64',
  causal: 'int32',
});

export const BatchNorm = new Struct({
  /** y, or ∂L/∂x. */
  out: 'void*',
  mean: 'void*',
  variance: 'void*',
  /** May be null, as the other operands by channel. */
  runningMean: 'void*',
  runningVar: 'void*',
  weightGrad: 'void*',
  biasGrad: 'void*',
  x: 'const void*',
  grad: 'const void*',
  weight: 'const void*',
  bias: 'const void*',
  /** Sums of splits [splits, 2, channels]. */
  partial: 'double*',
  /** Of gradients [2, channels], divided as the elements need them. */
  sums: 'double*',
  samples: 'int64',
  channels: 'int64',
  length: 'int64',
  eps: 'float64',
  momentum: 'float64',
  splits: 'int64',
});

/** Windows along one axis of planes: output i sees i · stride − padding + p · dilation for p < kernel. */
export const PoolAxis = new Struct({
  length: 'int32',
  kernel: 'int32',
  stride: 'int32',
  padding: 'int32',
  dilation: 'int32',
  count: 'int32',
});

export const Pooling = new Struct({
  to: 'void*',
  from: 'const void*',
  /** May be null. */
  index: 'int32*',
  /** Elements of `to`. */
  count: 'int64',
  /** What sums are divided by; 0 for the number of elements. */
  divisor: 'float64',
  y: PoolAxis,
  x: PoolAxis,
  countIncludePad: 'int32',
  unused: 'int32',
});

/** A recurrent layer in one direction, or its gradient; null stands for what there is none of. */
export const Recurrence = new Struct({
  gates: 'const void*',
  first: 'const void*',
  firstCell: 'const void*',
  /** [output, width] forward, [width, output] backward. */
  weight: 'const void*',
  bias: 'const void*',
  /** [hidden, output] forward, [output, hidden] backward. */
  projection: 'const void*',
  lengths: 'const int32*',
  y: 'void*',
  last: 'void*',
  lastCell: 'void*',
  previous: 'void*',
  activations: 'void*',
  grad: 'const void*',
  lastGrad: 'const void*',
  lastCellGrad: 'const void*',
  gatesGrad: 'void*',
  firstGrad: 'void*',
  firstCellGrad: 'void*',
  hiddenGrad: 'void*',
  outputGrad: 'void*',
  unprojected: 'void*',
  /** Of the blocks, `elements` for each sequence; null where they lie in shared memory. */
  memory: 'void*',
  batch: 'int64',
  elements: 'int64',
  steps: 'int32',
  hidden: 'int32',
  output: 'int32',
  width: 'int32',
  saved: 'int32',
  op: 'int32',
  batchFirst: 'int32',
  reverse: 'int32',
});

/** out [columns, rows] ← x [rows, columns]. */
export const Transpose = new Struct({ out: 'void*', x: 'const void*', rows: 'int64', columns: 'int64' });

export const Matmul = new Struct({
  /** [batch, m, n], or partial sums [splits, batch, m, n]. */
  out: 'void*',
  a: 'const void*',
  b: 'const void*',
  /** [n], or null. */
  bias: 'const void*',
  strideA: 'int64',
  strideB: 'int64',
  leadA: 'int64',
  leadB: 'int64',
  m: 'int32',
  n: 'int32',
  k: 'int32',
  /** A multiple of the tile's depth. */
  depthOfSplit: 'int32',
  splits: 'int32',
  batch: 'int32',
  transposeA: 'int32',
  transposeB: 'int32',
  /** Whether the output may be written 16 bytes at a time. */
  vectorOut: 'int32',
  unused: 'int32',
});

/** What divides by a size: q = (n · multiplier) >> 32 >> shift. */
export const Divisor = new Struct({ size: 'uint32', multiplier: 'uint32', shift: 'uint32' });

/**
 * A convolution or a gradient of it as a product a [m, k] · b [k, n] for each group, of which b is gathered from an image. Spatial indices
 * are (image, row, column) of `images` · `plane`, filter indices (channel, tap row, tap column). The spatial index is n, or k for the
 * gradient by the weight; the filter index is the other one.
 */
export const ConvolutionProduct = new Struct({
  /** [images, groups, m, plane]; or [splits, groups, m, n]. */
  out: 'void*',
  a: 'const void*',
  /** [images, groups, channels, height, width]. */
  image: 'const void*',
  /** [groups, m], or null. */
  bias: 'const void*',
  /** From one group, row, image and channel of a to the next one. */
  aGroup: 'int64',
  aRow: 'int64',
  aImage: 'int64',
  aChannel: 'int64',
  m: 'int32',
  n: 'int32',
  k: 'int32',
  /** A multiple of the tile's depth. */
  depthOfSplit: 'int32',
  groups: 'int32',
  /** That of the first blocks. */
  firstGroup: 'int32',
  channels: 'int32',
  height: 'int32',
  width: 'int32',
  strideHeight: 'int32',
  strideWidth: 'int32',
  paddingTop: 'int32',
  paddingLeft: 'int32',
  dilationHeight: 'int32',
  dilationWidth: 'int32',
  plane: Divisor,
  row: Divisor,
  taps: Divisor,
  tapRow: Divisor,
  strideDivisors: [Divisor, 2],
  unused: 'int32',
});

/** out [channels] ← Σ of x [images, channels, plane] over images and planes. */
export const ChannelSum = new Struct({
  out: 'void*',
  x: 'const void*',
  images: 'int64',
  channels: 'int64',
  plane: 'int64',
});

/** out [batch, rows] ← matrix [batch, rows, k] · vector [batch, k] + bias. */
export const MatrixVector = new Struct({
  out: 'void*',
  matrix: 'const void*',
  vector: 'const void*',
  bias: 'const void*',
  strideMatrix: 'int64',
  strideVector: 'int64',
  lead: 'int64',
  /** From one element of the vector to the next. */
  step: 'int64',
  rows: 'int32',
  k: 'int32',
  /** 1, or 0 where there is one bias for all rows. */
  biasStep: 'int32',
  /** Whether matrix and vector may be read 16 bytes at a time. */
  vectors: 'int32',
});

/** out ← Σ over splits of partial sums [splits, count], plus bias[i mod n]. */
export const MatmulSum = new Struct({
  out: 'void*',
  partial: 'const void*',
  bias: 'const void*',
  count: 'int64',
  n: 'int32',
  splits: 'int32',
});

export const Indexing = new Struct({
  out: 'void*',
  x: 'const void*',
  index: 'const int32*',
  /** The order that sorts the index, for indexAdd and scatterAdd. */
  order: 'const int32*',
  error: 'ErrorCell*',
  outer: 'int64',
  length: 'int64',
  inner: 'int64',
  count: 'int64',
  call: 'int32',
  /** Whether there is an index for each element, and not for each position along the axis only. */
  each: 'int32',
});

export const RangeCheck = new Struct({
  x: 'const void*',
  /** The first offending position of each block; null where a single block works. */
  partial: 'int64*',
  error: 'ErrorCell*',
  count: 'int64',
  low: 'float64',
  high: 'float64',
  except: 'float64',
  call: 'int32',
  blocks: 'int32',
});

/** A loss of pairs of elements, summed and divided, or its gradient. */
export const PairLoss = new Struct({
  out: 'void*',
  x: 'const void*',
  y: 'const void*',
  /** A scalar, for the gradient. */
  grad: 'const void*',
  /** The sums of blocks in float64; null where a single block works. */
  partial: 'double*',
  count: 'int64',
  divisor: 'float64',
  blocks: 'int32',
  unused: 'int32',
});

/** Groups of tensors of an optimizer step: parameters, gradients, and up to three of state. */
export const Tensors = new Struct({
  parameters: ['void*', MAX_TENSORS],
  gradients: ['const void*', MAX_TENSORS],
  state: ['void*', 3, MAX_TENSORS],
  counts: ['int64', MAX_TENSORS],
  /** The first block of each tensor. */
  firstBlocks: ['int32', MAX_TENSORS],
  tensors: 'int32',
  maximize: 'int32',
  weightDecay: 'float64',
  /** Learning rate and the like, which live on the device. */
  scalars: 'const void*',
  scalarsDType: 'int32',
  unused: 'int32',
});

export const SgdStep = new Struct({
  tensors: Tensors,
  momentum: 'float64',
  dampening: 'float64',
  nesterov: 'int32',
  isFirst: 'int32',
});

export const AdamStep = new Struct({
  tensors: Tensors,
  beta1: 'float64',
  beta2: 'float64',
  eps: 'float64',
  amsgrad: 'int32',
  unused: 'int32',
});

export const RmspropStep = new Struct({
  tensors: Tensors,
  alpha: 'float64',
  eps: 'float64',
  momentum: 'float64',
  centered: 'int32',
  unused: 'int32',
});

export const AdagradStep = new Struct({
  tensors: Tensors,
  eps: 'float64',
});

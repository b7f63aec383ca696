import { MAX_TENSORS } from '../../kernels.ts';
import { Struct } from './struct.ts';

/** Axes of a strided launch. */
export const MAX_RANK = 6;

/** The structures of cuda/parameters.cuh, which tells what the fields mean. */

export const FlatCopy = new Struct({ out: 'pointer', x: 'pointer', pattern: 'uint64', bytes: 'int64' });

export const Flat = new Struct({
  out: 'pointer',
  inputs: ['pointer', 3],
  numbers: ['float32', 3],
  steps: ['int32', 3],
  count: 'uint32',
  aligned: 'int32',
  parameters: ['float32', 2],
  op: 'int32',
  unused: 'int32',
});

export const StridedOperand = new Struct({
  data: 'pointer',
  number: 'float64',
  strides: ['int64', MAX_RANK],
  dtype: 'int32',
  unused: 'int32',
});

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

export const Axis = new Struct({
  out: 'pointer',
  x: 'pointer',
  outer: 'int64',
  length: 'int64',
  inner: 'int64',
  lanesX: 'int32',
  lanesY: 'int32',
  lanesZ: 'int32',
  splits: 'int32',
});

export const ArgReduce = new Struct({ axis: Axis, candidates: 'pointer', candidateLength: 'int64' });

export const Sort = new Struct({
  out: 'pointer',
  x: 'pointer',
  order: 'pointer',
  outer: 'int64',
  length: 'int64',
  inner: 'int64',
  run: 'int64',
  descending: 'int32',
  unused: 'int32',
});

export const SoftmaxBackward = new Struct({ axis: Axis, y: 'pointer' });

export const CrossEntropy = new Struct({
  losses: 'pointer',
  logProbabilities: 'pointer',
  count: 'pointer',
  x: 'pointer',
  target: 'pointer',
  rows: 'int64',
  classes: 'int64',
  ignoreIndex: 'int64',
  targetDType: 'int32',
  lanes: 'int32',
});

export const CrossEntropyBackward = new Struct({
  out: 'pointer',
  logProbabilities: 'pointer',
  target: 'pointer',
  grad: 'pointer',
  gradStride: 'int64',
  rows: 'int64',
  classes: 'int64',
  ignoreIndex: 'int64',
  targetDType: 'int32',
  unused: 'int32',
});

export const LayerNorm = new Struct({
  y: 'pointer',
  mean: 'pointer',
  rstd: 'pointer',
  x: 'pointer',
  weight: 'pointer',
  bias: 'pointer',
  rows: 'int64',
  length: 'int64',
  eps: 'float64',
  lanes: 'int32',
  unused: 'int32',
});

export const LayerNormBackward = new Struct({
  dx: 'pointer',
  dWeight: 'pointer',
  dBias: 'pointer',
  grad: 'pointer',
  x: 'pointer',
  mean: 'pointer',
  rstd: 'pointer',
  weight: 'pointer',
  rows: 'int64',
  length: 'int64',
  lanes: 'int32',
  splits: 'int32',
});

export const Matmul = new Struct({
  out: 'pointer',
  a: 'pointer',
  b: 'pointer',
  bias: 'pointer',
  strideA: 'int64',
  strideB: 'int64',
  leadA: 'int64',
  leadB: 'int64',
  m: 'int32',
  n: 'int32',
  k: 'int32',
  depthOfSplit: 'int32',
  splits: 'int32',
  batch: 'int32',
  transposeA: 'int32',
  transposeB: 'int32',
  vectorOut: 'int32',
  unused: 'int32',
});

export const MatrixVector = new Struct({
  out: 'pointer',
  matrix: 'pointer',
  vector: 'pointer',
  bias: 'pointer',
  strideMatrix: 'int64',
  strideVector: 'int64',
  lead: 'int64',
  step: 'int64',
  rows: 'int32',
  k: 'int32',
  biasStep: 'int32',
  vectors: 'int32',
});

export const MatmulSum = new Struct({
  out: 'pointer',
  partial: 'pointer',
  bias: 'pointer',
  count: 'int64',
  n: 'int32',
  splits: 'int32',
});

export const Pick = new Struct({
  out: 'pointer',
  x: 'pointer',
  index: 'pointer',
  order: 'pointer',
  error: 'pointer',
  outer: 'int64',
  length: 'int64',
  inner: 'int64',
  count: 'int64',
  call: 'int32',
  each: 'int32',
});

export const RangeCheck = new Struct({
  x: 'pointer',
  partial: 'pointer',
  error: 'pointer',
  count: 'int64',
  low: 'float64',
  high: 'float64',
  except: 'float64',
  call: 'int32',
  blocks: 'int32',
});

export const PairLoss = new Struct({
  out: 'pointer',
  x: 'pointer',
  y: 'pointer',
  grad: 'pointer',
  partial: 'pointer',
  count: 'int64',
  divisor: 'float64',
  blocks: 'int32',
  unused: 'int32',
});

export const Tensors = new Struct({
  parameters: ['pointer', MAX_TENSORS],
  gradients: ['pointer', MAX_TENSORS],
  state: ['pointer', 3 * MAX_TENSORS],
  counts: ['int64', MAX_TENSORS],
  firstBlocks: ['int32', MAX_TENSORS],
  tensors: 'int32',
  maximize: 'int32',
  weightDecay: 'float64',
  scalars: 'pointer',
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

export const AdagradStep = new Struct({ tensors: Tensors, eps: 'float64' });

import { type Draws, type TensorForm, tensorForm } from './values.ts';

/** Makes an argument that fits more often than not, for a tensor. */
export type Argument = (draws: Draws, self: TensorForm) => unknown;

export const dim: Argument = (draws, { shape }) => draws.below(2 * shape.length + 2) - shape.length - 1;
export const flag: Argument = (draws) => draws.chance(0.5);
export const number: Argument = (draws) =>
  draws.of([0, 1, -1, 2, 0.5, 3, -2.5, Number.NaN, Number.POSITIVE_INFINITY]);
export const position: Argument = (draws, { shape }) => draws.below(8) - 4 + (shape[0] ?? 0) * draws.below(2);
export const length: Argument = (draws) => draws.below(4);
export const dims: Argument = (draws, self) =>
  draws.chance(0.5) ? dim(draws, self) : Array.from({ length: draws.below(3) }, () => dim(draws, self));
export const order: Argument = (draws, { shape }) =>
  [...shape.keys()].sort(() => draws.next() - 0.5).map((d) => (draws.chance(0.2) ? d - shape.length : d));
export const sizes: Argument = (draws, { shape }) => {
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
export const expanded: Argument = (draws, { shape }) => [
  ...Array.from({ length: draws.below(2) }, () => draws.below(3)),
  ...shape.map((size) => (size === 1 ? draws.of([1, -1, 3]) : draws.of([size, -1]))),
];
export const shape: Argument = (draws) => Array.from({ length: draws.below(4) }, () => draws.below(4));

/** A tensor that broadcasts with it, mostly of its dtype. */
export const alike: Argument = (draws, self) =>
  tensorForm(draws, {
    shape: self.shape.slice(draws.below(2)).map((size) => (draws.chance(0.2) ? 1 : size)),
    ...(draws.chance(0.7) && { dtype: self.dtype }),
  });
export const operand: Argument = (draws, self) =>
  draws.chance(0.6) ? alike(draws, self) : number(draws, self);
export const mask: Argument = (draws, self) => ({
  ...(alike(draws, self) as TensorForm),
  dtype: 'bool',
  requiresGrad: false,
});
export const any: Argument = (draws) => tensorForm(draws);

/** A 1-d index whose elements are mostly there. */
export const index: Argument = (draws, self) =>
  tensorForm(draws, {
    dtype: draws.of(['int32', 'int32', 'uint8']),
    shape: [draws.below(4)],
    requiresGrad: false,
    below: Math.max(1, Math.min(...self.shape) + draws.below(2)),
  });
export const indexLike: Argument = (draws, self) => ({
  ...(index(draws, self) as TensorForm),
  shape: self.shape.map((size) => Math.max(0, size - draws.below(2))),
});
export const like: Argument = (draws, self) => tensorForm(draws, { shape: self.shape, dtype: self.dtype });
export const columns: Argument = (draws, self) =>
  tensorForm(draws, {
    dtype: self.dtype,
    shape: draws.of([
      [self.shape.at(-1) ?? 1],
      [self.shape.at(-1) ?? 1, draws.below(4)],
      [...self.shape.slice(0, -2), self.shape.at(-1) ?? 1, 2],
    ]),
  });
export const weight: Argument = (draws, self) =>
  tensorForm(draws, { dtype: self.dtype, shape: [draws.below(4), self.shape.at(-1) ?? 1] });
export const last: Argument = (_, self) => self.shape.slice(-1);
export const vector: Argument = (draws, self) =>
  tensorForm(draws, { dtype: self.dtype, shape: self.shape.slice(-1) });
export const channel: Argument = (draws, self) =>
  tensorForm(draws, { dtype: self.dtype, shape: self.shape.slice(1, 2), requiresGrad: false });

export const keepdim: Argument = (draws) => ({ keepdim: draws.chance(0.5) });
export const variance: Argument = (draws) => ({ correction: draws.below(3), keepdim: draws.chance(0.5) });
export const batchNorm: Argument = (draws, self) => ({
  runningMean: channel(draws, self),
  runningVar: channel(draws, self),
  training: draws.chance(0.5),
  momentum: 0.1,
  eps: 1e-3,
});
export const factor: Argument = (draws) => ({ value: draws.of([1, 0.5, -2]) });
export const replacements: Argument = (draws) => ({ nan: draws.below(3), posinf: 9 });
export const closeness: Argument = (draws) => ({ rtol: 0.1, equalNan: draws.chance(0.5) });
export const reduction: Argument = (draws) => ({ reduction: draws.of(['mean', 'sum', 'none', 'other']) });
/** An item between brackets. */
export const item: Argument = (draws, self) =>
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
export const backwardOptions: Argument = (draws) => ({ retainGraph: draws.chance(0.5), createGraph: false });
export const target: Argument = (draws) =>
  draws.of(['float64', 'int32', 'cpu', 'abacus', { dtype: 'float32' }, { device: '' }]);
export const dtype: Argument = (draws) =>
  draws.of(['float32', 'float64', 'int32', 'uint8', 'bool', 'float16']);

/** Whether padding times infinity is NaN is left to the engine, so elements are small integers. */
export const images =
  (axes: number): Argument =>
  (draws, { dtype }) =>
    tensorForm(draws, {
      dtype,
      below: 9,
      shape: [...(draws.chance(0.7) ? [draws.below(3)] : []), 4, ...[5, 6].slice(0, axes)],
    });
/** Weights of 4 channels to 4, in up to 4 groups, in either direction. */
export const kernels =
  (axes: number): Argument =>
  (draws, { dtype }) =>
    tensorForm(draws, { dtype, below: 5, shape: [4, draws.of([4, 4, 2, 1]), ...[3, 2].slice(0, axes)] });
export const filters: Argument = (draws, { dtype }) =>
  draws.chance(0.4) ? undefined : tensorForm(draws, { dtype, shape: [4] });
export const convolution =
  (transposed: boolean): Argument =>
  (draws) => ({
    stride: 1 + draws.below(3),
    padding: draws.of(transposed ? [0, 1, 2] : [0, 1, 'same', 'valid']),
    dilation: draws.of([1, 1, 2]),
    groups: draws.of([1, 1, 2, 4]),
    ...(transposed && { outputPadding: draws.of([0, 0, 1]) }),
  });

export const pooling =
  (options: (draws: Draws) => object): Argument =>
  (draws) => ({
    stride: draws.of([undefined, 1, 2, 3]),
    padding: draws.of([0, 0, 1]),
    ceilMode: draws.chance(0.5),
    ...options(draws),
  });
export const largest = pooling((draws) => ({
  dilation: draws.of([1, 1, 2]),
  returnIndices: draws.chance(0.5),
}));
export const kernelSize: Argument = (draws) => 1 + draws.below(4);
export const outputSize: Argument = (draws) => draws.of<unknown>([1, 2, 3, [5, 3], [null, 2]]);
export const resizing: Argument = (draws) => ({
  ...draws.of<object>([{ size: 3 }, { size: [7, 4] }, { scaleFactor: 2 }, { scaleFactor: 0.6 }]),
  mode: draws.of(['nearest', 'nearest-exact', 'linear', 'bilinear', 'area']),
  ...(draws.chance(0.3) && { alignCorners: draws.chance(0.5) }),
});
export const instanceNorm: Argument = (draws, self) => ({
  weight: filters(draws, self),
  bias: filters(draws, self),
  eps: 0.1,
});

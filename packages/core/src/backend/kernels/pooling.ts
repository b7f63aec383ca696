import { dense, flag, kernel, number, optional, size } from './declaration.ts';

/**
 * Windows on planes [height, width]: output (i, j) sees rows i · strideHeight − paddingTop + p · dilationHeight for p < kernelHeight, and
 * columns likewise.
 */
const windowed = {
  planes: size(),
  height: size(1),
  width: size(1),
  kernelHeight: size(1),
  kernelWidth: size(1),
  strideHeight: size(1),
  strideWidth: size(1),
  paddingTop: size(0, 2 ** 30),
  paddingLeft: size(0, 2 ** 30),
  dilationHeight: size(1),
  dilationWidth: size(1),
  outHeight: size(1),
  outWidth: size(1),
} as const;

const windows = [
  {
    count: 'outHeight',
    stride: 'strideHeight',
    kernel: 'kernelHeight',
    dilation: 'dilationHeight',
  },
  { count: 'outWidth', stride: 'strideWidth', kernel: 'kernelWidth', dilation: 'dilationWidth' },
] as const;

const averaged = {
  ...windowed,
  /** Whether the means count elements of a border as wide as the padding on all sides, which are 0. */
  countIncludePad: flag,
  /** What sums are divided by; 0 for the number of elements. */
  divisor: number,
} as const;

const input = dense('float', 'planes', 'height', 'width');
const output = dense('float', 'planes', 'outHeight', 'outWidth');
const index = dense(['int32'], 'planes', 'outHeight', 'outWidth');

/**
 * y ← the largest element that each window sees in its plane, the first of equal ones, NaN counting as the largest; index ← its position
 * there. Where there is none, −∞ and −1.
 */
export const maxPool2d = kernel({
  optional: true,
  attributes: windowed,
  windows,
  outputs: { y: output, index: optional(index) },
  inputs: { x: input },
});

/** xGrad ← ∂L/∂x: to each element the sum of `grad`, ∂L/∂y, where the index names it, in their order. An index outside names none. */
export const maxPool2dBackward = kernel({
  optional: true,
  attributes: windowed,
  windows,
  outputs: { xGrad: input },
  inputs: { grad: output, index },
});

/** y ← the sum of what each window sees over its divisor. */
export const avgPool2d = kernel({
  optional: true,
  attributes: averaged,
  windows,
  outputs: { y: output },
  inputs: { x: input },
});

/** xGrad ← ∂L/∂x: to each element the sum of `grad`, ∂L/∂y, over their divisors, of the windows that see it, in their order. */
export const avgPool2dBackward = kernel({
  optional: true,
  attributes: averaged,
  windows,
  outputs: { xGrad: input },
  inputs: { grad: output },
});

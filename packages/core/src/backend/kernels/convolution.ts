import { dense, kernel, optional, quotient, size } from './declaration.ts';

/**
 * Images [batch, channels, height, width] and the windows that a kernel sees of them: output (i, j) sees rows
 * i · strideHeight − paddingTop + p · dilationHeight for p < kernelHeight, and columns likewise. Rows and columns outside of the image
 * are zeros, so the padding at the bottom and at the right follows from the size of the output. Groups of channels are apart.
 */
const attributes = {
  batch: size(),
  groups: size(1),
  inChannels: size(1),
  outChannels: size(1),
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

const input = dense('float', 'batch', 'inChannels', 'height', 'width');
const output = dense('float', 'batch', 'outChannels', 'outHeight', 'outWidth');
const weight = dense(
  'float',
  'groups',
  quotient('outChannels', 'groups'),
  quotient('inChannels', 'groups'),
  'kernelHeight',
  'kernelWidth',
);
const bias = optional(dense('float', 'outChannels'));

const convolution = { optional: true, attributes, windows } as const;

/** y ← x ∗ weight + bias, with weight [outChannels, inChannels / groups, kernelHeight, kernelWidth]. */
export const conv2d = kernel({
  ...convolution,
  outputs: { y: output },
  inputs: { x: input, weight, bias },
});

/** xGrad ← ∂L/∂x; `grad` is ∂L/∂y. */
export const conv2dBackwardInput = kernel({
  ...convolution,
  outputs: { xGrad: input },
  inputs: { grad: output, weight },
});

/** weightGrad ← ∂L/∂weight and, if present, biasGrad ← ∂L/∂bias; `grad` is ∂L/∂y. */
export const conv2dBackwardWeight = kernel({
  ...convolution,
  outputs: { weightGrad: weight, biasGrad: bias },
  inputs: { grad: output, x: input },
});

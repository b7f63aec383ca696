import type { KernelAttributes } from '../backend/kernels.ts';
import type { Shape } from '../shape.ts';

/**
 * The sizes of a convolution x ∗ weight = y, for x [batch, inChannels, height, width], weight [outChannels, inChannels/groups,
 * kernelHeight, kernelWidth] and y [batch, outChannels, outHeight, outWidth]:
 *
 * y[n, o, i, j] = Σ_{c, a, b} weight[o, c, a, b] · x[n, c₀ + c, i·strideHeight + a·dilationHeight − paddingTop, …], where c₀ is the first
 * channel of the group of o, and x is 0 outside. The padding at the bottom and at the right is what the output's size asks for.
 */
export type ConvolutionSizes = KernelAttributes['conv2d'];

export const inputShape = (s: ConvolutionSizes): Shape => [s.batch, s.inChannels, s.height, s.width];
export const outputShape = (s: ConvolutionSizes): Shape => [s.batch, s.outChannels, s.outHeight, s.outWidth];
export const weightShape = (s: ConvolutionSizes): Shape => [
  s.outChannels,
  s.inChannels / s.groups,
  s.kernelHeight,
  s.kernelWidth,
];

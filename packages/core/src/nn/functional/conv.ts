import { assertTensor, describe } from '../../arguments.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import { checkOptions, type OptionNames } from '../../options.ts';
import type { PerAxis } from '../../spatial.ts';
import type { Tensor } from '../../tensor.ts';
import { convolution } from './convolution.ts';
import {
  asImages,
  asKernels,
  assertGroups,
  checkChannels,
  type HeightAndWidth,
  heightAndWidth,
} from './convolution-operands.ts';

/** Options of `conv1d` and `conv2d`; numbers are for each spatial axis, or one for all. */
export interface ConvolutionOptions {
  /** Distance of neighboring windows. Default 1. */
  readonly stride?: PerAxis | undefined;
  /**
   * Zeros added on both sides of each spatial axis. `'same'` adds as many as give the output the input's size, one more behind than before
   * where their number is odd; the stride must be 1 then. `'valid'` adds none. Default 0.
   */
  readonly padding?: PerAxis | 'same' | 'valid' | undefined;
  /** Distance of neighboring elements of a window. Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Groups of channels that are convolved apart from each other. Default 1. */
  readonly groups?: number | undefined;
}

const optionNames: OptionNames<ConvolutionOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
};

/** Zeros in front of and behind both axes. */
interface Padding {
  readonly before: HeightAndWidth;
  readonly after: HeightAndWidth;
}

function paddingOf(
  op: string,
  padding: PerAxis | 'same' | 'valid',
  axes: number,
  { stride, reach }: { readonly stride: HeightAndWidth; readonly reach: HeightAndWidth },
): Padding {
  if (padding === 'same') {
    if (stride.some((step) => step !== 1)) {
      throw new ArgumentError(`${op}: expected a stride of 1 with padding 'same', got ${describe(stride)}`);
    }
    const before: HeightAndWidth = [Math.floor(reach[0] / 2), Math.floor(reach[1] / 2)];
    return { before, after: [reach[0] - before[0], reach[1] - before[1]] };
  }
  if (typeof padding === 'string' && padding !== 'valid') {
    throw new ArgumentError(
      `${op}: expected padding to be a number, an array of numbers, 'same' or 'valid', got ${describe(padding)}`,
    );
  }
  const both = heightAndWidth(op, 'padding', padding === 'valid' ? 0 : padding, axes, 0);
  return { before: both, after: both };
}

function convolve(
  op: string,
  axes: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: ConvolutionOptions,
): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = checkOptions(op, options, optionNames);
  const { images, restore } = asImages(op, input, axes);
  const kernels = asKernels(op, weight, axes);
  if (bias !== undefined) assertTensor(op, 'bias', bias);
  assertGroups(op, groups);
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = kernels.shape as [
    number,
    number,
    number,
    number,
  ];
  const channels = { input: groupChannels * groups, output: outChannels };
  checkChannels(op, axes, { input, weight, bias, groups }, channels);

  const strides = heightAndWidth(op, 'stride', stride, axes, 1);
  const dilations = heightAndWidth(op, 'dilation', dilation, axes, 1);
  const reach: HeightAndWidth = [dilations[0] * (kernelHeight - 1), dilations[1] * (kernelWidth - 1)];
  const { before, after } = paddingOf(op, padding, axes, { stride: strides, reach });
  const [batch, inChannels, height, width] = images.shape as [number, number, number, number];
  const room: HeightAndWidth = [before[0] + height + after[0], before[1] + width + after[1]];
  if (room.some((size, d) => size <= reach[d]!)) {
    const text = ([h, w]: HeightAndWidth): string => (axes === 1 ? String(w) : `${h} x ${w}`);
    throw new ShapeError(
      `${op}: expected a kernel of at most the padded input's size ${text(room)}, got ${text([reach[0] + 1, reach[1] + 1])}`,
    );
  }
  const result = convolution(images, kernels, bias, {
    batch,
    groups,
    inChannels,
    outChannels,
    height,
    width,
    kernelHeight,
    kernelWidth,
    strideHeight: strides[0],
    strideWidth: strides[1],
    paddingTop: before[0],
    paddingLeft: before[1],
    dilationHeight: dilations[0],
    dilationWidth: dilations[1],
    outHeight: Math.floor((room[0] - reach[0] - 1) / strides[0]) + 1,
    outWidth: Math.floor((room[1] - reach[1] - 1) / strides[1]) + 1,
  });
  return restore(result);
}

/**
 * The cross-correlation of signals with kernels: y[n, o, i] = bias[o] + Σ_{c, a} weight[o, c, a] · x[n, c, i·stride + a·dilation − padding].
 *
 * @param input x, of shape [N, C, L] or [C, L].
 * @param weight of shape [O, C/groups, K].
 * @param bias of shape [O]. Default: none.
 * @returns y, of shape [N, O, ⌊(L + 2·padding − dilation·(K − 1) − 1)/stride⌋ + 1].
 * @throws {ShapeError} for operands that do not fit, and a kernel that is larger than the padded input.
 * @throws {DTypeError} for operands of different dtypes.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.conv1d.html
 */
export const conv1d = (
  input: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvolutionOptions = {},
): Tensor => convolve('conv1d', 1, input, weight, bias, options);

/**
 * The cross-correlation of images with kernels:
 * y[n, o, i, j] = bias[o] + Σ_{c, a, b} weight[o, c, a, b] · x[n, c, i·stride + a·dilation − padding, j·stride + b·dilation − padding].
 *
 * @param input x, of shape [N, C, H, W] or [C, H, W].
 * @param weight of shape [O, C/groups, K, K′].
 * @param bias of shape [O]. Default: none.
 * @returns y, of shape [N, O, H′, W′] with H′ = ⌊(H + 2·padding − dilation·(K − 1) − 1)/stride⌋ + 1, and W′ likewise.
 * @throws {ShapeError} for operands that do not fit, and a kernel that is larger than the padded input.
 * @throws {DTypeError} for operands of different dtypes.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.conv2d.html
 */
export const conv2d = (
  input: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvolutionOptions = {},
): Tensor => convolve('conv2d', 2, input, weight, bias, options);

import { assertTensor } from '../../arguments.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import { checkOptions, type OptionNames } from '../../options.ts';
import type { PerAxis } from '../../spatial.ts';
import { assertFloat } from '../../tensor/axes.ts';
import type { Tensor } from '../../tensor.ts';
import { convolutionBackwardInput } from './convolution.ts';
import {
  asImages,
  asKernels,
  assertGroups,
  checkChannels,
  type HeightAndWidth,
  heightAndWidth,
} from './convolution-operands.ts';

/** Options of `convTranspose1d` and `convTranspose2d`; numbers are for each spatial axis, or one for all. */
export interface TransposedConvolutionOptions {
  /** Distance of neighboring windows in the output. Default 1. */
  readonly stride?: PerAxis | undefined;
  /** Elements cut off on both sides of each spatial axis of the output. Default 0. */
  readonly padding?: PerAxis | undefined;
  /** Elements added behind each spatial axis of the output: less than the stride or the dilation. Default 0. */
  readonly outputPadding?: PerAxis | undefined;
  /** Groups of channels that are convolved apart from each other. Default 1. */
  readonly groups?: number | undefined;
  /** Distance of neighboring elements of a window in the output. Default 1. */
  readonly dilation?: PerAxis | undefined;
}

const optionNames: OptionNames<TransposedConvolutionOptions> = {
  stride: true,
  padding: true,
  outputPadding: true,
  groups: true,
  dilation: true,
};

function convolveTransposed(
  op: string,
  axes: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: TransposedConvolutionOptions,
): Tensor {
  const {
    stride = 1,
    padding = 0,
    outputPadding = 0,
    groups = 1,
    dilation = 1,
  } = checkOptions(op, options, optionNames);
  const { images, restore } = asImages(op, input, axes);
  const kernels = asKernels(op, weight, axes);
  if (bias !== undefined) assertTensor(op, 'bias', bias);
  assertGroups(op, groups);
  const [inputChannels, groupChannels, kernelHeight, kernelWidth] = kernels.shape as [
    number,
    number,
    number,
    number,
  ];
  const channels = { input: inputChannels, output: groupChannels * groups };
  checkChannels(op, axes, { input, weight, bias, groups }, channels);
  assertFloat(op, input);

  const strides = heightAndWidth(op, 'stride', stride, axes, 1);
  const dilations = heightAndWidth(op, 'dilation', dilation, axes, 1);
  const cut = heightAndWidth(op, 'padding', padding, axes, 0);
  const added = heightAndWidth(op, 'outputPadding', outputPadding, axes, 0);
  const excess = added.find((size, d) => size >= strides[d]! && size >= dilations[d]!);
  if (excess !== undefined) {
    throw new ArgumentError(
      `${op}: expected an outputPadding below the stride or the dilation, got ${excess}`,
    );
  }
  const [batch, , height, width] = images.shape as [number, number, number, number];
  const sizeAlong = (d: 0 | 1, length: number, kernel: number): number =>
    (length - 1) * strides[d] - 2 * cut[d] + dilations[d] * (kernel - 1) + added[d] + 1;
  const size: HeightAndWidth = [sizeAlong(0, height, kernelHeight), sizeAlong(1, width, kernelWidth)];
  if (size.some((length) => length < 1)) {
    throw new ShapeError(
      `${op}: expected an output of at least 1 element along each axis, got ${axes === 1 ? size[1] : size.join(' x ')}`,
    );
  }
  const result = convolutionBackwardInput(images, kernels, {
    batch,
    groups,
    inChannels: channels.output,
    outChannels: inputChannels,
    height: size[0],
    width: size[1],
    kernelHeight,
    kernelWidth,
    strideHeight: strides[0],
    strideWidth: strides[1],
    paddingTop: cut[0],
    paddingLeft: cut[1],
    dilationHeight: dilations[0],
    dilationWidth: dilations[1],
    outHeight: height,
    outWidth: width,
  });
  return restore(bias === undefined ? result : result.add(bias.reshape([1, channels.output, 1, 1])));
}

/**
 * The transposed convolution of signals, which is the gradient of `conv1d` with respect to its input: each x[n, c, i] adds
 * weight[c, o, a] · x[n, c, i] to y[n, o, i·stride + a·dilation − padding].
 *
 * @param input x, of shape [N, C, L] or [C, L].
 * @param weight of shape [C, O/groups, K].
 * @param bias of shape [O], added to each channel. Default: none.
 * @returns y, of shape [N, O, (L − 1)·stride − 2·padding + dilation·(K − 1) + outputPadding + 1].
 * @throws {ShapeError} for operands that do not fit, and an output without elements.
 * @throws {ArgumentError} unless the output padding is below the stride or the dilation.
 * @throws {DTypeError} for operands of different dtypes, and unless they are floats.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.conv_transpose1d.html
 */
export const convTranspose1d = (
  input: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: TransposedConvolutionOptions = {},
): Tensor => convolveTransposed('convTranspose1d', 1, input, weight, bias, options);

/**
 * The transposed convolution of images, which is the gradient of `conv2d` with respect to its input: each x[n, c, i, j] adds
 * weight[c, o, a, b] · x[n, c, i, j] to y[n, o, i·stride + a·dilation − padding, j·stride + b·dilation − padding].
 *
 * @param input x, of shape [N, C, H, W] or [C, H, W].
 * @param weight of shape [C, O/groups, K, K′].
 * @param bias of shape [O], added to each channel. Default: none.
 * @returns y, of shape [N, O, H′, W′] with H′ = (H − 1)·stride − 2·padding + dilation·(K − 1) + outputPadding + 1, and W′ likewise.
 * @throws {ShapeError} for operands that do not fit, and an output without elements.
 * @throws {ArgumentError} unless the output padding is below the stride or the dilation.
 * @throws {DTypeError} for operands of different dtypes, and unless they are floats.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.conv_transpose2d.html
 */
export const convTranspose2d = (
  input: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: TransposedConvolutionOptions = {},
): Tensor => convolveTransposed('convTranspose2d', 2, input, weight, bias, options);

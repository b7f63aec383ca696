import { assertTensor } from '../../arguments.ts';
import { apply } from '../../autograd/apply.ts';
import type { View } from '../../backend/backend.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import { allocate } from '../../ops/launch.ts';
import type { Op } from '../../ops/op.ts';
import { addWindows, copyWindows, type WindowSizes } from '../../ops/windows.ts';
import { checkOptions, type OptionNames } from '../../options.ts';
import { type PerAxis, perAxis } from '../../spatial.ts';
import { assertFloat } from '../../tensor/axes.ts';
import type { Tensor } from '../../tensor.ts';
import { asImages, type HeightAndWidth } from './convolution-operands.ts';

/** Options of `unfold` and `fold`; numbers are for each axis, or one for both. */
export interface FoldOptions {
  /** Distance of neighboring elements of a window. Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Zeros around the image. Default 0. */
  readonly padding?: PerAxis | undefined;
  /** Distance of neighboring windows. Default 1. */
  readonly stride?: PerAxis | undefined;
}

const optionNames: OptionNames<FoldOptions> = { dilation: true, padding: true, stride: true };

/** Blocks [N, C, K, K′, H′, W′] seen as windows: the elements of each first. */
function asWindows(blocks: View): View {
  const order = [1, 2, 3, 0, 4, 5];
  return {
    ...blocks,
    shape: order.map((d) => blocks.shape[d]!),
    strides: order.map((d) => blocks.strides[d]!),
  };
}

/** The windows of images [N, C, H, W] as blocks [N, C, K, K′, H′, W′]. */
const unfoldOp: Op<WindowSizes> = {
  name: 'unfold',
  forward: ([images], s) => {
    const view = images as View;
    const shape = [s.batch, s.inChannels, s.kernelHeight, s.kernelWidth, s.outHeight, s.outWidth];
    const blocks = allocate(view.storage.backend, view.dtype, shape);
    copyWindows(s, view, asWindows(blocks));
    return blocks;
  },
  gradient: (grad, { attributes }) => [apply(foldOp, [grad], attributes)],
};

/** Images [N, C, H, W] as sums of blocks [N, C, K, K′, H′, W′]. */
const foldOp: Op<WindowSizes> = {
  name: 'fold',
  forward: ([blocks], s) => addWindows(s, asWindows(blocks as View)),
  gradient: (grad, { attributes }) => [apply(unfoldOp, [grad], attributes)],
};

/** Sizes of all windows of images [channels, height, width]; how many there are along each axis may come out below 1. */
function windowSizes(
  op: string,
  [batch, inChannels]: readonly [number, number],
  [height, width]: HeightAndWidth,
  kernel: HeightAndWidth,
  options: FoldOptions,
): WindowSizes {
  const { dilation = 1, padding = 0, stride = 1 } = options;
  const [strideHeight, strideWidth] = along(op, 'stride', stride, 1);
  const [paddingTop, paddingLeft] = along(op, 'padding', padding, 0);
  const [dilationHeight, dilationWidth] = along(op, 'dilation', dilation, 1);
  const [kernelHeight, kernelWidth] = kernel;
  const count = (size: number, border: number, reach: number, step: number): number =>
    Math.floor((size + 2 * border - reach - 1) / step) + 1;
  return {
    batch,
    inChannels,
    height,
    width,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    paddingTop,
    paddingLeft,
    dilationHeight,
    dilationWidth,
    outHeight: count(height, paddingTop, dilationHeight * (kernelHeight - 1), strideHeight),
    outWidth: count(width, paddingLeft, dilationWidth * (kernelWidth - 1), strideWidth),
  };
}

const along = (op: string, name: string, value: PerAxis, least: number): HeightAndWidth =>
  perAxis(op, name, value, 2, least) as [number, number];

/**
 * The windows of images as columns: place l of the result holds the elements of window l, channel by channel.
 *
 * @param input of shape [N, C, H, W] or [C, H, W].
 * @param kernelSize height and width of a window, or one number for both.
 * @returns a tensor of shape [N, C·K·K′, L], L being the number of windows.
 * @throws {ShapeError} for another rank, and where no window fits into the padded image.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.unfold.html
 */
export function unfold(input: Tensor, kernelSize: PerAxis, options: FoldOptions = {}): Tensor {
  checkOptions('unfold', options, optionNames);
  const { images, restore } = asImages('unfold', input, 2);
  const kernel = along('unfold', 'kernelSize', kernelSize, 1);
  const [batch, channels, height, width] = images.shape as [number, number, number, number];
  const sizes = windowSizes('unfold', [batch, channels], [height, width], kernel, options);
  const { outHeight, outWidth } = sizes;
  if (outHeight < 1 || outWidth < 1) {
    throw new ShapeError(
      `unfold: expected at least one window along each axis of ${formatShape(input.shape)}, got ${outHeight} x ${outWidth}`,
    );
  }
  const columns = channels * kernel[0] * kernel[1];
  return restore(apply(unfoldOp, [images], sizes).reshape([batch, columns, outHeight * outWidth]));
}

/**
 * Images whose elements are the sums of what the windows that they lie in hold: {@link unfold} the other way round, so that
 * `fold(unfold(x))` counts each element of x once for each window.
 *
 * @param input of shape [N, C·K·K′, L] or [C·K·K′, L], as `unfold` gives it.
 * @param outputSize height and width of the images, or one number for both.
 * @param kernelSize height and width of a window, or one number for both.
 * @returns a tensor of shape [N, C, H, W] or [C, H, W].
 * @throws {ShapeError} for another rank, a number of rows that is no multiple of the window's size, and a number of columns that is not that
 *   of the windows.
 * @throws {DTypeError} unless it is float32 or float64.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.fold.html
 */
export function fold(
  input: Tensor,
  outputSize: PerAxis,
  kernelSize: PerAxis,
  options: FoldOptions = {},
): Tensor {
  checkOptions('fold', options, optionNames);
  assertTensor('fold', 'input', input);
  assertFloat('fold', input);
  const size = along('fold', 'outputSize', outputSize, 1);
  const kernel = along('fold', 'kernelSize', kernelSize, 1);
  const [rows, places] = input.shape.slice(-2) as [number, number];
  const channels = rows / (kernel[0] * kernel[1]);
  if ((input.ndim !== 2 && input.ndim !== 3) || !Number.isInteger(channels)) {
    throw new ShapeError(
      `fold: expected an input [N, C · ${kernel[0]} · ${kernel[1]}, L] or without N, got shape ${formatShape(input.shape)}`,
    );
  }
  const batch = input.ndim === 3 ? input.shape[0]! : 1;
  const sizes = windowSizes('fold', [batch, channels], size, kernel, options);
  const { outHeight, outWidth } = sizes;
  if (outHeight < 1 || outWidth < 1 || outHeight * outWidth !== places) {
    throw new ShapeError(
      `fold: expected ${Math.max(0, outHeight)} x ${Math.max(0, outWidth)} windows of images ${formatShape(size)}, got ${places} in shape ${formatShape(input.shape)}`,
    );
  }
  const blocks = input.reshape([batch, channels, kernel[0], kernel[1], outHeight, outWidth]);
  const images = apply(foldOp, [blocks], sizes);
  return input.ndim === 3 ? images : images.squeeze(0);
}

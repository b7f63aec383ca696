import { assertBoolean, assertTensor } from '../../arguments.ts';
import { apply } from '../../autograd/apply.ts';
import { isGradEnabled } from '../../autograd/mode.ts';
import { ShapeError } from '../../errors.ts';
import { maxPool2dIndices, maxPool2d as maxPool2dOp } from '../../ops/max-pool-2d.ts';
import {
  type AxisLayout,
  adaptiveWindows,
  type PlaneWindows,
  planeWindows,
  stridedWindows,
} from '../../ops/pool-windows.ts';
import { checkOptions } from '../../options.ts';
import type { PerAxis } from '../../spatial.ts';
import { hasKernel } from '../../tensor/has-kernel.ts';
import { indexTensor } from '../../tensor/index-tensor.ts';
import type { Tensor } from '../../tensor.ts';
import {
  adaptiveSizes,
  assertPlane,
  evenWindows,
  kernelLayout,
  type OutputSize,
  oneRow,
  type PoolOptions,
  poolLayout,
} from './pool-layout.ts';

export interface MaxPoolOptions extends PoolOptions {
  /** From one element of a window to the next. Default 1. */
  readonly dilation?: PerAxis;
  /** Give the positions of the largest elements as well. Default false. */
  readonly returnIndices?: boolean;
}

/** The options of a pooling that gives [values, positions]. */
export type WithIndices<T> = T & { readonly returnIndices: true };

export interface AdaptiveMaxPoolOptions {
  /** Give the positions of the largest elements as well. Default false. */
  readonly returnIndices?: boolean;
}

/** The largest elements, and their positions in the plane or signal as int32. */
export type PooledWithIndices = [values: Tensor, indices: Tensor];

type Pooled = Tensor | PooledWithIndices;

/** Where the largest element of each window stands in its plane. */
function indicesIn(x: Tensor, { outHeight, outWidth, length, positions }: PlaneWindows): Tensor {
  const windows = outHeight * outWidth;
  const filled = Int32Array.from(positions);
  // What lies outside counts as the first element inside, so that it is never the first of the largest.
  for (let w = 0; w < windows; w++) {
    const window = filled.subarray(w * length, (w + 1) * length);
    const first = window.find((at) => at >= 0)!;
    for (let k = 0; k < length; k++) if (window[k]! < 0) window[k] = first;
  }
  const lead = x.shape.slice(0, -2);
  const table = indexTensor(x, [filled.length], filled);
  const elements = x
    .detach()
    .flatten(-2)
    .indexSelect(-1, table)
    .reshape([...lead, windows, length]);
  const places = table.reshape([windows, length]).expand([...lead, windows, length]);
  return places.gather(-1, elements.argmax(-1, { keepdim: true })).reshape([...lead, outHeight, outWidth]);
}

/** The largest elements of windows of images, in two ways. */
interface Pooling {
  /** The values alone, where an engine gives them; undefined where not. */
  values(): Tensor | undefined;
  /** Where they stand in their planes. */
  indices(): Tensor;
}

/** Values and positions of signals or images; signals are images of one row. */
function pooled(
  op: string,
  input: Tensor,
  axes: 1 | 2,
  returnIndices: boolean,
  pooling: (images: Tensor) => Pooling,
): Pooled {
  const images = axes === 1 ? input.unsqueeze(-2) : input;
  const restored = (x: Tensor): Tensor => (axes === 1 ? x.squeeze(-2) : x);
  assertPlane(op, images);
  const { values, indices } = pooling(images);
  const largest = returnIndices ? undefined : values();
  if (largest !== undefined) return restored(largest);
  const places = indices();
  const found = images.flatten(-2).gather(-1, places.flatten(-2)).reshape(places.shape);
  return returnIndices ? [restored(found), restored(places)] : restored(found);
}

/** Windows of one size a stride apart: in a kernel where there is one. */
function strided(images: Tensor, rows: AxisLayout, columns: AxisLayout): Pooling {
  const layout = kernelLayout(images, rows, columns);
  const hasPool = images.numel > 0 && hasKernel(images, 'maxPool2d');
  return {
    values: () => {
      if (!hasPool) return undefined;
      const isIndexed = isGradEnabled() && images.requiresGrad;
      return apply(maxPool2dOp, [images], { layout, isIndexed });
    },
    indices: () =>
      hasPool
        ? apply(maxPool2dIndices, [images], layout)
        : indicesIn(images, planeWindows(stridedWindows(rows), stridedWindows(columns), columns.size)),
  };
}

/** @throws {ShapeError} for windows that lie in the border alone. */
function assertFilled(op: string, axis: AxisLayout): void {
  if (axis.padding === 0 || axis.dilation === 1) return;
  if (stridedWindows(axis).every((window) => window.some((at) => at >= 0))) return;
  throw new ShapeError(
    `${op}: expected windows that each hold an element, got ${axis.kernel} positions ${axis.dilation} apart on an axis of ${axis.size}`,
  );
}

function pool(op: string, axes: 1 | 2, input: Tensor, kernelSize: PerAxis, options: MaxPoolOptions): Pooled {
  const { dilation, returnIndices = false, ...rest } = checkOptions(op, options, names);
  assertTensor(op, 'input', input);
  assertBoolean(op, 'returnIndices', returnIndices);
  const layout = poolLayout(op, input, axes, kernelSize, rest, dilation);
  const [rows, columns] = (axes === 1 ? [oneRow, ...layout] : layout) as [AxisLayout, AxisLayout];
  assertFilled(op, rows);
  assertFilled(op, columns);
  return pooled(op, input, axes, returnIndices, (images) => strided(images, rows, columns));
}

function adaptivePool(
  op: string,
  axes: 1 | 2,
  input: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions,
): Pooled {
  const { returnIndices = false } = checkOptions(op, options, { returnIndices: true });
  assertTensor(op, 'input', input);
  assertBoolean(op, 'returnIndices', returnIndices);
  const sizes = adaptiveSizes(op, input, axes, outputSize);
  return pooled(op, input, axes, returnIndices, (images) => {
    const [height, width] = images.shape.slice(-2) as [number, number];
    const [outHeight, outWidth] = (axes === 1 ? [1, ...sizes] : sizes) as [number, number];
    const rows = evenWindows(height, outHeight);
    const columns = evenWindows(width, outWidth);
    if (rows && columns) return strided(images, rows, columns);
    const windows = planeWindows(adaptiveWindows(height, outHeight), adaptiveWindows(width, outWidth), width);
    return { values: () => undefined, indices: () => indicesIn(images, windows) };
  });
}

const names = { stride: true, padding: true, dilation: true, returnIndices: true, ceilMode: true } as const;

/**
 * The largest element of each window of an image [C, H, W] or a batch [N, C, H, W] of them: [N, C, H', W'] with
 * H' = ⌊(H + 2·padding − dilation·(kernelSize − 1) − 1)/stride⌋ + 1. Borders hold nothing. Of equal elements the first one counts, and
 * gets the gradient; NaN is the largest.
 *
 * With `returnIndices` also their positions y·W + x as int32.
 *
 * @throws {ShapeError} for another rank, and where no window fits.
 * @throws {ArgumentError} for a padding of more than half of the kernel.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.max_pool2d.html
 */
export function maxPool2d(
  input: Tensor,
  kernelSize: PerAxis,
  options: WithIndices<MaxPoolOptions>,
): PooledWithIndices;
export function maxPool2d(input: Tensor, kernelSize: PerAxis, options?: MaxPoolOptions): Tensor;
export function maxPool2d(input: Tensor, kernelSize: PerAxis, options: MaxPoolOptions = {}): Pooled {
  return pool('maxPool2d', 2, input, kernelSize, options);
}

/**
 * The largest element of each window of a signal [C, L] or a batch [N, C, L] of them; see {@link maxPool2d}.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.max_pool1d.html
 */
export function maxPool1d(
  input: Tensor,
  kernelSize: PerAxis,
  options: WithIndices<MaxPoolOptions>,
): PooledWithIndices;
export function maxPool1d(input: Tensor, kernelSize: PerAxis, options?: MaxPoolOptions): Tensor;
export function maxPool1d(input: Tensor, kernelSize: PerAxis, options: MaxPoolOptions = {}): Pooled {
  return pool('maxPool1d', 1, input, kernelSize, options);
}

/**
 * The largest element of each of H' × W' windows that divide an image [C, H, W], or those of a batch [N, C, H, W], as evenly as may be:
 * rows from ⌊i·H/H'⌋ up to ⌈(i + 1)·H/H'⌉, likewise columns. One size stands for both; null keeps the image's.
 *
 * With `returnIndices` also their positions y·W + x as int32.
 *
 * @throws {ShapeError} for another rank.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.adaptive_max_pool2d.html
 */
export function adaptiveMaxPool2d(
  input: Tensor,
  outputSize: OutputSize,
  options: WithIndices<AdaptiveMaxPoolOptions>,
): PooledWithIndices;
export function adaptiveMaxPool2d(
  input: Tensor,
  outputSize: OutputSize,
  options?: AdaptiveMaxPoolOptions,
): Tensor;
export function adaptiveMaxPool2d(
  input: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Pooled {
  return adaptivePool('adaptiveMaxPool2d', 2, input, outputSize, options);
}

/**
 * The largest element of each of `outputSize` windows that divide a signal [C, L] or [N, C, L]; see {@link adaptiveMaxPool2d}.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.adaptive_max_pool1d.html
 */
export function adaptiveMaxPool1d(
  input: Tensor,
  outputSize: PerAxis,
  options: WithIndices<AdaptiveMaxPoolOptions>,
): PooledWithIndices;
export function adaptiveMaxPool1d(
  input: Tensor,
  outputSize: PerAxis,
  options?: AdaptiveMaxPoolOptions,
): Tensor;
export function adaptiveMaxPool1d(
  input: Tensor,
  outputSize: PerAxis,
  options: AdaptiveMaxPoolOptions = {},
): Pooled {
  return adaptivePool('adaptiveMaxPool1d', 1, input, outputSize, options);
}

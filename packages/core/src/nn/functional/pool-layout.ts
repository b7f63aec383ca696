import { assertBoolean } from '../../arguments.ts';
import type { KernelAttributes } from '../../backend/kernels.ts';
import { ArgumentError, formatShape, ShapeError } from '../../errors.ts';
import type { AxisLayout } from '../../ops/pool-windows.ts';
import { numel } from '../../shape.ts';
import { assertSpatial, MAX_POSITIONS, type PerAxis, perAxis } from '../../spatial.ts';
import type { Tensor } from '../../tensor.ts';

/** How windows lie on the axes of a signal or an image: a number for all axes, or one for each. */
export interface PoolOptions {
  /** From one window to the next. Default: the kernel's size, so that windows do not overlap. */
  readonly stride?: PerAxis | undefined;
  /** Width of a border on all sides, at most half of the kernel. Default 0. */
  readonly padding?: PerAxis;
  /** Round the number of windows up: the last one may reach beyond the border, but begins inside. Default false. */
  readonly ceilMode?: boolean;
}

function axisLayout(op: string, layout: Omit<AxisLayout, 'count'>, ceilMode: boolean): AxisLayout {
  const { size, kernel, stride, padding, dilation } = layout;
  const reach = dilation * (kernel - 1) + 1;
  if (padding > Math.floor(reach / 2)) {
    throw new ArgumentError(
      `${op}: expected a padding of at most half of the kernel's ${reach} positions, got ${padding}`,
    );
  }
  const room = size + 2 * padding - reach;
  let count = (ceilMode ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  if (ceilMode && (count - 1) * stride >= size + padding) count--;
  if (count < 1) {
    throw new ShapeError(
      `${op}: expected at least ${reach - 2 * padding} elements along each pooled dim, got ${size}`,
    );
  }
  return { ...layout, count };
}

/**
 * The windows on each spatial axis.
 *
 * @throws {ShapeError} for another rank, and where a window does not fit.
 * @throws {ArgumentError} for a padding of more than half of the kernel.
 */
export function poolLayout(
  op: string,
  input: Tensor,
  axes: 1 | 2,
  kernelSize: PerAxis,
  { stride = kernelSize, padding = 0, ceilMode = false }: PoolOptions,
  dilation: PerAxis = 1,
): AxisLayout[] {
  const kernels = perAxis(op, 'kernelSize', kernelSize, axes, 1);
  const strides = perAxis(op, 'stride', stride, axes, 1);
  const paddings = perAxis(op, 'padding', padding, axes, 0);
  const dilations = perAxis(op, 'dilation', dilation, axes, 1);
  assertBoolean(op, 'ceilMode', ceilMode);
  assertSpatial(op, input, axes);
  return kernels.map((kernel, d) =>
    axisLayout(
      op,
      {
        size: input.shape[input.ndim - axes + d]!,
        kernel,
        stride: strides[d]!,
        padding: paddings[d]!,
        dilation: dilations[d]!,
      },
      ceilMode,
    ),
  );
}

/** The one window of an axis of size 1, by which a signal is an image of one row. */
export const oneRow: AxisLayout = { size: 1, count: 1, kernel: 1, stride: 1, padding: 0, dilation: 1 };

/** The number of windows along each axis of an image, or of both; null keeps the axis' size. */
export type OutputSize = number | null | readonly (number | null)[];

/** @throws {ArgumentError} unless sizes are integers from 1 to 2²⁴, or for images null. */
export function assertOutputSize(op: string, axes: 1 | 2, outputSize: unknown): void {
  const list: unknown[] = Array.isArray(outputSize) ? outputSize : [outputSize];
  const sizes = list.map((size) => (size === null && axes === 2 ? 1 : size));
  perAxis(op, 'outputSize', Array.isArray(outputSize) ? sizes : sizes[0], axes, 1, MAX_POSITIONS);
}

/** The number of windows that an adaptive pooling divides each axis into. */
export function adaptiveSizes(op: string, input: Tensor, axes: 1 | 2, outputSize: OutputSize): number[] {
  assertSpatial(op, input, axes);
  assertOutputSize(op, axes, outputSize);
  const own = input.shape.slice(-axes);
  return own.map((size, d) => (isOne(outputSize) ? outputSize : outputSize[d]!) ?? size);
}

const isOne = (size: OutputSize): size is number | null => !Array.isArray(size);

/** @throws {ShapeError} for positions that an int32 does not hold. */
export function assertPlane(op: string, { shape }: Tensor): void {
  const [height, width] = shape.slice(-2) as [number, number];
  if (height * width < 2 ** 31) return;
  throw new ShapeError(`${op}: expected planes of less than 2^31 elements, got shape ${formatShape(shape)}`);
}

/** The attributes of a kernel that pools images. */
export function kernelLayout(
  x: Tensor,
  rows: AxisLayout,
  columns: AxisLayout,
): KernelAttributes['maxPool2d'] {
  return {
    planes: numel(x.shape.slice(0, -2)),
    height: rows.size,
    width: columns.size,
    kernelHeight: rows.kernel,
    kernelWidth: columns.kernel,
    strideHeight: rows.stride,
    strideWidth: columns.stride,
    paddingTop: rows.padding,
    paddingLeft: columns.padding,
    dilationHeight: rows.dilation,
    dilationWidth: columns.dilation,
    outHeight: rows.count,
    outWidth: columns.count,
  };
}

/** The windows of an axis as those of a pooling, where they are all of one size and a stride apart. */
export const evenWindows = (size: number, count: number): AxisLayout | undefined =>
  size % count === 0
    ? { size, count, kernel: size / count, stride: size / count, padding: 0, dilation: 1 }
    : undefined;

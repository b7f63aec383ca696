import { assertBoolean, assertTensor, assertWhole } from '../../arguments.ts';
import { apply } from '../../autograd/apply.ts';
import { isFloat } from '../../dtype.ts';
import { ArgumentError, DTypeError } from '../../errors.ts';
import { avgPool2d as avgPool2dOp } from '../../ops/avg-pool-2d.ts';
import { upload } from '../../ops/launch.ts';
import {
  type AxisLayout,
  adaptiveWindows,
  type PlaneWindows,
  planeWindows,
  stridedWindows,
} from '../../ops/pool-windows.ts';
import { checkOptions } from '../../options.ts';
import type { Shape } from '../../shape.ts';
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

export interface AvgPool1dOptions extends PoolOptions {
  /** Count the elements of the border, which are 0. Default true. */
  readonly countIncludePad?: boolean;
}

export interface AvgPool2dOptions extends AvgPool1dOptions {
  /** What sums are divided by instead of the number of elements; not 0. Default: none. */
  readonly divisorOverride?: number | undefined;
}

function assertFloats(op: string, input: Tensor): void {
  assertTensor(op, 'input', input);
  if (!isFloat(input.dtype)) throw new DTypeError(`${op}: expected floats, got ${input.dtype}`);
}

/** @throws {ArgumentError} for a divisor that is no integer, or 0. */
export function assertDivisor(op: string, divisor: unknown): void {
  if (divisor === undefined) return;
  assertWhole(op, 'divisorOverride', divisor);
  if (divisor === 0) throw new ArgumentError(`${op}: expected a divisorOverride other than 0, got 0`);
}

/** The sum of each window over its divisor; what lies outside counts as 0. */
function averageOver(x: Tensor, windows: PlaneWindows, divisors: ArrayLike<number>): Tensor {
  const { outHeight, outWidth, length } = windows;
  const plane = x.flatten(-2);
  return plane
    .pad([0, 1])
    .indexSelect(-1, places(x, windows))
    .reshape([...x.shape.slice(0, -2), outHeight, outWidth, length])
    .sum(-1)
    .div(perWindow(x, windows, divisors));
}

/** The gradient of {@link averageOver}: to each element the shares of the windows that it is in. */
function spread(grad: Tensor, shape: Shape, windows: PlaneWindows, divisors: ArrayLike<number>): Tensor {
  const { outHeight, outWidth, length } = windows;
  const elements = shape.at(-2)! * shape.at(-1)!;
  const lead = shape.slice(0, -2);
  return grad
    .div(perWindow(grad, windows, divisors))
    .unsqueeze(-1)
    .expand([...lead, outHeight, outWidth, length])
    .reshape([...lead, outHeight * outWidth * length])
    .indexSelectBackward(-1, places(grad, windows, elements), elements + 1)
    .narrow(-1, 0, elements)
    .reshape(shape);
}

/** Positions in planes behind whose elements a 0 stands for what lies outside. */
function places(
  like: Tensor,
  { positions }: PlaneWindows,
  elements = like.shape.at(-2)! * like.shape.at(-1)!,
): Tensor {
  return indexTensor(
    like,
    [positions.length],
    positions.map((at) => (at < 0 ? elements : at)),
  );
}

/** Numbers for the windows of a plane. */
function perWindow(like: Tensor, { outHeight, outWidth }: PlaneWindows, numbers: ArrayLike<number>): Tensor {
  const elements = like.dtype === 'float64' ? Float64Array.from(numbers) : Float32Array.from(numbers);
  return like.wrap(upload(like.storage.backend, like.dtype, [outHeight, outWidth], elements), undefined);
}

const elementsInside = ({ length, positions, outHeight, outWidth }: PlaneWindows): Int32Array => {
  const counts = new Int32Array(outHeight * outWidth);
  for (let i = 0; i < positions.length; i++) if (positions[i]! >= 0) counts[Math.floor(i / length)]!++;
  return counts;
};

/** How many positions of each window lie inside of the plane with its border. */
const withinBorder = ({ size, count, kernel, stride, padding }: AxisLayout): number[] =>
  Array.from({ length: count }, (_, i) => Math.min(i * stride + kernel, size + 2 * padding) - i * stride);

interface Mean {
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | undefined;
}

/** Windows of one size a stride apart: in a kernel where there is one. */
function pool(x: Tensor, rows: AxisLayout, columns: AxisLayout, mean: Mean): Tensor {
  const { countIncludePad, divisorOverride } = mean;
  const windows = (): PlaneWindows =>
    planeWindows(stridedWindows(rows), stridedWindows(columns), columns.size);
  const divisors = (all: PlaneWindows): ArrayLike<number> => {
    if (divisorOverride !== undefined)
      return Array.from({ length: rows.count * columns.count }, () => divisorOverride);
    if (!countIncludePad) return elementsInside(all);
    const widths = withinBorder(columns);
    return withinBorder(rows).flatMap((height) => widths.map((width) => height * width));
  };
  if (x.numel === 0 || !hasKernel(x, 'avgPool2d')) {
    const all = windows();
    return averageOver(x, all, divisors(all));
  }
  const { shape } = x;
  const layout = { ...kernelLayout(x, rows, columns), countIncludePad, divisor: divisorOverride ?? 0 };
  return apply(avgPool2dOp, [x], {
    layout,
    spread: (grad) => {
      const all = windows();
      return spread(grad, shape, all, divisors(all));
    },
  });
}

/**
 * The mean of each window of an image [C, H, W] or a batch [N, C, H, W] of them: [N, C, H', W'] with
 * H' = ⌊(H + 2·padding − kernelSize)/stride⌋ + 1.
 *
 * @throws {ShapeError} for another rank, and where no window fits.
 * @throws {ArgumentError} for a padding of more than half of the kernel, and a divisor of 0.
 * @throws {DTypeError} for other than floats.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.avg_pool2d.html
 */
export function avgPool2d(input: Tensor, kernelSize: PerAxis, options: AvgPool2dOptions = {}): Tensor {
  const {
    countIncludePad = true,
    divisorOverride,
    ...rest
  } = checkOptions('avgPool2d', options, {
    stride: true,
    padding: true,
    ceilMode: true,
    countIncludePad: true,
    divisorOverride: true,
  });
  assertFloats('avgPool2d', input);
  assertBoolean('avgPool2d', 'countIncludePad', countIncludePad);
  assertDivisor('avgPool2d', divisorOverride);
  const [rows, columns] = poolLayout('avgPool2d', input, 2, kernelSize, rest);
  assertPlane('avgPool2d', input);
  return pool(input, rows!, columns!, { countIncludePad, divisorOverride });
}

/**
 * The mean of each window of a signal [C, L] or a batch [N, C, L] of them; see {@link avgPool2d}.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.avg_pool1d.html
 */
export function avgPool1d(input: Tensor, kernelSize: PerAxis, options: AvgPool1dOptions = {}): Tensor {
  const { countIncludePad = true, ...rest } = checkOptions('avgPool1d', options, {
    stride: true,
    padding: true,
    ceilMode: true,
    countIncludePad: true,
  });
  assertFloats('avgPool1d', input);
  assertBoolean('avgPool1d', 'countIncludePad', countIncludePad);
  const [columns] = poolLayout('avgPool1d', input, 1, kernelSize, rest);
  const row = input.unsqueeze(-2);
  assertPlane('avgPool1d', row);
  return pool(row, oneRow, columns!, { countIncludePad, divisorOverride: undefined }).squeeze(-2);
}

function adaptivePool(x: Tensor, outHeight: number, outWidth: number): Tensor {
  const [height, width] = x.shape.slice(-2) as [number, number];
  const rows = evenWindows(height, outHeight);
  const columns = evenWindows(width, outWidth);
  if (rows && columns) return pool(x, rows, columns, { countIncludePad: true, divisorOverride: undefined });
  const windows = planeWindows(adaptiveWindows(height, outHeight), adaptiveWindows(width, outWidth), width);
  return averageOver(x, windows, elementsInside(windows));
}

/**
 * The mean of each of H' × W' windows that divide an image [C, H, W], or those of a batch [N, C, H, W], as evenly as may be: rows from
 * ⌊i·H/H'⌋ up to ⌈(i + 1)·H/H'⌉, likewise columns. One size stands for both; null keeps the image's.
 *
 * @throws {ShapeError} for another rank.
 * @throws {DTypeError} for other than floats.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.adaptive_avg_pool2d.html
 */
export function adaptiveAvgPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  assertFloats('adaptiveAvgPool2d', input);
  const [height, width] = adaptiveSizes('adaptiveAvgPool2d', input, 2, outputSize);
  assertPlane('adaptiveAvgPool2d', input);
  return adaptivePool(input, height!, width!);
}

/**
 * The mean of each of `outputSize` windows that divide a signal [C, L] or [N, C, L]; see {@link adaptiveAvgPool2d}.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.adaptive_avg_pool1d.html
 */
export function adaptiveAvgPool1d(input: Tensor, outputSize: PerAxis): Tensor {
  assertFloats('adaptiveAvgPool1d', input);
  const [length] = adaptiveSizes('adaptiveAvgPool1d', input, 1, outputSize);
  const row = input.unsqueeze(-2);
  assertPlane('adaptiveAvgPool1d', row);
  return adaptivePool(row, 1, length!).squeeze(-2);
}

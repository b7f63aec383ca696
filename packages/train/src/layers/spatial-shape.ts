import { formatShape } from '@kindling/core/internal/errors';
import * as z from 'zod';
import type { LayerProblem, Shape } from './layer-descriptor.ts';

/** Number of spatial axes: those of a signal [channels, length], or of an image [channels, height, width]. */
export type Axes = 1 | 2;

/** A number for each spatial axis, or one for all. */
export type PerAxis = number | number[];

/** The schema of a number for each spatial axis, or one for all. */
export const perAxis = (axes: Axes, least: 0 | 1) => {
  const each = z
    .int()
    .min(least)
    .max(2 ** 31 - 1);
  return z.union([each, z.array(each).length(axes)]);
};

const at = (value: PerAxis, axis: number): number =>
  typeof value === 'number' ? value : (value[axis] ?? value[0]!);

/** What a window that moves over the spatial axes is like. */
export interface Window {
  readonly kernelSize: PerAxis;
  readonly stride?: PerAxis | undefined;
  readonly padding?: PerAxis | 'same' | 'valid' | undefined;
  readonly dilation?: PerAxis | undefined;
  readonly ceilMode?: boolean | undefined;
}

/** Positions of a window along each spatial axis, of sizes that may be NaN. */
export function windowSizes(sizes: Shape, window: Window): Shape {
  const { kernelSize, stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = window;
  if (padding === 'same') return sizes;
  return sizes.map((size, axis) => {
    const pad = padding === 'valid' ? 0 : at(padding, axis);
    const step = at(stride, axis);
    const room = size + 2 * pad - at(dilation, axis) * (at(kernelSize, axis) - 1) - 1;
    if (!ceilMode) return Math.floor(room / step) + 1;
    const positions = Math.ceil(room / step) + 1;
    // A window that begins behind the input and its first padding is left out.
    return (positions - 1) * step >= size + pad ? positions - 1 : positions;
  });
}

/** Sizes that a transposed convolution gives. */
export const transposedSizes = (
  sizes: Shape,
  {
    kernelSize,
    stride = 1,
    padding = 0,
    outputPadding = 0,
    dilation = 1,
  }: {
    readonly kernelSize: PerAxis;
    readonly stride?: PerAxis;
    readonly padding?: PerAxis;
    readonly outputPadding?: PerAxis;
    readonly dilation?: PerAxis;
  },
): Shape =>
  sizes.map(
    (size, axis) =>
      (size - 1) * at(stride, axis) -
      2 * at(padding, axis) +
      at(dilation, axis) * (at(kernelSize, axis) - 1) +
      at(outputPadding, axis) +
      1,
  );

/** Sizes that are asked for; null keeps that of the input. */
export const adaptedSizes = (sizes: Shape, asked: number | (number | null)[]): Shape =>
  sizes.map((size, axis) => (typeof asked === 'number' ? asked : (asked[axis] ?? size)));

/** What keeps a sample from being a signal or an image of several channels. */
export function spatialProblem(input: Shape, axes: Axes): LayerProblem | undefined {
  if (input.length === axes + 1) return undefined;
  const names = axes === 1 ? '[channels, length]' : '[channels, height, width]';
  return { message: `expected samples of shape ${names}, got ${formatShape(input)}` };
}

/** What keeps a window from having a position in a sample. */
export function windowProblem(input: Shape, axes: Axes, window: Window): LayerProblem | undefined {
  const problem = spatialProblem(input, axes);
  if (problem !== undefined) return problem;
  const sizes = windowSizes(input.slice(1), window);
  if (!sizes.some((size) => size < 1)) return undefined;
  const { kernelSize } = window;
  const message = `expected a kernel that fits into samples of shape ${formatShape(input)}, got ${JSON.stringify(kernelSize)}`;
  return { option: 'kernelSize', message };
}

/** What keeps groups from dividing channels. */
export function groupProblem(groups: number, channels: number, out: number): LayerProblem | undefined {
  const wrong = [channels, out].find((count) => count % groups > 0);
  return wrong === undefined
    ? undefined
    : { option: 'groups', message: `expected a divisor of ${wrong}, the number of channels, got ${groups}` };
}

import type { View } from '../backend/backend.ts';
import { type Shape, sameShape } from '../shape.ts';
import type { ConvolutionSizes } from './convolution-sizes.ts';
import { allocate, copyInto, discard, launch } from './launch.ts';

/** The windows of images [batch, inChannels, height, width], as a convolution sees them. */
export type WindowSizes = Omit<ConvolutionSizes, 'groups' | 'outChannels'>;

const imageShape = (s: WindowSizes): Shape => [s.batch, s.inChannels, s.height, s.width];

/** The shape of all windows: the elements of each, and where it stands. */
export const windowsShape = (s: WindowSizes): Shape => [
  s.inChannels,
  s.kernelHeight,
  s.kernelWidth,
  s.batch,
  s.outHeight,
  s.outWidth,
];

const zeros = ({ storage, dtype }: View, shape: Shape): View =>
  copyInto(allocate(storage.backend, dtype, shape), 0);

/** Rows and columns that the windows cover, padding included. */
const covered = (s: WindowSizes): [height: number, width: number] => [
  Math.max(0, (s.outHeight - 1) * s.strideHeight + (s.kernelHeight - 1) * s.dilationHeight + 1),
  Math.max(0, (s.outWidth - 1) * s.strideWidth + (s.kernelWidth - 1) * s.dilationWidth + 1),
];

/** The part of the images that lies in the covered area, and the part of that area which they fill. */
function overlap(s: WindowSizes, images: View, area: View): { inside: View; filled: View } {
  const [height, width] = area.shape.slice(2) as [number, number];
  const rows = Math.max(0, Math.min(s.height, height - s.paddingTop));
  const columns = Math.max(0, Math.min(s.width, width - s.paddingLeft));
  const shape = [s.batch, s.inChannels, rows, columns];
  const offset = s.paddingTop * area.strides[2]! + s.paddingLeft * area.strides[3]!;
  const start = shape.includes(0) ? area.offset : area.offset + offset;
  return { inside: { ...images, shape }, filled: { ...area, shape, offset: start } };
}

/** Images with their padding: they themselves where the windows stay inside. */
function padded(s: WindowSizes, images: View): View {
  const [height, width] = covered(s);
  if (s.paddingTop === 0 && s.paddingLeft === 0 && height <= s.height && width <= s.width) return images;
  const area = zeros(images, [s.batch, s.inChannels, height, width]);
  const { inside, filled } = overlap(s, images, area);
  copyInto(filled, inside);
  return area;
}

/** All windows of a covered area, as a view. */
function windowsOf(s: WindowSizes, area: View): View {
  const [sample, channel, row, column] = area.strides as [number, number, number, number];
  const within = [channel, row * s.dilationHeight, column * s.dilationWidth];
  const between = [sample, row * s.strideHeight, column * s.strideWidth];
  return { ...area, shape: windowsShape(s), strides: [...within, ...between] };
}

/** Copies all windows of images to a view of {@link windowsShape}. */
export function copyWindows(s: WindowSizes, images: View, target: View): void {
  const area = padded(s, images);
  copyInto(target, windowsOf(s, area));
  discard(area, images);
}

/** The windows' elements at one position in them: [inChannels, batch, outHeight, outWidth]. */
function at(windows: View, row: number, column: number): View {
  const { shape, strides, offset } = windows;
  const others = (list: readonly number[]): number[] => list.filter((_, d) => d !== 1 && d !== 2);
  const from = shape.includes(0) ? 0 : row * strides[1]! + column * strides[2]!;
  return { ...windows, shape: others(shape), strides: others(strides), offset: offset + from };
}

/** Images whose elements are the sums of what windows, a view of {@link windowsShape}, have at their places; padding is dropped. */
export function addWindows(s: WindowSizes, windows: View): View {
  const area = zeros(windows, [s.batch, s.inChannels, ...covered(s)]);
  const targets = windowsOf(s, area);
  // No two windows have one element at the same position in them.
  for (let row = 0; row < s.kernelHeight; row++) {
    for (let column = 0; column < s.kernelWidth; column++) {
      const target = at(targets, row, column);
      launch('binary', [target], [target, at(windows, row, column)], { op: 'add' });
    }
  }
  if (s.paddingTop === 0 && s.paddingLeft === 0 && sameShape(area.shape, imageShape(s))) return area;
  const images = zeros(windows, imageShape(s));
  const { inside, filled } = overlap(s, images, area);
  copyInto(inside, filled);
  area.storage.release();
  return images;
}

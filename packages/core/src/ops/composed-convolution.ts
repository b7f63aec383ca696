import type { Backend, View } from '../backend/backend.ts';
import { contiguousStrides, type Shape, sameShape } from '../shape.ts';
import { type ConvolutionSizes, inputShape, outputShape, weightShape } from './convolution-sizes.ts';
import { allocate, broadcast, contiguous, copyInto, discard, launch } from './launch.ts';
import { multiply } from './matmul.ts';

/*
 * Convolutions as products of matrices: the definition that kernels are held against, and the answer of engines without them. Every window
 * of x is a column, [inChannels/groups · kernelHeight · kernelWidth], and all places of all samples stand side by side.
 */

/** The same elements under another shape; the view is contiguous. */
const as = (view: View, shape: Shape): View => ({ ...view, shape, strides: contiguousStrides(shape) });

const zeros = (backend: Backend, { dtype }: View, shape: Shape): View =>
  copyInto(allocate(backend, dtype, shape), 0);

/** Factors and terms of each output: the sizes of the products of matrices that the composition takes, group by group. */
function matrixSizes(s: ConvolutionSizes): { features: number; terms: number; places: number } {
  const terms = (s.inChannels / s.groups) * s.kernelHeight * s.kernelWidth;
  return { features: s.outChannels / s.groups, terms, places: s.batch * s.outHeight * s.outWidth };
}

/** Rows and columns that the windows cover, padding included. */
const covered = (s: ConvolutionSizes): [height: number, width: number] => [
  Math.max(0, (s.outHeight - 1) * s.strideHeight + (s.kernelHeight - 1) * s.dilationHeight + 1),
  Math.max(0, (s.outWidth - 1) * s.strideWidth + (s.kernelWidth - 1) * s.dilationWidth + 1),
];

/** The part of x that lies in the covered area, and the part of the covered area that x fills. */
function overlap(s: ConvolutionSizes, x: View, area: View): { inside: View; filled: View } {
  const [height, width] = area.shape.slice(2) as [number, number];
  const rows = Math.max(0, Math.min(s.height, height - s.paddingTop));
  const columns = Math.max(0, Math.min(s.width, width - s.paddingLeft));
  const shape = [s.batch, s.inChannels, rows, columns];
  const offset = s.paddingTop * area.strides[2]! + s.paddingLeft * area.strides[3]!;
  const nothing = shape.includes(0);
  return {
    inside: { ...x, shape },
    filled: { ...area, shape, offset: area.offset + (nothing ? 0 : offset) },
  };
}

/** x with its padding: x itself where the windows stay inside of it. */
function padded(s: ConvolutionSizes, x: View): View {
  const [height, width] = covered(s);
  if (s.paddingTop === 0 && s.paddingLeft === 0 && height <= s.height && width <= s.width) return x;
  const area = zeros(x.storage.backend, x, [s.batch, s.inChannels, height, width]);
  const { inside, filled } = overlap(s, x, area);
  copyInto(filled, inside);
  return area;
}

/** All windows of the covered area: [inChannels, kernelHeight, kernelWidth, batch, outHeight, outWidth]. */
function windows(s: ConvolutionSizes, area: View): View {
  const [sample, channel, row, column] = area.strides as [number, number, number, number];
  return {
    ...area,
    shape: [s.inChannels, s.kernelHeight, s.kernelWidth, s.batch, s.outHeight, s.outWidth],
    strides: [
      channel,
      row * s.dilationHeight,
      column * s.dilationWidth,
      sample,
      row * s.strideHeight,
      column * s.strideWidth,
    ],
  };
}

/** The windows as matrices, copied: [groups, terms, places]. */
function windowColumns(s: ConvolutionSizes, x: View): View {
  const { terms, places } = matrixSizes(s);
  const area = padded(s, x);
  const taken = windows(s, area);
  const columns = copyInto(allocate(x.storage.backend, x.dtype, taken.shape), taken);
  discard(area, x);
  return as(columns, [s.groups, terms, places]);
}

/** The output, or a gradient of its shape, with the channel first: [outChannels, batch, outHeight, outWidth]. */
function channelFirst(y: View): View {
  const order = [1, 0, 2, 3];
  return { ...y, shape: order.map((d) => y.shape[d]!), strides: order.map((d) => y.strides[d]!) };
}

const transposed = (matrices: View): View => ({
  ...matrices,
  shape: [matrices.shape[0]!, matrices.shape[2]!, matrices.shape[1]!],
  strides: [matrices.strides[0]!, matrices.strides[2]!, matrices.strides[1]!],
});

/** y = x ∗ weight + bias, as a product of the weights and the windows of x. */
export function composedConvolution(s: ConvolutionSizes, x: View, weight: View, bias?: View): View {
  const { backend } = x.storage;
  const { features, terms, places } = matrixSizes(s);
  const columns = windowColumns(s, x);
  const kernel = contiguous(weight);
  const products = allocate(backend, x.dtype, [s.groups, features, places]);
  multiply('convolution', products, as(kernel, [s.groups, features, terms]), columns);
  columns.storage.release();
  discard(kernel, weight);
  const y = allocate(backend, x.dtype, outputShape(s));
  const byChannel = channelFirst(y);
  const rows = as(products, byChannel.shape);
  if (bias === undefined) {
    copyInto(byChannel, rows);
  } else {
    const shift = broadcast(
      { ...bias, shape: [s.outChannels, 1, 1, 1], strides: [bias.strides[0]!, 0, 0, 0] },
      rows.shape,
    );
    launch('binary', [byChannel], [rows, shift], { op: 'add' });
  }
  products.storage.release();
  return y;
}

/** ∂L/∂x from ∂L/∂y: each element gets what the windows that it lies in give to it, position by position of the kernel. */
export function composedBackwardInput(s: ConvolutionSizes, grad: View, weight: View): View {
  const { backend } = grad.storage;
  const { features, terms, places } = matrixSizes(s);
  const byChannel = channelFirst(grad);
  const rows = contiguous(byChannel);
  const kernel = contiguous(weight);
  const columns = allocate(backend, grad.dtype, [s.groups, terms, places]);
  multiply(
    'convolution',
    columns,
    transposed(as(kernel, [s.groups, features, terms])),
    as(rows, [s.groups, features, places]),
  );
  discard(rows, grad);
  discard(kernel, weight);

  const area = zeros(backend, grad, [s.batch, s.inChannels, ...covered(s)]);
  const targets = windows(s, area);
  const parts = as(columns, targets.shape);
  for (let a = 0; a < s.kernelHeight; a++) {
    for (let b = 0; b < s.kernelWidth; b++) {
      const target = position(targets, a, b);
      launch('binary', [target], [target, position(parts, a, b)], { op: 'add' });
    }
  }
  columns.storage.release();

  if (sameShape(area.shape, inputShape(s)) && s.paddingTop === 0 && s.paddingLeft === 0) return area;
  const x = zeros(backend, grad, inputShape(s));
  const { inside, filled } = overlap(s, x, area);
  copyInto(inside, filled);
  area.storage.release();
  return x;
}

/** The windows' elements at one position of the kernel: [inChannels, batch, outHeight, outWidth]. */
function position(view: View, a: number, b: number): View {
  const without = (list: readonly number[]): number[] => list.filter((_, d) => d !== 1 && d !== 2);
  const { shape, strides, offset } = view;
  const at = shape.includes(0) ? 0 : a * strides[1]! + b * strides[2]!;
  return { ...view, shape: without(shape), strides: without(strides), offset: offset + at };
}

/** ∂L/∂weight from ∂L/∂y, as a product of it and the windows of x. */
export function composedBackwardWeight(s: ConvolutionSizes, grad: View, x: View): View {
  const { features, terms, places } = matrixSizes(s);
  const columns = windowColumns(s, x);
  const rows = contiguous(channelFirst(grad));
  const products = allocate(grad.storage.backend, grad.dtype, [s.groups, features, terms]);
  multiply('convolution', products, as(rows, [s.groups, features, places]), transposed(columns));
  discard(rows, grad);
  columns.storage.release();
  return as(products, weightShape(s));
}

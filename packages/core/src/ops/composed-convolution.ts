import type { View } from '../backend/backend.ts';
import { contiguousStrides, type Shape } from '../shape.ts';
import { type ConvolutionSizes, outputShape, weightShape } from './convolution-sizes.ts';
import { allocate, broadcast, contiguous, copyInto, discard, launch } from './launch.ts';
import { multiply } from './matmul.ts';
import { addWindows, copyWindows, windowsShape } from './windows.ts';

/*
 * Convolutions as products of matrices: the definition that kernels are held against, and the answer of engines without them. Every window
 * of x is a column, [inChannels/groups · kernelHeight · kernelWidth], and all places of all samples stand side by side.
 */

/** The same elements under another shape; the view is contiguous. */
const as = (view: View, shape: Shape): View => ({ ...view, shape, strides: contiguousStrides(shape) });

/** Factors and terms of each output: the sizes of the products of matrices that the composition takes, group by group. */
function matrixSizes(s: ConvolutionSizes): { features: number; terms: number; places: number } {
  const terms = (s.inChannels / s.groups) * s.kernelHeight * s.kernelWidth;
  return { features: s.outChannels / s.groups, terms, places: s.batch * s.outHeight * s.outWidth };
}

/** The windows as matrices, copied: [groups, terms, places]. */
function windowColumns(s: ConvolutionSizes, x: View): View {
  const { terms, places } = matrixSizes(s);
  const columns = allocate(x.storage.backend, x.dtype, windowsShape(s));
  copyWindows(s, x, columns);
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

  const x = addWindows(s, as(columns, windowsShape(s)));
  columns.storage.release();
  return x;
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

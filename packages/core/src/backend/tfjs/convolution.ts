import type { KernelAttributes } from '../kernels.ts';
import type { BufferView, LoweredCallOf } from '../lowered-call.ts';
import type { Tensorflow, TfTensor } from './tensorflow.ts';
import { readAs } from './views.ts';

/*
 * TensorFlow.js convolves images whose channels come last, without groups, and not with strides and dilations at once; not all of its
 * engines have gradients. So a convolution here is its plainest one, and gradients are convolutions with other operands.
 */

type Sizes = KernelAttributes['conv2d'];
type Images = import('@tensorflow/tfjs-core').Tensor4D;
type Pair = readonly [height: number, width: number];

const stridesOf = (s: Sizes): Pair => [s.strideHeight, s.strideWidth];
const dilationsOf = (s: Sizes): Pair => [s.dilationHeight, s.dilationWidth];
const paddingOf = (s: Sizes): Pair => [s.paddingTop, s.paddingLeft];

/** Rows and columns that the windows cover, padding included. */
const coveredBy = (s: Sizes): Pair => [
  (s.outHeight - 1) * s.strideHeight + (s.kernelHeight - 1) * s.dilationHeight + 1,
  (s.outWidth - 1) * s.strideWidth + (s.kernelWidth - 1) * s.dilationWidth + 1,
];

/** The axes of a tensor of 4 in another order. */
const permuted = (tf: Tensorflow, x: TfTensor, order: readonly number[]): Images =>
  tf.transpose(x as Images, [...order]);

/** Images with the channels last, of one group. */
function imagesOf(
  tf: Tensorflow,
  view: BufferView,
  [channels, height, width]: readonly number[],
  s: Sizes,
  group: number,
): Images {
  const images = readAs(tf, view, [s.batch, channels!, height!, width!]);
  const count = channels! / s.groups;
  return permuted(tf, tf.slice(images, [0, group * count, 0, 0], [-1, count, -1, -1]), [0, 2, 3, 1]);
}

const inputOf = (tf: Tensorflow, view: BufferView, s: Sizes, group: number): Images =>
  imagesOf(tf, view, [s.inChannels, s.height, s.width], s, group);
const outputOf = (tf: Tensorflow, view: BufferView, s: Sizes, group: number): Images =>
  imagesOf(tf, view, [s.outChannels, s.outHeight, s.outWidth], s, group);

/** Images in a plane of another size, `offset` rows and columns from its start: surrounded by zeros, or cut off. */
function placed(tf: Tensorflow, x: Images, offset: Pair, size: Pair): Images {
  const begin = offset.map((by) => Math.max(0, -by));
  const before = offset.map((by) => Math.max(0, by));
  const length = size.map((total, d) => Math.min(x.shape[d + 1]! - begin[d]!, total - before[d]!));
  const [samples, , , channels] = x.shape;
  if (length.some((count) => count <= 0)) return tf.zeros([samples, ...size, channels]);
  const inside = tf.slice(x, [0, ...begin, 0], [-1, ...length, -1]);
  const after = size.map((total, d) => total - before[d]! - length[d]!);
  return tf.pad(inside, [
    [0, 0],
    [before[0]!, after[0]!],
    [before[1]!, after[1]!],
    [0, 0],
  ]);
}

/** Images with zeros between neighboring rows and columns, so that they are `steps` apart. */
function spread(tf: Tensorflow, x: Images, [rowStep, columnStep]: Pair): Images {
  if (rowStep === 1 && columnStep === 1) return x;
  const [samples, height, width, channels] = x.shape;
  const gap = (step: number): [number, number][] => [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ];
  const rows = tf.pad(tf.reshape(x, [samples, height, 1, width * channels]), gap(rowStep));
  const columns = tf.pad(tf.reshape(rows, [samples * height * rowStep, width, 1, channels]), gap(columnStep));
  const all = tf.reshape(columns, [samples, height * rowStep, width * columnStep, channels]);
  const size = [(height - 1) * rowStep + 1, (width - 1) * columnStep + 1] as const;
  return tf.slice(all, [0, 0, 0, 0], [-1, ...size, -1]) as Images;
}

/** A filter [height, width, in, out] whose elements are `steps` apart. */
function spreadFilter(tf: Tensorflow, filter: Images, steps: Pair): Images {
  const [height, width, inside, outside] = filter.shape;
  const wide = spread(tf, tf.reshape(filter, [1, height, width, inside * outside]), steps);
  return tf.reshape(wide, [wide.shape[1], wide.shape[2], inside, outside]);
}

/** The weights of one group in an order of [out, in, height, width]. */
function filterOf(
  tf: Tensorflow,
  view: BufferView,
  s: Sizes,
  group: number,
  order: readonly number[],
): Images {
  const weight = readAs(tf, view, [s.outChannels, s.inChannels / s.groups, s.kernelHeight, s.kernelWidth]);
  const count = s.outChannels / s.groups;
  const own = tf.slice(weight, [group * count, 0, 0, 0], [count, -1, -1, -1]);
  return spreadFilter(tf, permuted(tf, own, order), dilationsOf(s));
}

/** What each group has, side by side along an axis. */
const byGroup = (
  tf: Tensorflow,
  { groups }: Sizes,
  axis: number,
  of: (group: number) => TfTensor,
): TfTensor =>
  tf.concat(
    Array.from({ length: groups }, (_, group) => of(group)),
    axis,
  );

/** Where windows move by one row and several columns, TensorFlow 2.21 gives wrong sums: there, rows and columns change places. */
function convolved(tf: Tensorflow, x: Images, filter: Images, [rowStep, columnStep]: Pair): Images {
  if (rowStep > 1 || columnStep === 1) return tf.conv2d(x, filter, [rowStep, columnStep], 'valid');
  const [turned, kernel] = [permuted(tf, x, [0, 2, 1, 3]), permuted(tf, filter, [1, 0, 2, 3])];
  return permuted(tf, tf.conv2d(turned, kernel, [columnStep, rowStep], 'valid'), [0, 2, 1, 3]);
}

const channelsFirst = [0, 3, 1, 2];

export function conv2d(tf: Tensorflow, { inputs, attributes: s }: LoweredCallOf<'conv2d'>): TfTensor {
  const [x, weight, bias] = inputs as readonly [BufferView, BufferView, BufferView?];
  const y = byGroup(tf, s, 3, (group) => {
    const images = placed(tf, inputOf(tf, x, s, group), paddingOf(s), coveredBy(s));
    return convolved(tf, images, filterOf(tf, weight, s, group, [2, 3, 1, 0]), stridesOf(s));
  });
  const shifted = bias === undefined ? y : tf.add(y, readAs(tf, bias, [s.outChannels]));
  return permuted(tf, shifted, channelsFirst);
}

/** The gradient, spread to where windows begin, convolved with the kernel in reverse. */
export function conv2dBackwardInput(
  tf: Tensorflow,
  { inputs, attributes: s }: LoweredCallOf<'conv2dBackwardInput'>,
): TfTensor {
  const [grad, weight] = inputs as readonly [BufferView, BufferView];
  const xGrad = byGroup(tf, s, 3, (group) => {
    const starts = spread(tf, outputOf(tf, grad, s, group), stridesOf(s));
    const filter = filterOf(tf, weight, s, group, [2, 3, 0, 1]);
    const reach = [filter.shape[0] - 1, filter.shape[1] - 1] as const;
    const [height, width] = coveredBy(s);
    const wide = placed(tf, starts, reach, [height + reach[0], width + reach[1]]);
    const area = tf.conv2d(wide, tf.reverse(filter, [0, 1]), 1, 'valid');
    return placed(tf, area, [-s.paddingTop, -s.paddingLeft], [s.height, s.width]);
  });
  return permuted(tf, xGrad, channelsFirst);
}

/** The images convolved with the gradient, samples taking the part of channels. */
export function conv2dBackwardWeight(
  tf: Tensorflow,
  { outputs, inputs, attributes: s }: LoweredCallOf<'conv2dBackwardWeight'>,
): TfTensor[] {
  const [grad, x] = inputs as readonly [BufferView, BufferView];
  if (s.batch === 0) return outputs.map(({ shape }) => tf.zeros([...shape]));
  const weightGrad = byGroup(tf, s, 0, (group) => {
    const images = placed(tf, inputOf(tf, x, s, group), paddingOf(s), coveredBy(s));
    const filter = spreadFilter(tf, permuted(tf, outputOf(tf, grad, s, group), [1, 2, 0, 3]), stridesOf(s));
    const taps = convolved(tf, permuted(tf, images, [3, 1, 2, 0]), filter, dilationsOf(s));
    return permuted(tf, taps, [3, 0, 1, 2]);
  });
  if (outputs.length === 1) return [weightGrad];
  const all = readAs(tf, grad, [s.batch, s.outChannels, s.outHeight * s.outWidth]);
  return [weightGrad, tf.sum(all, [0, 2])];
}

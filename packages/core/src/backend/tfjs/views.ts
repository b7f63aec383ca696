import { dtypes } from '../../dtype.ts';
import { contiguousStrides, isContiguous, numel, sameShape } from '../../shape.ts';
import type { BufferView } from '../lowered-call.ts';
import { positions } from '../reference/elements.ts';
import { bufferOf } from './buffer.ts';
import type { Tensorflow, TfTensor, TfVector } from './tensorflow.ts';

/** A window of a row-major box, and how to get a view from it. */
interface Box {
  /** Shape that the whole vector is read under. */
  readonly shape: readonly number[];
  readonly begin: readonly number[];
  readonly size: readonly number[];
  /** Axes of the view's that are longer than 1, in the order in which the box has them. */
  readonly order: readonly number[];
}

/**
 * The box under which a view is a window of a vector of `total` elements: its sizes are the ratios of neighboring strides. Undefined
 * where strides are negative or no multiples of each other, and where the window would leave the box.
 */
function boxOf(
  shape: readonly number[],
  { strides }: BufferView,
  offset: number,
  total: number,
): Box | undefined {
  const order = [...shape.keys()].filter((d) => shape[d]! > 1).sort((a, b) => strides[b]! - strides[a]!);
  const steps = order.map((d) => strides[d]!);
  if ((steps.at(-1) ?? 1) !== 1) steps.push(1);
  const sizes: number[] = [];
  const begin: number[] = [];
  let [extent, rest] = [total, offset];
  for (const step of steps) {
    const size = extent / step;
    if (step <= 0 || !Number.isInteger(size)) return undefined;
    sizes.push(size);
    begin.push(Math.floor(rest / step));
    [extent, rest] = [step, rest % step];
  }
  const size = steps.map((_, i) => (i < order.length ? shape[order[i]!]! : 1));
  if (size.some((length, i) => begin[i]! + length > sizes[i]!)) return undefined;
  return { shape: sizes, begin, size, order };
}

const flat = (tf: Tensorflow, x: TfTensor): TfVector =>
  x.rank === 1 ? (x as TfVector) : tf.reshape(x, [x.size]);

/** The elements of a view, in its shape, but for axes that repeat (stride 0): they have size 1. */
export function read(tf: Tensorflow, view: BufferView): TfTensor {
  const shape = view.shape.map((size, d) => (view.strides[d] === 0 ? 1 : size));
  const elements = bufferOf(view).elements(view.dtype);
  if (sameShape(elements.shape, shape) && isContiguous(shape, view.strides)) return elements;
  const count = numel(shape);
  const extent = shape.reduce((total, size, d) => total + (size - 1) * view.strides[d]!, 1);
  const isDense = extent === count;
  const isWhole = count === elements.size;
  const source = isDense && !isWhole ? tf.slice(flat(tf, elements), view.offset, count) : elements;
  if (isContiguous(shape, view.strides)) return tf.reshape(source, shape);
  const box = isDense ? boxOf(shape, view, 0, count) : boxOf(shape, view, view.offset, elements.size);
  if (box === undefined) {
    const index = tf.tensor1d(positions({ ...view, shape }), 'int32');
    return tf.reshape(tf.gather(flat(tf, elements), index), shape);
  }
  const whole = tf.reshape(source, [...box.shape]);
  const window = isDense ? whole : tf.slice(whole, [...box.begin], [...box.size]);
  const axes = [...box.order].sort((a, b) => a - b);
  const ordered = tf.reshape(
    window,
    box.order.map((d) => shape[d]!),
  );
  return tf.reshape(tf.transpose(ordered, [...axes.map((d) => box.order.indexOf(d))]), shape);
}

/** All elements of a view's storage after `value`, broadcast to the view's shape, was written to the view. */
export function written(tf: Tensorflow, view: BufferView, value: TfTensor): TfTensor {
  const count = numel(view.shape);
  const total = bufferOf(view).byteLength / dtypes[view.dtype].bytes;
  const full = value.size === count ? value : tf.broadcastTo(value, [...view.shape]);
  const isPlain = isContiguous(view.shape, view.strides);
  // What a buffer keeps belongs to it alone.
  if (isPlain && count === total) return full.kept ? tf.clone(full) : full;
  const before = flat(tf, bufferOf(view).elements(view.dtype));
  const elements = flat(tf, full);
  if (!isPlain) {
    const source = Int32Array.from({ length: total }, (_, i) => i);
    for (const [i, position] of positions(view).entries()) source[position] = total + i;
    return tf.gather(tf.concat1d([before, elements]), tf.tensor1d(source, 'int32'));
  }
  const end = view.offset + count;
  return tf.concat1d([
    ...(view.offset > 0 ? [tf.slice(before, 0, view.offset)] : []),
    elements,
    ...(end < total ? [tf.slice(before, end, total - end)] : []),
  ]);
}

/** The elements of a contiguous view under a shape. */
export const readAs = (tf: Tensorflow, view: BufferView, shape: readonly number[]): TfTensor =>
  read(tf, { ...view, shape, strides: contiguousStrides(shape) });

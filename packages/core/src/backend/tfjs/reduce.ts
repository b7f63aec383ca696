import type { ReduceOp } from '../kernels.ts';
import type { BufferView, LoweredCallOf } from '../lowered-call.ts';
import type { Tensorflow, TfTensor } from './tensorflow.ts';
import { readAs } from './views.ts';

const rules: { readonly [O in Exclude<ReduceOp, 'any' | 'all'>]: (tf: Tensorflow, x: TfTensor) => TfTensor } =
  {
    sum: (tf, x) => tf.sum(x, 1),
    prod: (tf, x) => tf.prod(x, 1),
    max: (tf, x) => tf.max(x, 1),
    min: (tf, x) => tf.min(x, 1),
  };

/** The three axes of an operand of the kinds that work along one. */
const along = (
  tf: Tensorflow,
  view: BufferView,
  layout: { outer: number; length: number; inner: number },
): TfTensor => readAs(tf, view, [layout.outer, layout.length, layout.inner]);

export function reduce(
  tf: Tensorflow,
  { inputs, attributes }: LoweredCallOf<'reduce'>,
): TfTensor | undefined {
  const view = inputs[0] as BufferView;
  const { op } = attributes;
  const isBool = view.dtype === 'bool';
  if (op === 'any' || op === 'all' || (isBool && (op === 'max' || op === 'min'))) {
    const x = along(tf, view, attributes);
    const truth = isBool ? x : tf.notEqual(x, 0);
    return op === 'any' || op === 'max' ? tf.any(truth, 1) : tf.all(truth, 1);
  }
  if (view.dtype !== 'float32' && !(view.dtype === 'int32' && op === 'sum')) return undefined;
  return rules[op](tf, along(tf, view, attributes));
}

export function argReduce(
  tf: Tensorflow,
  { inputs, attributes }: LoweredCallOf<'argReduce'>,
): TfTensor | undefined {
  const view = inputs[0] as BufferView;
  if (view.dtype === 'int32') return undefined;
  const x = tf.cast(along(tf, view, attributes), 'float32');
  const best = attributes.op === 'max' ? tf.argMax(x, 1) : tf.argMin(x, 1);
  if (view.dtype !== 'float32') return best;
  const nan = tf.isNaN(x);
  return tf.where(tf.any(nan, 1), tf.argMax(tf.cast(nan, 'float32'), 1), best);
}

export function cumsum(
  tf: Tensorflow,
  { inputs, attributes }: LoweredCallOf<'cumsum'>,
): TfTensor | undefined {
  const view = inputs[0] as BufferView;
  return view.dtype === 'float32' ? tf.cumsum(along(tf, view, attributes), 1) : undefined;
}

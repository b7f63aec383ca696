import type { BufferView, LoweredCallOf } from '../lowered-call.ts';
import type { Tensorflow, TfTensor } from './tensorflow.ts';
import { read } from './views.ts';

/**
 * The right operand. The WASM engine keeps what it prepares of one for the next product, and takes it for the same then, even if it is
 * read under another shape; so it gets a copy.
 */
function right(tf: Tensorflow, view: BufferView): TfTensor {
  const b = read(tf, view);
  return tf.getBackend() === 'wasm' ? tf.slice(b, [0, 0, 0]) : b;
}

export function matmul(
  tf: Tensorflow,
  { inputs, attributes }: LoweredCallOf<'matmul'>,
): TfTensor | undefined {
  const [a, b, bias] = inputs as readonly [BufferView, BufferView, BufferView?];
  if (a.dtype !== 'float32') return undefined;
  const { transposeA, transposeB } = attributes;
  const product = tf.matMul(read(tf, a), right(tf, b), transposeA, transposeB);
  return bias === undefined ? product : tf.add(product, read(tf, bias));
}

import { ShapeError } from '../../errors.ts';
import type { PickLayout } from '../kernels.ts';
import type { BufferView, LoweredCallOf } from '../lowered-call.ts';
import { bufferOf } from './buffer.ts';
import type { Tensorflow, TfTensor } from './tensorflow.ts';
import { readAs } from './views.ts';

/** The elements of a contiguous int32 index on the host, all of them in range. */
function indicesOf(index: BufferView, count: number, { name, length }: PickLayout): Int32Array {
  const bytes = new Uint8Array(count * 4);
  bufferOf(index).read(index.offset * 4, bytes);
  const indices = new Int32Array(bytes.buffer);
  const wrong = indices.find((i) => i < 0 || i >= length);
  if (wrong !== undefined) {
    throw new ShapeError(`${name}: expected indices in [0, ${length - 1}], got ${wrong}`);
  }
  return indices;
}

/** The positions in `[outer, length, inner]` that an index `[outer, count, inner]` along the middle axis points to. */
function targets(tf: Tensorflow, index: BufferView, layout: PickLayout): TfTensor {
  const { outer, length, inner, count } = layout;
  const at = indicesOf(index, outer * count * inner, layout);
  for (let o = 0, p = 0; o < outer; o++) {
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < inner; i++, p++) at[p] = (o * length + at[p]!) * inner + i;
    }
  }
  return tf.tensor1d(at, 'int32');
}

export function indexSelect(tf: Tensorflow, { inputs, attributes }: LoweredCallOf<'indexSelect'>): TfTensor {
  const [x, index] = inputs as readonly [BufferView, BufferView];
  const { outer, length, inner, count } = attributes;
  indicesOf(index, count, attributes);
  return tf.gather(readAs(tf, x, [outer, length, inner]), readAs(tf, index, [count]), 1);
}

export function gather(tf: Tensorflow, { inputs, attributes }: LoweredCallOf<'gather'>): TfTensor {
  const [x, index] = inputs as readonly [BufferView, BufferView];
  const { outer, length, inner } = attributes;
  return tf.gather(readAs(tf, x, [outer * length * inner]), targets(tf, index, attributes));
}

export function indexAdd(tf: Tensorflow, call: LoweredCallOf<'indexAdd'>): TfTensor | undefined {
  const [source, index] = call.inputs as readonly [BufferView, BufferView];
  if (source.dtype !== 'float32') return undefined;
  const { outer, length, inner, count } = call.attributes;
  indicesOf(index, count, call.attributes);
  const rows = tf.transpose(readAs(tf, source, [outer, count, inner]), [1, 0, 2]);
  const sums = tf.scatterND(readAs(tf, index, [count, 1]), rows, [length, outer, inner]);
  return tf.add(readAs(tf, call.outputs[0]!, [outer, length, inner]), tf.transpose(sums, [1, 0, 2]));
}

export function scatterAdd(tf: Tensorflow, call: LoweredCallOf<'scatterAdd'>): TfTensor | undefined {
  const [source, index] = call.inputs as readonly [BufferView, BufferView];
  if (source.dtype !== 'float32') return undefined;
  const { outer, length, inner, count } = call.attributes;
  const total = outer * length * inner;
  const picked = outer * count * inner;
  const at = tf.reshape(targets(tf, index, call.attributes), [picked, 1]);
  const sums = tf.scatterND(at, readAs(tf, source, [picked]), [total]);
  return tf.add(readAs(tf, call.outputs[0]!, [total]), sums);
}

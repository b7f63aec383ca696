import type { DType } from '../../dtype.ts';
import { DTypeError } from '../../errors.ts';

/** TensorFlow.js, as each of its packages that holds the operations exports it. */
export type Tensorflow = typeof import('@tensorflow/tfjs-core');

export type TfTensor = import('@tensorflow/tfjs-core').Tensor;

export type TfVector = import('@tensorflow/tfjs-core').Tensor1D;

const tfDTypes = { bool: 'bool', uint8: 'int32', int32: 'int32', float32: 'float32' } as const;

/** The dtype in which TensorFlow.js holds the elements of one of ours; it has no bytes and no doubles. */
export function tfDTypeOf(dtype: DType): (typeof tfDTypes)[keyof typeof tfDTypes] {
  if (dtype === 'float64') {
    throw new DTypeError(
      'tfjs: expected float32, int32, uint8 or bool, got float64, which TensorFlow.js does not support',
    );
  }
  return tfDTypes[dtype];
}

import { upload } from '../ops/launch.ts';
import type { Tensor } from '../tensor.ts';

/** Positions as an int32 tensor on the device of another. */
export const indexTensor = (like: Tensor, shape: readonly number[], positions: ArrayLike<number>): Tensor =>
  like.wrap(upload(like.storage.backend, 'int32', shape, Int32Array.from(positions)), undefined);

import type { Backend, View } from '../backend/backend.ts';
import { type DType, dtypes, type TypedArray } from '../dtype.ts';
import { upload } from '../ops/launch.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { currentSession } from './session.ts';

/**
 * A new view that holds what `compute` gives, such as random draws. In a compiled function it is computed anew at each call, before the
 * call's tensor operations.
 */
export function uploadEachCall(
  backend: Backend,
  dtype: DType,
  shape: Shape,
  compute: () => TypedArray,
): View {
  const session = currentSession();
  if (session === undefined || backend !== session.backend) return upload(backend, dtype, shape, compute());
  const cell = session.recording.cell(dtype, shape);
  const update = (): void => cell.write(compute());
  update();
  session.before.push(update);
  return cell.view;
}

/**
 * A number that changes from call to call, such as a learning rate, for an operation with the tensor `like`. In a compiled function it is
 * computed anew at each call and stands in a scalar tensor; elsewhere it is the plain number.
 */
export function varying(compute: () => number, like: Tensor): number | Tensor {
  const { backend } = like.storage;
  if (currentSession()?.backend !== backend) return compute();
  const { array, bytes } = dtypes[like.dtype];
  const scalar = array(new ArrayBuffer(bytes), 0, 1);
  const view = uploadEachCall(backend, like.dtype, [], () => {
    scalar[0] = compute();
    return scalar;
  });
  return like.wrap(view, undefined);
}

import { assertFunction, assertTensor } from '../arguments.ts';
import type { Backend, View } from '../backend/backend.ts';
import { type DType, dtypes, type TypedArray } from '../dtype.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { assertFits, upload } from '../ops/launch.ts';
import { numel, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { currentContext, recordBackend } from './context.ts';

/**
 * A new view that holds what `compute` gives, such as random draws. In a compiled function it is computed anew at each call, before the
 * call's tensor operations.
 *
 * @param isConstant Whether `compute` changes nothing and reads nothing that calls change: many calls in a row find the same.
 */
export function uploadOnReplay(
  backend: Backend,
  dtype: DType,
  shape: Shape,
  compute: () => TypedArray,
  isConstant = false,
): View {
  assertFits(backend, dtype, shape);
  const context = currentContext();
  recordBackend(backend);
  if (context === undefined || backend !== context.backend) return upload(backend, dtype, shape, compute());
  const input = context.capture.input(dtype, shape);
  const count = numel(shape);
  const update = (): void => {
    const elements = compute();
    if (elements.length !== count) {
      throw new ShapeError(
        `dynamicTensor: expected ${count} elements for shape ${formatShape(shape)}, got ${elements.length}`,
      );
    }
    input.write(elements);
  };
  update();
  context.effects.push({ run: update, runMany: isConstant ? update : undefined });
  return input.view;
}

function uploadNumbers(
  shape: Shape,
  computes: readonly (() => number)[],
  like: Tensor,
  isConstant: boolean,
): Tensor {
  const { array, bytes } = dtypes[like.dtype];
  const numbers = array(new ArrayBuffer(computes.length * bytes), 0, computes.length);
  const compute = (): TypedArray => {
    for (let i = 0; i < computes.length; i++) numbers[i] = computes[i]!();
    return numbers;
  };
  const view = uploadOnReplay(like.storage.backend, like.dtype, shape, compute, isConstant);
  return like.wrap(view, undefined);
}

/**
 * A number that changes from call to call, such as a learning rate, for an operation with the tensor `like`. In a compiled function it is
 * computed anew at each call and stands in a scalar tensor; elsewhere it is the plain number.
 */
export function dynamicScalar(compute: () => number, like: Tensor): number | Tensor {
  assertFunction('dynamicScalar', 'compute', compute);
  assertTensor('dynamicScalar', 'like', like);
  const isCaptured = currentContext()?.backend === like.storage.backend;
  return isCaptured ? uploadNumbers([], [compute], like, false) : compute();
}

/** Numbers that change from call to call, or `isConstant` where only the caller changes them, for a kernel: a vector in the dtype of `like`. */
export const dynamicVector = (
  computes: readonly (() => number)[],
  like: Tensor,
  isConstant: boolean,
): Tensor => uploadNumbers([computes.length], computes, like, isConstant);

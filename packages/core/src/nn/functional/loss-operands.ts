import { assertTensor } from '../../arguments.ts';
import { isFloat } from '../../dtype.ts';
import { DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

/** Throws {@link DTypeError} unless the tensor is floating-point. */
export function assertFloat(loss: string, what: string, tensor: Tensor): void {
  assertTensor(loss, what, tensor);
  if (isFloat(tensor.dtype)) return;
  throw new DTypeError(`${loss}: expected a floating-point ${what}, got ${tensor.dtype}`);
}

/** A tensor in the dtype of the input. Integers and bools are converted; another float dtype is a {@link DTypeError}. */
export function inDTypeOf(loss: string, what: string, tensor: Tensor, input: Tensor): Tensor {
  assertTensor(loss, what, tensor);
  if (isFloat(tensor.dtype) && tensor.dtype !== input.dtype) {
    throw new DTypeError(`${loss}: expected a ${what} of ${input.dtype} as the input, got ${tensor.dtype}`);
  }
  return tensor.to(input.dtype);
}

/** The target of an element-by-element loss, in the input's dtype. Throws where shapes or float dtypes differ. */
export function matchingTarget(loss: string, input: Tensor, target: Tensor): Tensor {
  assertFloat(loss, 'input', input);
  assertTensor(loss, 'target', target);
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `${loss}: expected a target of the input's shape ${formatShape(input.shape)}, got ${formatShape(target.shape)}`,
    );
  }
  return inDTypeOf(loss, 'target', target, input);
}

/** A weight in the input's dtype. Throws {@link ShapeError} unless it broadcasts to the input's shape. */
export function broadcastWeight(loss: string, what: string, weight: Tensor, input: Tensor): Tensor {
  assertTensor(loss, what, weight);
  const added = input.ndim - weight.ndim;
  const fits = added >= 0 && weight.shape.every((size, d) => size === 1 || size === input.shape[d + added]);
  if (!fits) {
    throw new ShapeError(
      `${loss}: expected a ${what} that broadcasts to ${formatShape(input.shape)}, got ${formatShape(weight.shape)}`,
    );
  }
  return inDTypeOf(loss, what, weight, input);
}

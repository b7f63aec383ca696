import { assertTensor } from '../arguments.ts';
import { DeviceError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Checks that a tensor may be the gradient of another, as that stands now. */
export function assertGradient(op: string, tensor: Tensor, grad: Tensor): void {
  assertTensor(op, 'the gradient', grad);
  const { shape, dtype } = grad.strided;
  if (!sameShape(shape, tensor.shape)) {
    throw new ShapeError(
      `${op}: expected a gradient of the tensor's shape ${formatShape(tensor.shape)}, got ${formatShape(shape)}`,
    );
  }
  if (dtype !== tensor.dtype) {
    throw new DTypeError(`${op}: expected a gradient of the tensor's dtype ${tensor.dtype}, got ${dtype}`);
  }
  if (grad.storage.backend !== tensor.storage.backend) {
    throw new DeviceError(
      `${op}: expected a gradient on the tensor's device ${tensor.device}, got ${grad.device}`,
    );
  }
}

import { assertDType, assertNumber, describe, shapeArgument } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import type { Backend } from '../backend/backend.ts';
import { backendFor } from '../backend/devices.ts';
import { assertHolds, type DType, isDType } from '../dtype.ts';
import { ArgumentError } from '../errors.ts';
import { clone, convert, transfer } from '../ops/convert.ts';
import { allocate, copyInto } from '../ops/launch.ts';
import { none } from '../ops/op.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';

const filled = (like: Tensor, shape: readonly number[], value: number): Tensor =>
  like.wrap(copyInto(allocate(like.storage.backend, like.dtype, shape), value), undefined);

/** Copies, other dtypes, other devices, and new tensors like a given one. */
export class Conversion {
  /** A contiguous copy; differentiable. */
  clone(this: Tensor): Tensor {
    return apply(clone, [this], none);
  }

  /** This tensor when its layout is row-major without gaps, else a copy that is. */
  contiguous(this: Tensor): Tensor {
    this.assertLive('contiguous');
    return this.isContiguous() ? this : this.clone();
  }

  /**
   * This tensor in another dtype, on another device, or both; itself where nothing changes. Differentiable.
   *
   * ```ts
   * x.to('float64');
   * x.to('cuda');
   * x.to({ dtype: 'float32', device: 'cpu' });
   * ```
   */
  to(
    this: Tensor,
    target: DType | (string & {}) | { readonly dtype?: DType; readonly device?: string },
  ): Tensor {
    this.assertLive('to');
    if (typeof target === 'string')
      return isDType(target) ? this.toDType(target) : this.to({ device: target });
    if (typeof target !== 'object' || target === null) {
      throw new ArgumentError(`to: expected a dtype, a device or both, got ${describe(target)}`);
    }
    checkOptions('to', target, { dtype: true, device: true });
    const moved = target.device === undefined ? this : this.toBackend(backendFor(target.device));
    return target.dtype === undefined ? moved : moved.toDType(target.dtype);
  }

  /** This tensor in another dtype; itself when it has it already. */
  toDType(this: Tensor, dtype: DType): Tensor {
    this.assertLive('to');
    assertDType('to', dtype);
    return dtype === this.dtype ? this : apply(convert, [this], { dtype });
  }

  /**
   * This tensor in another backend's memory; itself when it lives there already.
   *
   * @internal
   */
  toBackend(this: Tensor, backend: Backend): Tensor {
    this.assertLive('to');
    const from = this.storage.backend;
    return backend === from ? this : apply(transfer, [this], { from, to: backend });
  }

  float(this: Tensor): Tensor {
    return this.toDType('float32');
  }

  double(this: Tensor): Tensor {
    return this.toDType('float64');
  }

  int(this: Tensor): Tensor {
    return this.toDType('int32');
  }

  bool(this: Tensor): Tensor {
    return this.toDType('bool');
  }

  /** A tensor of one value with this tensor's dtype and device. */
  newFull(this: Tensor, shape: readonly number[], value: number): Tensor {
    this.assertLive('newFull');
    assertNumber('newFull', 'value', value);
    assertHolds('newFull', this.dtype, value);
    return filled(this, shapeArgument('newFull', shape), value);
  }

  /** Zeros with this tensor's dtype and device. */
  newZeros(this: Tensor, shape: readonly number[]): Tensor {
    this.assertLive('newZeros');
    return filled(this, shapeArgument('newZeros', shape), 0);
  }
}

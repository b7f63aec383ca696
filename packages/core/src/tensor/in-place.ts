import { assertNumber, assertTensor } from '../arguments.ts';
import { applyInPlace } from '../autograd/apply.ts';
import { assertHolds } from '../dtype.ts';
import { assign } from '../ops/assign.ts';
import * as binary from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import type { Tensor } from '../tensor.ts';

/** Methods that overwrite the elements, and return the tensor. */
export class InPlace {
  add_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.add, [this, other], none);
  }

  sub_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.sub, [this, other], none);
  }

  mul_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.mul, [this, other], none);
  }

  div_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.div, [this, other], none);
  }

  /** Overwrites the elements with those of `source`, broadcast and converted; returns this tensor. */
  copy_(this: Tensor, source: Tensor): Tensor {
    assertTensor('copy_', 'source', source);
    return applyInPlace(assign, [this, source], none);
  }

  /** Overwrites every element with a number; returns this tensor. */
  fill_(this: Tensor, value: number): Tensor {
    this.assertLive('fill_');
    assertNumber('fill_', 'value', value);
    assertHolds('fill_', this.dtype, value);
    return applyInPlace(assign, [this, value], none);
  }

  /** Overwrites every element with 0; returns this tensor. */
  zero_(this: Tensor): Tensor {
    this.assertLive('zero_');
    return this.fill_(0);
  }
}

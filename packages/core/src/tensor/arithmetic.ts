import { assertNumber } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { DTypeError } from '../errors.ts';
import * as binary from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import { clamp } from '../ops/where.ts';
import type { Tensor } from '../tensor.ts';

/** Element-by-element arithmetic. Formulas and gradients stand with the operations in `ops/`. */
export class Arithmetic {
  neg(this: Tensor): Tensor {
    return apply(unary.neg, [this], none);
  }

  abs(this: Tensor): Tensor {
    return apply(unary.abs, [this], none);
  }

  /** −1, 0 or 1. */
  sign(this: Tensor): Tensor {
    return apply(unary.sign, [this], none);
  }

  add(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.add, [this, other], none);
  }

  /** this − other. Not for bools: `logicalNot` and `logicalXor` say what is meant. */
  sub(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.sub, [this, other], none);
  }

  mul(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.mul, [this, other], none);
  }

  /** True division: integers give float32. */
  div(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.div, [this, other], none);
  }

  /**
   * thisᵒᵗʰᵉʳ. Integers to a negative integer number are an error, as in PyTorch; to a tensor of negative integers, the power is cut
   * off: ±1 for a base of ±1, else 0.
   */
  pow(this: Tensor, exponent: Tensor | number): Tensor {
    if (typeof exponent === 'number' && Number.isInteger(exponent) && exponent < 0) {
      if (!this.dtype.startsWith('float')) {
        throw new DTypeError(`pow: expected a non-negative exponent for ${this.dtype}, got ${exponent}`);
      }
    }
    return apply(binary.pow, [this, exponent], none);
  }

  /** The larger of two elements; NaN wins. */
  maximum(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.maximum, [this, other], none);
  }

  /** The smaller of two elements; NaN wins. */
  minimum(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.minimum, [this, other], none);
  }

  square(this: Tensor): Tensor {
    return apply(unary.square, [this], none);
  }

  /** 1/x. */
  reciprocal(this: Tensor): Tensor {
    return apply(unary.reciprocal, [this], none);
  }

  /** min ≤ x ≤ max; leave a bound undefined to keep it open. The derivative at a bound is 0. */
  clamp(this: Tensor, min?: number, max?: number): Tensor {
    this.assertLive('clamp');
    if (min !== undefined) assertNumber('clamp', 'min', min);
    if (max !== undefined) assertNumber('clamp', 'max', max);
    return min === undefined && max === undefined ? this : apply(clamp, [this], { min, max });
  }

  floor(this: Tensor): Tensor {
    return apply(unary.floor, [this], none);
  }

  ceil(this: Tensor): Tensor {
    return apply(unary.ceil, [this], none);
  }

  /** The nearest integer; halves go to the even one. */
  round(this: Tensor): Tensor {
    return apply(unary.round, [this], none);
  }
}

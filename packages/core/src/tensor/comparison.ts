import { assertBoolean, assertNumber, assertTensor } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { isFloat } from '../dtype.ts';
import * as binary from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import { maskedFill, where } from '../ops/where.ts';
import { checkOptions } from '../options.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

export interface ClosenessOptions {
  /** Default 1e-5. */
  readonly rtol?: number;
  /** Default 1e-8. */
  readonly atol?: number;
  /** Default false. */
  readonly equalNan?: boolean;
}

function isClose(op: string, a: Tensor, b: Tensor, options: ClosenessOptions): Tensor {
  a.assertLive(op);
  assertTensor(op, 'other', b);
  const {
    rtol = 1e-5,
    atol = 1e-8,
    equalNan = false,
  } = checkOptions(op, options, { rtol: true, atol: true, equalNan: true });
  assertNumber(op, 'rtol', rtol);
  assertNumber(op, 'atol', atol);
  assertBoolean(op, 'equalNan', equalNan);
  const [x, y] = [a.detach(), b.detach()].map((t) => (isFloat(t.dtype) ? t : t.float())) as [Tensor, Tensor];
  const near = x.sub(y).abs().le(y.abs().mul(rtol).add(atol)).logicalAnd(y.isfinite());
  const close = near.logicalOr(x.eq(y));
  return equalNan ? close.logicalOr(x.isnan().logicalAnd(y.isnan())) : close;
}

/** Comparisons and logic, element by element, as bool; and choices by them. */
export class Comparison {
  eq(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.eq, [this, other], none);
  }

  ne(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.ne, [this, other], none);
  }

  lt(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.lt, [this, other], none);
  }

  le(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.le, [this, other], none);
  }

  gt(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.gt, [this, other], none);
  }

  ge(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.ge, [this, other], none);
  }

  logicalAnd(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.logicalAnd, [this, other], none);
  }

  logicalOr(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.logicalOr, [this, other], none);
  }

  logicalXor(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.logicalXor, [this, other], none);
  }

  logicalNot(this: Tensor): Tensor {
    return apply(unary.logicalNot, [this], none);
  }

  /** This tensor's elements where the condition holds, else `other`'s. All three broadcast. */
  where(this: Tensor, condition: Tensor, other: Tensor | number): Tensor {
    assertTensor('where', 'condition', condition);
    return apply(where, [condition, this, other], none);
  }

  /** `value` where the bool mask holds, else this tensor's elements, in this tensor's dtype. Both broadcast. */
  maskedFill(this: Tensor, mask: Tensor, value: number): Tensor {
    this.assertLive('maskedFill');
    assertTensor('maskedFill', 'mask', mask);
    assertNumber('maskedFill', 'value', value);
    return apply(maskedFill, [this, mask], { value });
  }

  /** Whether an element is NaN. */
  isnan(this: Tensor): Tensor {
    return this.ne(this);
  }
  /** Whether an element is infinity or minus infinity. */
  isinf(this: Tensor): Tensor {
    this.assertLive('isinf');
    return isFloat(this.dtype) ? this.abs().eq(Number.POSITIVE_INFINITY) : this.ne(this);
  }
  /** Whether an element is neither infinite nor NaN. */
  isfinite(this: Tensor): Tensor {
    this.assertLive('isfinite');
    return isFloat(this.dtype) ? this.abs().lt(Number.POSITIVE_INFINITY) : this.eq(this);
  }
  /**
   * Whether |this − other| ≤ atol + rtol · |other|, element by element. Defaults rtol 1e-5, atol 1e-8; `equalNan` lets NaN be close to NaN.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.isclose.html
   */
  isclose(this: Tensor, other: Tensor, options: ClosenessOptions = {}): Tensor {
    return isClose('isclose', this, other, options);
  }
  /** Whether every element {@link isclose}. Waits for the device. */
  allclose(this: Tensor, other: Tensor, options: ClosenessOptions = {}): boolean {
    return isClose('allclose', this, other, options).all().item() === 1;
  }
  /** Whether the other tensor has the same shape and elements. Waits for the device. */
  equal(this: Tensor, other: Tensor): boolean {
    this.assertLive('equal');
    assertTensor('equal', 'other', other);
    return sameShape(this.shape, other.shape) && this.eq(other).all().item() === 1;
  }
}

import { assertNumber, assertTensor } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import * as binary from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import { maskedFill, where } from '../ops/where.ts';
import type { Tensor } from '../tensor.ts';

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
}

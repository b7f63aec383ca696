import { replaceElements } from '../autograd/apply.ts';
import type { Tensor } from '../tensor.ts';

/** Comparisons and logic that put 1 where they hold and 0 elsewhere in the place of the elements, in the tensor's dtype, and return the tensor. */
export class InPlaceComparison {
  eq_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('eq_', this, (x) => x.eq(other));
  }
  ne_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('ne_', this, (x) => x.ne(other));
  }
  lt_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('lt_', this, (x) => x.lt(other));
  }
  le_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('le_', this, (x) => x.le(other));
  }
  gt_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('gt_', this, (x) => x.gt(other));
  }
  ge_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('ge_', this, (x) => x.ge(other));
  }
  logicalAnd_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('logicalAnd_', this, (x) => x.logicalAnd(other));
  }
  logicalOr_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('logicalOr_', this, (x) => x.logicalOr(other));
  }
  logicalXor_(this: Tensor, other: Tensor | number): Tensor {
    return replaceElements('logicalXor_', this, (x) => x.logicalXor(other));
  }
  logicalNot_(this: Tensor): Tensor {
    return replaceElements('logicalNot_', this, (x) => x.logicalNot());
  }
}

import { apply } from '../autograd/apply.ts';
import { isFloat } from '../dtype.ts';
import * as reduce from '../ops/reduce.ts';
import { cat } from '../ops/views.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Running results along an axis. */
export class Accumulation {
  /** Running sums along an axis. Integers and bools sum as int32, as in {@link sum}. */
  cumsum(this: Tensor, dim: number): Tensor {
    return apply(reduce.cumsum, [this], { axis: normalizeDim('cumsum', dim, this.ndim) });
  }

  /** Running products along an axis. Integers and bools multiply as int32. */
  cumprod(this: Tensor, dim: number): Tensor {
    this.assertLive('cumprod');
    const axis = normalizeDim('cumprod', dim, this.ndim);
    let products: Tensor = isFloat(this.dtype) ? this : this.int();
    if (this.ndim === 0) return products.clone();
    const length = this.shape[axis]!;
    // Products of runs of 1, 2, 4, … elements, each made of two of the last.
    for (let run = 1; run < length; run *= 2) {
      const longer = products.narrow(axis, run, length - run).mul(products.narrow(axis, 0, length - run));
      products = apply(cat, [products.narrow(axis, 0, run), longer], { axis });
    }
    return products === this ? this.clone() : products;
  }
}

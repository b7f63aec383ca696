import { assertBoolean, describe } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { ShapeError } from '../errors.ts';
import * as reduce from '../ops/reduce.ts';
import { checkOptions } from '../options.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { ValuesAndIndices } from './extremum.ts';

export interface SortOptions {
  /** The largest first. Default false. */
  readonly descending?: boolean;
}

export interface TopkOptions {
  /** Take the largest, else the smallest. Default true. */
  readonly largest?: boolean;
}

/** Orders, and running results, along an axis. */
export class Sorting {
  /** The elements along an axis in order, and where they stood. Stable; NaN counts as the largest. */
  sort(this: Tensor, dim = -1, options: SortOptions = {}): ValuesAndIndices {
    this.assertLive('sort');
    const { descending = false } = checkOptions('sort', options, { descending: true });
    assertBoolean('sort', 'descending', descending);
    const axis = normalizeDim('sort', dim, this.ndim);
    const indices = apply(reduce.argsort, [this], { axis, descending });
    return { values: this.ndim === 0 ? this.clone() : this.gather(axis, indices), indices };
  }

  /** The k largest (or smallest) elements along an axis in order, and where they stood. */
  topk(this: Tensor, k: number, dim = -1, options: TopkOptions = {}): ValuesAndIndices {
    this.assertLive('topk');
    const { largest = true } = checkOptions('topk', options, { largest: true });
    assertBoolean('topk', 'largest', largest);
    const axis = normalizeDim('topk', dim, this.ndim);
    const size = this.shape[axis] ?? 1;
    if (!Number.isInteger(k) || k < 0 || k > size) {
      throw new ShapeError(`topk: expected k in [0, ${size}], got ${describe(k)}`);
    }
    if (this.ndim === 0) return this.sort();
    const indices = apply(reduce.argsort, [this], { axis, descending: largest }).narrow(axis, 0, k);
    return { values: this.gather(axis, indices), indices };
  }

  /** Running sums along an axis. Integers and bools sum as int32, as in {@link sum}. */
  cumsum(this: Tensor, dim: number): Tensor {
    return apply(reduce.cumsum, [this], { axis: normalizeDim('cumsum', dim, this.ndim) });
  }
}

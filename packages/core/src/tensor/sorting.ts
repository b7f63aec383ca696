import { assertBoolean, describe } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { customGradient } from '../autograd/custom-gradient.ts';
import { isFloat } from '../dtype.ts';
import { formatShape, ShapeError } from '../errors.ts';
import * as reduce from '../ops/reduce.ts';
import { checkOptions } from '../options.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type KeepdimOptions, keepdimOf } from './axes.ts';
import { pick, type ValuesAndIndices } from './extremum.ts';
import { type QuantileOptions, quantile } from './quantile.ts';

export interface SortOptions {
  /** The largest first. Default false. */
  readonly descending?: boolean;
}

export interface TopkOptions {
  /** Take the largest, else the smallest. Default true. */
  readonly largest?: boolean;
}

/** Positions of the elements in the middle of an axis, or of the first NaN, with the axis kept. */
function middleOf(tensor: Tensor, axis: number): Tensor {
  const order = tensor.argsort(axis);
  const size = tensor.shape[axis]!;
  const last = order.narrow(axis, size - 1, 1);
  const half = order.narrow(axis, (size - 1) >> 1, 1);
  const hasNaN = tensor.detach().gather(axis, last).isnan();
  return isFloat(tensor.dtype) ? last.where(hasNaN, half) : half;
}

/** The element in the middle of a vector. */
const middle = customGradient('median', {
  forward: (x: Tensor) => x.gather(0, middleOf(x, 0)),
  gradient: (grad, [x]) => {
    const value = x.gather(0, middleOf(x, 0));
    const chosen = x.eq(value).logicalOr(x.isnan().logicalAnd(value.isnan()));
    return [grad.div(chosen.sum()).expand(x.shape).where(chosen, 0)];
  },
});

/** Orders along an axis, and what stands where in them. */
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

  /** Positions that sort an axis, as int32. Stable; NaN counts as the largest. */
  argsort(this: Tensor, dim = -1, options: SortOptions = {}): Tensor {
    this.assertLive('argsort');
    const { descending = false } = checkOptions('argsort', options, { descending: true });
    assertBoolean('argsort', 'descending', descending);
    return apply(reduce.argsort, [this], { axis: normalizeDim('argsort', dim, this.ndim), descending });
  }

  /** The k-th smallest elements along an axis, k from 1 on, and where they stand. */
  kthvalue(this: Tensor, k: number, dim = -1, options: KeepdimOptions = {}): ValuesAndIndices {
    this.assertLive('kthvalue');
    const keepdim = keepdimOf('kthvalue', options);
    const axis = normalizeDim('kthvalue', dim, this.ndim);
    const size = this.shape[axis] ?? 1;
    if (!Number.isInteger(k) || k < 1 || k > size) {
      throw new ShapeError(`kthvalue: expected k in [1, ${size}], got ${describe(k)}`);
    }
    const order = this.argsort(axis);
    return pick(this, this.ndim === 0 ? order : order.narrow(axis, k - 1, 1), axis, keepdim);
  }

  /** The element in the middle, the lower of two; equal ones share the gradient. NaN where there is one. */
  median(): Tensor;
  /** The elements in the middle of an axis, the lower of two, and where they stand; the gradient goes there. NaN comes first. */
  median(dim: number, options?: KeepdimOptions): ValuesAndIndices;
  median(this: Tensor, dim?: number, options: KeepdimOptions = {}): Tensor | ValuesAndIndices {
    this.assertLive('median');
    const keepdim = keepdimOf('median', options);
    const axis = normalizeDim('median', dim ?? 0, dim === undefined ? 1 : this.ndim);
    const size = dim === undefined ? this.numel : (this.shape[axis] ?? 1);
    if (size === 0) {
      throw new ShapeError(`median: expected at least one element, got shape ${formatShape(this.shape)}`);
    }
    if (dim === undefined) return middle(this.flatten()).reshape([]);
    if (this.ndim === 0) return { values: this.clone(), indices: this.argsort() };
    return pick(this, middleOf(this, axis), axis, keepdim);
  }

  /**
   * The values below which a share q of the elements lies, between two of them by `interpolation`. Without `dim`, of all elements. NaN
   * where there is one.
   *
   * @param q in [0, 1]; for a list, the result has a first axis of its length.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.quantile.html
   */
  quantile(this: Tensor, q: number | readonly number[], dim?: number, options: QuantileOptions = {}): Tensor {
    return quantile(this, q, dim, options);
  }
}

import { apply } from '../autograd/apply.ts';
import { isFloat } from '../dtype.ts';
import { DTypeError, formatShape, ShapeError } from '../errors.ts';
import * as reduce from '../ops/reduce.ts';
import { normalizeDim, normalizeDims, reducedShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { TensorArithmetic } from './arithmetic.ts';

/** Elements picked along an axis, and where they stood. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
}

type Dims = number | readonly number[];

interface VarianceOptions {
  /** Subtracted from the count: 1 for the unbiased estimate, 0 for the population. Default 1. */
  readonly correction?: number;
  readonly keepdim?: boolean;
}

/** x^(1/p) of a sum of powers, with derivative 0 at 0, where the root itself has none. */
function root(x: Tensor, p: number): Tensor {
  const isZero = x.eq(0);
  const positive = x.maskedFill(isZero, 1);
  return (p === 2 ? positive.sqrt() : positive.pow(1 / p)).maskedFill(isZero, 0);
}

/** Methods that combine the elements along axes. `dim` counts from the end when negative; left out, all axes. */
export abstract class TensorReductions extends TensorArithmetic {
  /** Σ x. Integers and bools sum as int32. */
  sum(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.sum, [this], { axes: normalizeDims('sum', dim, this.ndim), keepdim });
  }

  /** Σ x / n. Throws {@link DTypeError} on integers and bools. */
  mean(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    this.assertFloat('mean');
    const axes = normalizeDims('mean', dim, this.ndim);
    return apply(reduce.sum, [this], { axes, keepdim }).div(this.countAlong(axes));
  }

  /** Π x. Integers and bools multiply as int32. */
  prod(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.prod, [this], { axes: normalizeDims('prod', dim, this.ndim), keepdim });
  }

  /**
   * Σ (x − x̄)² / (n − correction).
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.var.html
   */
  var(this: Tensor, dim?: Dims, { correction = 1, keepdim = false }: VarianceOptions = {}): Tensor {
    this.assertFloat('var');
    const axes = normalizeDims('var', dim, this.ndim);
    const deviation = this.sub(this.mean(axes, true));
    const divisor = Math.max(this.countAlong(axes) - correction, 0);
    return deviation.square().sum(axes, keepdim).div(divisor);
  }

  /** √var. */
  std(this: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor {
    this.assertFloat('std');
    return root(this.var(normalizeDims('std', dim, this.ndim), options), 2);
  }

  /** The largest element; equal ones share the gradient. NaN wins. */
  max(): Tensor;
  /** The largest elements along an axis and the first position of each; the gradient goes there. */
  max(dim: number, keepdim?: boolean): ValuesAndIndices;
  max(this: Tensor, dim?: number, keepdim = false): Tensor | ValuesAndIndices {
    if (dim !== undefined) return this.pick(this.argmax(dim, true), dim, keepdim);
    return apply(reduce.amax, [this], { axes: normalizeDims('max', undefined, this.ndim), keepdim: false });
  }

  /** The smallest element; equal ones share the gradient. NaN wins. */
  min(): Tensor;
  /** The smallest elements along an axis and the first position of each; the gradient goes there. */
  min(dim: number, keepdim?: boolean): ValuesAndIndices;
  min(this: Tensor, dim?: number, keepdim = false): Tensor | ValuesAndIndices {
    if (dim !== undefined) return this.pick(this.argmin(dim, true), dim, keepdim);
    return apply(reduce.amin, [this], { axes: normalizeDims('min', undefined, this.ndim), keepdim: false });
  }

  /** The largest element over axes; equal ones share the gradient. */
  amax(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.amax, [this], { axes: normalizeDims('amax', dim, this.ndim), keepdim });
  }

  /** The smallest element over axes; equal ones share the gradient. */
  amin(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.amin, [this], { axes: normalizeDims('amin', dim, this.ndim), keepdim });
  }

  /** Position of the first largest element as int32; without `dim`, in the flattened tensor. */
  argmax(this: Tensor, dim?: number, keepdim = false): Tensor {
    if (dim === undefined) return this.flatten().argmax(0);
    return apply(reduce.argmax, [this], { axis: normalizeDim('argmax', dim, this.ndim), keepdim });
  }

  /** Position of the first smallest element as int32; without `dim`, in the flattened tensor. */
  argmin(this: Tensor, dim?: number, keepdim = false): Tensor {
    if (dim === undefined) return this.flatten().argmin(0);
    return apply(reduce.argmin, [this], { axis: normalizeDim('argmin', dim, this.ndim), keepdim });
  }

  /** Whether any element is not 0, as bool. */
  any(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.any, [this], { axes: normalizeDims('any', dim, this.ndim), keepdim });
  }

  /** Whether every element is not 0, as bool. */
  all(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.all, [this], { axes: normalizeDims('all', dim, this.ndim), keepdim });
  }

  /** ln Σ eˣ, computed from x − max x so that nothing overflows. */
  logsumexp(this: Tensor, dim: Dims, keepdim = false): Tensor {
    const axes = normalizeDims('logsumexp', dim, this.ndim);
    const max = this.detach().amax(axes, true);
    const shift = max.where(max.abs().ne(Number.POSITIVE_INFINITY), 0);
    const result = this.sub(shift).exp().sum(axes, true).log().add(shift);
    return keepdim ? result : result.reshape(reducedShape(this.shape, axes, false));
  }

  /**
   * (Σ |x|ᵖ)^(1/p); p = ∞ gives the largest |x|, −∞ the smallest, 0 the count of non-zero elements. Default p = 2.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.linalg.vector_norm.html
   */
  norm(this: Tensor, p = 2, dim?: Dims, keepdim = false): Tensor {
    this.assertFloat('norm');
    const axes = normalizeDims('norm', dim, this.ndim);
    if (Math.abs(p) === Number.POSITIVE_INFINITY) {
      if (this.countAlong(axes) === 0) {
        throw new ShapeError(
          `norm: expected at least one element for p = ${p}, got shape ${formatShape(this.shape)}`,
        );
      }
      return p > 0 ? this.abs().amax(axes, keepdim) : this.abs().amin(axes, keepdim);
    }
    if (p === 0) return this.sign().square().sum(axes, keepdim);
    if (p === 1) return this.abs().sum(axes, keepdim);
    const powers = p === 2 ? this.square() : this.abs().pow(p);
    return root(powers.sum(axes, keepdim), p);
  }

  /** Running sums along an axis. */
  cumsum(this: Tensor, dim: number): Tensor {
    return apply(reduce.cumsum, [this], { axis: normalizeDim('cumsum', dim, this.ndim) });
  }

  /** The elements along an axis in order, and where they stood. Stable; NaN counts as the largest. */
  sort(this: Tensor, dim = -1, descending = false): ValuesAndIndices {
    const axis = normalizeDim('sort', dim, this.ndim);
    const indices = apply(reduce.argsort, [this], { axis, descending });
    return { values: this.ndim === 0 ? this.clone() : this.gather(axis, indices), indices };
  }

  /** The k largest (or smallest) elements along an axis in order, and where they stood. */
  topk(this: Tensor, k: number, dim = -1, largest = true): ValuesAndIndices {
    const axis = normalizeDim('topk', dim, this.ndim);
    const size = this.shape[axis] ?? 1;
    if (!Number.isInteger(k) || k < 0 || k > size) {
      throw new ShapeError(`topk: expected k in [0, ${size}], got ${k}`);
    }
    if (this.ndim === 0) return this.sort();
    const indices = apply(reduce.argsort, [this], { axis, descending: largest }).narrow(axis, 0, k);
    return { values: this.gather(axis, indices), indices };
  }

  /** Sums broadcast axes until the tensor has `shape`; the opposite of `expand`. */
  sumTo(this: Tensor, shape: readonly number[]): Tensor {
    const added = this.ndim - shape.length;
    const axes = [...this.shape.keys()].filter(
      (d) => d < added || (shape[d - added] === 1 && this.shape[d] !== 1),
    );
    if (axes.length === 0) return this;
    const summed = this.sum(axes, true);
    return added === 0 ? summed : summed.reshape(shape);
  }

  private pick(this: Tensor, indices: Tensor, dim: number, keepdim: boolean): ValuesAndIndices {
    if (this.ndim === 0) return { values: this.clone(), indices };
    const values = this.gather(dim, indices);
    return keepdim ? { values, indices } : { values: values.squeeze(dim), indices: indices.squeeze(dim) };
  }

  private countAlong(axes: readonly number[]): number {
    return axes.reduce((count, axis) => count * this.shape[axis]!, 1);
  }

  private assertFloat(op: string): void {
    if (isFloat(this.dtype)) return;
    throw new DTypeError(
      `${op}: expected a floating-point tensor, got ${this.dtype} of shape ${formatShape(this.shape)}`,
    );
  }
}

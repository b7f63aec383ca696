import { assertBoolean, assertNumber, describe, shapeArgument } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { customGradient } from '../autograd/custom-gradient.ts';
import { isFloat } from '../dtype.ts';
import { DTypeError, formatShape, ShapeError } from '../errors.ts';
import * as reduce from '../ops/reduce.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import { broadcasts, normalizeDim, normalizeDims, reducedShape, sameShape } from '../shape.ts';
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

/** |x|ᵖ, with derivative 0 at 0, where that of p < 1 is infinite. */
function absolutePower(x: Tensor, p: number): Tensor {
  if (p === 2) return x.square();
  if (p > 1) return x.abs().pow(p);
  const isZero = x.eq(0);
  const powers = x.abs().maskedFill(isZero, 1).pow(p);
  return powers.maskedFill(isZero, p > 0 ? 0 : Number.POSITIVE_INFINITY);
}

/** x^(1/p) of a sum of powers, with derivative 0 at 0, where the root itself has none. */
function root(x: Tensor, p: number): Tensor {
  const isZero = x.eq(0);
  const positive = x.maskedFill(isZero, 1);
  const roots = p === 2 ? positive.sqrt() : positive.pow(1 / p);
  return roots.maskedFill(isZero, p > 0 ? 0 : Number.POSITIVE_INFINITY);
}

/** The axes of a reduction of a tensor that has not been disposed. */
function reduceOver(
  op: string,
  tensor: Tensor,
  dim: Dims | undefined,
  keepdim: boolean,
): reduce.ReduceAttributes {
  tensor.assertLive(op);
  assertBoolean(op, 'keepdim', keepdim);
  return { axes: normalizeDims(op, dim, tensor.ndim), keepdim };
}

const varianceOptionNames: OptionNames<VarianceOptions> = { correction: true, keepdim: true };

/** Methods that combine the elements along axes. `dim` counts from the end when negative; left out, all axes. */
export abstract class TensorReductions extends TensorArithmetic {
  /**
   * Σ x. Integers and bools sum as int32.
   *
   * @throws {ArgumentError} for a sum of integers that int32 does not hold; sum them as floats: `x.double().sum()`.
   */
  sum(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.sum, [this], reduceOver('sum', this, dim, keepdim));
  }

  /** Σ x / n. Throws {@link DTypeError} on integers and bools. */
  mean(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    this.assertFloat('mean');
    const attributes = reduceOver('mean', this, dim, keepdim);
    return apply(reduce.sum, [this], attributes).div(this.countAlong(attributes.axes));
  }

  /**
   * Π x. Integers and bools multiply as int32.
   *
   * @throws {ArgumentError} for a product of integers that int32 does not hold.
   */
  prod(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.prod, [this], reduceOver('prod', this, dim, keepdim));
  }

  /**
   * Σ (x − x̄)² / (n − correction); the divisor is 0 where the correction is larger than n. The gradient is 2(x − x̄) / (n − correction),
   * and where that divides by 0 or less, what PyTorch has there.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.var.html
   */
  var(this: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor {
    checkOptions('var', options, varianceOptionNames);
    return this.spread('var', dim, options);
  }

  /** √var. The gradient is 0 where it is 0. */
  std(this: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor {
    checkOptions('std', options, varianceOptionNames);
    return this.spread('std', dim, options);
  }

  /** The variance or its root, which is computed of deviations over the largest one: their squares neither overflow nor vanish. */
  private spread(
    this: Tensor,
    name: 'var' | 'std',
    dim: Dims | undefined,
    { correction = 1, keepdim = false }: VarianceOptions,
  ): Tensor {
    this.assertFloat(name);
    assertNumber(name, 'correction', correction);
    assertBoolean(name, 'keepdim', keepdim);
    const axes = normalizeDims(name, dim, this.ndim);
    const freedom = this.countAlong(axes) - correction;
    const deviation = (x: Tensor): Tensor => x.sub(x.mean(axes, true));
    const variance = (d: Tensor): Tensor => d.square().sum(axes, true).div(Math.max(freedom, 0));
    const slope = (x: Tensor): Tensor => {
      const d = deviation(x);
      if (freedom > 0 || (dim !== undefined && this.ndim > 0)) return d.mul(2 / freedom);
      return d.newFull([], Number.NaN).where(x.eq(x.mean(axes, true)), Number.POSITIVE_INFINITY);
    };
    const result = customGradient(name, {
      forward: (x: Tensor) => {
        const d = deviation(x);
        if (name === 'var' || d.numel === 0) return name === 'var' ? variance(d) : variance(d).sqrt();
        const largest = d.abs().amax(axes, true);
        const scale = largest.where(largest.gt(0).logicalAnd(largest.lt(Number.POSITIVE_INFINITY)), 1);
        return variance(d.div(scale)).sqrt().mul(scale);
      },
      gradient: (grad, [x]) => {
        if (name === 'var') return [grad.mul(slope(x))];
        const y = x.std(axes, { correction, keepdim: true });
        return [grad.div(y.mul(2)).maskedFill(y.eq(0), 0).mul(slope(x))];
      },
    })(this);
    return keepdim ? result : result.reshape(reducedShape(this.shape, axes, false));
  }

  /** The largest element; equal ones share the gradient. NaN wins. */
  max(): Tensor;
  /** The largest elements along an axis and the first position of each; the gradient goes there. */
  max(dim: number, keepdim?: boolean): ValuesAndIndices;
  max(this: Tensor, dim?: number, keepdim = false): Tensor | ValuesAndIndices {
    this.assertLive('max');
    assertBoolean('max', 'keepdim', keepdim);
    if (dim !== undefined) {
      const axis = normalizeDim('max', dim, this.ndim);
      return this.pick(this.argmax(axis, true), axis, keepdim);
    }
    return apply(reduce.max, [this], { axes: normalizeDims('max', undefined, this.ndim), keepdim: false });
  }

  /** The smallest element; equal ones share the gradient. NaN wins. */
  min(): Tensor;
  /** The smallest elements along an axis and the first position of each; the gradient goes there. */
  min(dim: number, keepdim?: boolean): ValuesAndIndices;
  min(this: Tensor, dim?: number, keepdim = false): Tensor | ValuesAndIndices {
    this.assertLive('min');
    assertBoolean('min', 'keepdim', keepdim);
    if (dim !== undefined) {
      const axis = normalizeDim('min', dim, this.ndim);
      return this.pick(this.argmin(axis, true), axis, keepdim);
    }
    return apply(reduce.min, [this], { axes: normalizeDims('min', undefined, this.ndim), keepdim: false });
  }

  /** The largest element over axes; equal ones share the gradient, which a NaN makes NaN. */
  amax(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.amax, [this], reduceOver('amax', this, dim, keepdim));
  }

  /** The smallest element over axes; equal ones share the gradient, which a NaN makes NaN. */
  amin(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.amin, [this], reduceOver('amin', this, dim, keepdim));
  }

  /** Position of the first largest element as int32; without `dim`, in the flattened tensor. */
  argmax(this: Tensor, dim?: number, keepdim = false): Tensor {
    this.assertLive('argmax');
    assertBoolean('argmax', 'keepdim', keepdim);
    if (dim === undefined) return this.flatten().argmax(0);
    return apply(reduce.argmax, [this], { axis: normalizeDim('argmax', dim, this.ndim), keepdim });
  }

  /** Position of the first smallest element as int32; without `dim`, in the flattened tensor. */
  argmin(this: Tensor, dim?: number, keepdim = false): Tensor {
    this.assertLive('argmin');
    assertBoolean('argmin', 'keepdim', keepdim);
    if (dim === undefined) return this.flatten().argmin(0);
    return apply(reduce.argmin, [this], { axis: normalizeDim('argmin', dim, this.ndim), keepdim });
  }

  /** Whether any element is not 0, as bool. */
  any(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.any, [this], reduceOver('any', this, dim, keepdim));
  }

  /** Whether every element is not 0, as bool. */
  all(this: Tensor, dim?: Dims, keepdim = false): Tensor {
    return apply(reduce.all, [this], reduceOver('all', this, dim, keepdim));
  }

  /** ln Σ eˣ, computed from x − max x so that nothing overflows; −∞ over no elements. Integers and bools count as float32. */
  logsumexp(this: Tensor, dim: Dims, keepdim = false): Tensor {
    this.assertLive('logsumexp');
    if (!isFloat(this.dtype)) return this.float().logsumexp(dim, keepdim);
    const { axes } = reduceOver('logsumexp', this, dim, keepdim);
    const shape = reducedShape(this.shape, axes, keepdim);
    if (this.countAlong(axes) === 0) return this.sum(axes, keepdim).add(Number.NEGATIVE_INFINITY);
    const max = this.detach().amax(axes, true);
    const shift = max.where(max.abs().ne(Number.POSITIVE_INFINITY), 0);
    const result = this.sub(shift).exp().sum(axes, true).log().add(shift);
    return keepdim ? result : result.reshape(shape);
  }

  /**
   * (Σ |x|ᵖ)^(1/p); p = ∞ gives the largest |x|, −∞ the smallest, 0 the count of elements that are not 0. Default p = 2. The derivative
   * at 0 is 0.
   *
   * @throws {ShapeError} for a negative or infinite p over no elements.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.linalg.vector_norm.html
   */
  norm(this: Tensor, p = 2, dim?: Dims, keepdim = false): Tensor {
    this.assertFloat('norm');
    assertNumber('norm', 'p', p);
    const { axes } = reduceOver('norm', this, dim, keepdim);
    if ((p < 0 || p === Number.POSITIVE_INFINITY) && this.countAlong(axes) === 0) {
      throw new ShapeError(
        `norm: expected at least one element for p = ${p}, got shape ${formatShape(this.shape)}`,
      );
    }
    if (p === Number.POSITIVE_INFINITY) return apply(reduce.max, [this.abs()], { axes, keepdim });
    if (p === Number.NEGATIVE_INFINITY) return apply(reduce.min, [this.abs()], { axes, keepdim });
    if (p === 0) return this.sub(this).where(this.eq(0), 1).sum(axes, keepdim);
    if (p === 1) return this.abs().sum(axes, keepdim);
    return root(absolutePower(this, p).sum(axes, keepdim), p);
  }

  /** Running sums along an axis. Integers and bools sum as int32, as in {@link sum}. */
  cumsum(this: Tensor, dim: number): Tensor {
    return apply(reduce.cumsum, [this], { axis: normalizeDim('cumsum', dim, this.ndim) });
  }

  /** The elements along an axis in order, and where they stood. Stable; NaN counts as the largest. */
  sort(this: Tensor, dim = -1, descending = false): ValuesAndIndices {
    this.assertLive('sort');
    assertBoolean('sort', 'descending', descending);
    const axis = normalizeDim('sort', dim, this.ndim);
    const indices = apply(reduce.argsort, [this], { axis, descending });
    return { values: this.ndim === 0 ? this.clone() : this.gather(axis, indices), indices };
  }

  /** The k largest (or smallest) elements along an axis in order, and where they stood. */
  topk(this: Tensor, k: number, dim = -1, largest = true): ValuesAndIndices {
    this.assertLive('topk');
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

  /** Sums broadcast axes until the tensor has `shape`; the opposite of `expand`. */
  sumTo(this: Tensor, shape: readonly number[]): Tensor {
    this.assertLive('sumTo');
    if (Array.isArray(shape) && sameShape(shape, this.shape)) return this;
    shapeArgument('sumTo', shape);
    if (!broadcasts(shape, this.shape)) {
      throw new ShapeError(
        `sumTo: expected a shape that broadcasts to ${formatShape(this.shape)}, got ${formatShape(shape)}`,
      );
    }
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
    this.assertLive(op);
    if (isFloat(this.dtype)) return;
    throw new DTypeError(
      `${op}: expected a floating-point tensor, got ${this.dtype} of shape ${formatShape(this.shape)}`,
    );
  }
}

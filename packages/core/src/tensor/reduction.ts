import { assertNumber, shapeArgument } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { isFloat } from '../dtype.ts';
import { formatShape, ShapeError } from '../errors.ts';
import * as reduce from '../ops/reduce.ts';
import { broadcasts, reducedShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { assertFloat, countAlong, type Dims, type KeepdimOptions, reduceOver } from './axes.ts';
import { spread, type VarianceOptions } from './variance.ts';

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

/** Methods that combine the elements along axes. `dim` counts from the end when negative; left out, all axes. */
export class Reduction {
  /**
   * Σ x. Integers and bools sum as int32.
   *
   * @throws {ArgumentError} for a sum of integers that int32 does not hold; sum them as floats: `x.double().sum()`.
   */
  sum(this: Tensor, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    return apply(reduce.sum, [this], reduceOver('sum', this, dim, options));
  }

  /** Σ x / n. Throws {@link DTypeError} on integers and bools. */
  mean(this: Tensor, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    assertFloat('mean', this);
    const attributes = reduceOver('mean', this, dim, options);
    return apply(reduce.sum, [this], attributes).div(countAlong(this, attributes.axes));
  }

  /**
   * Π x. Integers and bools multiply as int32.
   *
   * @throws {ArgumentError} for a product of integers that int32 does not hold.
   */
  prod(this: Tensor, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    return apply(reduce.prod, [this], reduceOver('prod', this, dim, options));
  }

  /**
   * Σ (x − x̄)² / (n − correction); the divisor is 0 where the correction is larger than n. The gradient is 2(x − x̄) / (n − correction),
   * and where that divides by 0 or less, what PyTorch has there.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.var.html
   */
  var(this: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor {
    return spread(this, 'var', dim, options);
  }

  /** √var. The gradient is 0 where it is 0. */
  std(this: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor {
    return spread(this, 'std', dim, options);
  }

  /** Whether any element is not 0, as bool. */
  any(this: Tensor, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    return apply(reduce.any, [this], reduceOver('any', this, dim, options));
  }

  /** Whether every element is not 0, as bool. */
  all(this: Tensor, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    return apply(reduce.all, [this], reduceOver('all', this, dim, options));
  }

  /** ln Σ eˣ, computed from x − max x so that nothing overflows; −∞ over no elements. Integers and bools count as float32. */
  logsumexp(this: Tensor, dim: Dims, options: KeepdimOptions = {}): Tensor {
    this.assertLive('logsumexp');
    if (!isFloat(this.dtype)) return this.float().logsumexp(dim, options);
    const { axes, keepdim } = reduceOver('logsumexp', this, dim, options);
    const kept = { keepdim: true };
    const shape = reducedShape(this.shape, axes, keepdim);
    if (countAlong(this, axes) === 0) return this.sum(axes, options).add(Number.NEGATIVE_INFINITY);
    const max = this.detach().amax(axes, kept);
    const shift = max.where(max.abs().ne(Number.POSITIVE_INFINITY), 0);
    const result = this.sub(shift).exp().sum(axes, kept).log().add(shift);
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
  norm(this: Tensor, p = 2, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    assertFloat('norm', this);
    assertNumber('norm', 'p', p);
    const { axes, keepdim } = reduceOver('norm', this, dim, options);
    if ((p < 0 || p === Number.POSITIVE_INFINITY) && countAlong(this, axes) === 0) {
      throw new ShapeError(
        `norm: expected at least one element for p = ${p}, got shape ${formatShape(this.shape)}`,
      );
    }
    if (p === Number.POSITIVE_INFINITY) return apply(reduce.max, [this.abs()], { axes, keepdim });
    if (p === Number.NEGATIVE_INFINITY) return apply(reduce.min, [this.abs()], { axes, keepdim });
    if (p === 0) return this.sub(this).where(this.eq(0), 1).sum(axes, options);
    if (p === 1) return this.abs().sum(axes, options);
    return root(absolutePower(this, p).sum(axes, options), p);
  }

  /** Sums broadcast axes until the tensor has `shape`; the opposite of `expand`. */
  sumToSize(this: Tensor, shape: readonly number[]): Tensor {
    this.assertLive('sumToSize');
    if (Array.isArray(shape) && sameShape(shape, this.shape)) return this;
    shapeArgument('sumToSize', shape);
    if (!broadcasts(shape, this.shape)) {
      throw new ShapeError(
        `sumToSize: expected a shape that broadcasts to ${formatShape(this.shape)}, got ${formatShape(shape)}`,
      );
    }
    const added = this.ndim - shape.length;
    const axes = [...this.shape.keys()].filter(
      (d) => d < added || (shape[d - added] === 1 && this.shape[d] !== 1),
    );
    if (axes.length === 0) return this;
    const summed = this.sum(axes, { keepdim: true });
    return added === 0 ? summed : summed.reshape(shape);
  }
}

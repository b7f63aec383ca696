import { assertChoice, assertNumber, assertTensor } from '../arguments.ts';
import { apply, applyInPlace } from '../autograd/apply.ts';
import { DTypeError } from '../errors.ts';
import * as binary from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import { clamp, maskedFill, where } from '../ops/where.ts';
import type { Tensor } from '../tensor.ts';
import { TensorBase } from './base.ts';

/** Element-by-element methods. Formulas and gradients stand with the operations in `ops/`. */
export abstract class TensorArithmetic extends TensorBase {
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
  exp(this: Tensor): Tensor {
    return apply(unary.exp, [this], none);
  }
  /** eˣ − 1, exact near 0. */
  expm1(this: Tensor): Tensor {
    return apply(unary.expm1, [this], none);
  }
  /** The natural logarithm. */
  log(this: Tensor): Tensor {
    return apply(unary.log, [this], none);
  }
  /** ln(1 + x), exact near 0. */
  log1p(this: Tensor): Tensor {
    return apply(unary.log1p, [this], none);
  }
  sqrt(this: Tensor): Tensor {
    return apply(unary.sqrt, [this], none);
  }
  /** 1/√x. */
  rsqrt(this: Tensor): Tensor {
    return apply(unary.rsqrt, [this], none);
  }
  square(this: Tensor): Tensor {
    return apply(unary.square, [this], none);
  }
  /** 1/x. */
  reciprocal(this: Tensor): Tensor {
    return apply(unary.reciprocal, [this], none);
  }
  sin(this: Tensor): Tensor {
    return apply(unary.sin, [this], none);
  }
  cos(this: Tensor): Tensor {
    return apply(unary.cos, [this], none);
  }
  tanh(this: Tensor): Tensor {
    return apply(unary.tanh, [this], none);
  }
  /** 1/(1 + e⁻ˣ). */
  sigmoid(this: Tensor): Tensor {
    return apply(unary.sigmoid, [this], none);
  }
  /** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
  erf(this: Tensor): Tensor {
    return apply(unary.erf, [this], none);
  }
  /** max(x, 0). */
  relu(this: Tensor): Tensor {
    return apply(unary.relu, [this], none);
  }
  /** x where x > 0, else negativeSlope · x. Default slope 0.01. */
  leakyRelu(this: Tensor, negativeSlope = 0.01): Tensor {
    assertNumber('leakyRelu', 'negativeSlope', negativeSlope);
    return apply(unary.leakyRelu, [this], { negativeSlope });
  }
  /** x where x > 0, else α(eˣ − 1). Default α = 1. */
  elu(this: Tensor, alpha = 1): Tensor {
    assertNumber('elu', 'alpha', alpha);
    return apply(unary.elu, [this], { alpha });
  }
  /**
   * The Gaussian error linear unit x·Φ(x); with `'tanh'`, ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
   *
   * Source: https://arxiv.org/abs/1606.08415
   */
  gelu(this: Tensor, approximate: 'none' | 'tanh' = 'none'): Tensor {
    this.assertLive('gelu');
    assertChoice('gelu', 'approximate', approximate, ['none', 'tanh']);
    if (approximate === 'none') return this.mul(0.5).mul(this.mul(Math.SQRT1_2).erf().add(1));
    const cubic = this.square().mul(this).mul(0.044715).add(this);
    return this.mul(0.5).mul(
      cubic
        .mul(Math.sqrt(2 / Math.PI))
        .tanh()
        .add(1),
    );
  }
  /** x·σ(x), also called swish. */
  silu(this: Tensor): Tensor {
    this.assertLive('silu');
    return this.mul(this.sigmoid());
  }
  /** ln(1 + e^(βx))/β, and x itself where βx > threshold. Defaults β = 1, threshold 20. */
  softplus(this: Tensor, beta = 1, threshold = 20): Tensor {
    assertNumber('softplus', 'beta', beta);
    assertNumber('softplus', 'threshold', threshold);
    return apply(unary.softplus, [this], { beta, threshold });
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

  add_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.add, [this, other], none);
  }
  sub_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.sub, [this, other], none);
  }
  mul_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.mul, [this, other], none);
  }
  div_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.div, [this, other], none);
  }
}

import { assertTensor } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { isFloat } from '../dtype.ts';
import { atan2 } from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import type { Tensor } from '../tensor.ts';

/** Integers and bools count as float32. */
function asFloat(op: string, x: Tensor): Tensor {
  x.assertLive(op);
  return isFloat(x.dtype) ? x : x.float();
}

/** Exponentials, logarithms, roots, and trigonometric functions, element by element. */
export class ElementaryFunctions {
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

  sin(this: Tensor): Tensor {
    return apply(unary.sin, [this], none);
  }

  cos(this: Tensor): Tensor {
    return apply(unary.cos, [this], none);
  }

  /** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
  erf(this: Tensor): Tensor {
    return apply(unary.erf, [this], none);
  }

  /** The inverse of {@link erf} for |x| ≤ 1, else NaN. */
  erfinv(this: Tensor): Tensor {
    return apply(unary.erfinv, [this], none);
  }

  /** sin x / cos x, x in radians. */
  tan(this: Tensor): Tensor {
    return apply(unary.tan, [this], none);
  }

  /** The angle in [−π/2, π/2] whose sine is x; NaN for |x| > 1. */
  asin(this: Tensor): Tensor {
    return apply(unary.asin, [this], none);
  }

  /** The angle in [0, π] whose cosine is x; NaN for |x| > 1. */
  acos(this: Tensor): Tensor {
    return apply(unary.acos, [this], none);
  }

  /** The angle in [−π/2, π/2] whose tangent is x. */
  atan(this: Tensor): Tensor {
    return apply(unary.atan, [this], none);
  }

  /**
   * The angle in [−π, π] of the point (other, this) from the positive x-axis: atan(this/other) in its quadrant. Integers count as float32.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.atan2.html
   */
  atan2(this: Tensor, other: Tensor): Tensor {
    this.assertLive('atan2');
    assertTensor('atan2', 'other', other);
    return apply(atan2, [this, other], none);
  }

  /** (eˣ − e⁻ˣ)/2. */
  sinh(this: Tensor): Tensor {
    return apply(unary.sinh, [this], none);
  }

  /** (eˣ + e⁻ˣ)/2. */
  cosh(this: Tensor): Tensor {
    return apply(unary.cosh, [this], none);
  }

  /** The inverse of {@link sinh}: ln(x + √(x² + 1)), exact near 0. */
  asinh(this: Tensor): Tensor {
    return apply(unary.asinh, [this], none);
  }

  /** The inverse of {@link cosh}: ln(x + √(x² − 1)) for x ≥ 1, else NaN. */
  acosh(this: Tensor): Tensor {
    return apply(unary.acosh, [this], none);
  }

  /** The inverse of `tanh`: ½ ln((1 + x)/(1 − x)) for |x| ≤ 1, else NaN. */
  atanh(this: Tensor): Tensor {
    return apply(unary.atanh, [this], none);
  }

  /** The logarithm to base 2. */
  log2(this: Tensor): Tensor {
    return apply(unary.log2, [this], none);
  }

  /** The logarithm to base 10. */
  log10(this: Tensor): Tensor {
    return apply(unary.log10, [this], none);
  }

  /** 2ˣ. */
  exp2(this: Tensor): Tensor {
    return apply(unary.exp2, [this], none);
  }

  /** ln(eˣ + eʸ), which does not overflow. */
  logaddexp(this: Tensor, other: Tensor): Tensor {
    assertTensor('logaddexp', 'other', other);
    const x = asFloat('logaddexp', this);
    const y = asFloat('logaddexp', other);
    const distance = x.sub(y).abs().maskedFill(x.eq(y), 0);
    return x.maximum(y).add(distance.neg().exp().log1p());
  }
}

import { apply } from '../autograd/apply.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import type { Tensor } from '../tensor.ts';

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
}

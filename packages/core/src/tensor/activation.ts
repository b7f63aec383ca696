import { assertChoice, assertNumber } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { isFloat } from '../dtype.ts';
import { none } from '../ops/op.ts';
import { logSoftmax, softmax } from '../ops/softmax.ts';
import * as unary from '../ops/unary.ts';
import { checkOptions } from '../options.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { hasKernel } from './has-kernel.ts';

const kept = { keepdim: true };

export interface GeluOptions {
  /** `'tanh'` replaces Φ by an approximation through tanh. Default `'none'`. */
  readonly approximate?: 'none' | 'tanh';
}

/** Activation functions. */
export class Activation {
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
   * The Gaussian error linear unit x·Φ(x); with `approximate: 'tanh'`, ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
   *
   * Source: https://arxiv.org/abs/1606.08415
   */
  gelu(this: Tensor, options: GeluOptions = {}): Tensor {
    this.assertLive('gelu');
    const { approximate = 'none' } = checkOptions('gelu', options, { approximate: true });
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

  /** 1/(1 + e⁻ˣ). */
  sigmoid(this: Tensor): Tensor {
    return apply(unary.sigmoid, [this], none);
  }

  tanh(this: Tensor): Tensor {
    return apply(unary.tanh, [this], none);
  }

  /** eˣ / Σ eˣ along an axis, computed from x − max x. Integers and bools count as float32. */
  softmax(this: Tensor, dim: number): Tensor {
    this.assertLive('softmax');
    if (!isFloat(this.dtype)) return this.float().softmax(dim);
    const axis = normalizeDim('softmax', dim, this.ndim);
    if (this.numel === 0) return this.clone();
    if (hasKernel(this, 'softmax')) return apply(softmax, [this], { axis });
    const exp = this.sub(this.detach().amax(axis, kept)).exp();
    return exp.div(exp.sum(axis, kept));
  }

  /** x − ln Σ eˣ along an axis, computed from x − max x. Integers and bools count as float32. */
  logSoftmax(this: Tensor, dim: number): Tensor {
    this.assertLive('logSoftmax');
    if (!isFloat(this.dtype)) return this.float().logSoftmax(dim);
    const axis = normalizeDim('logSoftmax', dim, this.ndim);
    if (this.numel === 0) return this.clone();
    if (hasKernel(this, 'softmax')) return apply(logSoftmax, [this], { axis });
    const shifted = this.sub(this.detach().amax(axis, kept));
    return shifted.sub(shifted.exp().sum(axis, kept).log());
  }
}

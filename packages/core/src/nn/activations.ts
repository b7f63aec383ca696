import { assertChoice, assertNumber, assertTensor, assertWhole } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';
import { pythonFloat } from './python-text.ts';

/* Formulas and gradients stand with the tensor methods of the same names. */

/** max(x, 0). */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    assertTensor('ReLU', 'the input', x);
    return x.relu();
  }
}

/** x where x > 0, else negativeSlope · x. Default slope 0.01. */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  constructor(negativeSlope = 0.01) {
    super();
    assertNumber('LeakyReLU', 'negativeSlope', negativeSlope);
    this.negativeSlope = negativeSlope;
  }

  forward(x: Tensor): Tensor {
    assertTensor('LeakyReLU', 'the input', x);
    return x.leakyRelu(this.negativeSlope);
  }

  protected override extraRepr(): string {
    return `negative_slope=${pythonFloat(this.negativeSlope)}`;
  }
}

/** 1/(1 + e⁻ˣ). */
export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    assertTensor('Sigmoid', 'the input', x);
    return x.sigmoid();
  }
}

/** (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ). */
export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    assertTensor('Tanh', 'the input', x);
    return x.tanh();
  }
}

export interface GELUOptions {
  /** `'tanh'` replaces Φ by an approximation through tanh. Default `'none'`. */
  readonly approximate?: 'none' | 'tanh';
}

/** x·Φ(x), with Φ the distribution function of the standard normal. Source: https://arxiv.org/abs/1606.08415 */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';

  constructor(options: GELUOptions = {}) {
    super();
    const { approximate = 'none' } = checkOptions('GELU', options, { approximate: true });
    assertChoice('GELU', 'approximate', approximate, ['none', 'tanh']);
    this.approximate = approximate;
  }

  forward(x: Tensor): Tensor {
    assertTensor('GELU', 'the input', x);
    return x.gelu({ approximate: this.approximate });
  }

  protected override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/** x·σ(x), also called swish. */
export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    assertTensor('SiLU', 'the input', x);
    return x.silu();
  }
}

/** x where x > 0, else α(eˣ − 1). Default α = 1. Source: https://arxiv.org/abs/1511.07289 */
export class ELU extends Module {
  readonly alpha: number;

  constructor(alpha = 1) {
    super();
    assertNumber('ELU', 'alpha', alpha);
    this.alpha = alpha;
  }

  forward(x: Tensor): Tensor {
    assertTensor('ELU', 'the input', x);
    return x.elu(this.alpha);
  }

  protected override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}`;
  }
}

/** ln(1 + e^(βx))/β, and x itself where βx > threshold. Defaults β = 1, threshold 20. */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(beta = 1, threshold = 20) {
    super();
    assertNumber('Softplus', 'beta', beta);
    assertNumber('Softplus', 'threshold', threshold);
    this.beta = beta;
    this.threshold = threshold;
  }

  forward(x: Tensor): Tensor {
    assertTensor('Softplus', 'the input', x);
    return x.softplus(this.beta, this.threshold);
  }

  protected override extraRepr(): string {
    return `beta=${pythonFloat(this.beta)}, threshold=${pythonFloat(this.threshold)}`;
  }
}

/** eˣ / Σ eˣ along an axis. */
export class Softmax extends Module {
  readonly dim: number;

  constructor(dim: number) {
    super();
    assertWhole('Softmax', 'dim', dim);
    this.dim = dim;
  }

  forward(x: Tensor): Tensor {
    assertTensor('Softmax', 'the input', x);
    return x.softmax(this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** x − ln Σ eˣ along an axis. */
export class LogSoftmax extends Module {
  readonly dim: number;

  constructor(dim: number) {
    super();
    assertWhole('LogSoftmax', 'dim', dim);
    this.dim = dim;
  }

  forward(x: Tensor): Tensor {
    assertTensor('LogSoftmax', 'the input', x);
    return x.logSoftmax(this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

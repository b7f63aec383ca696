import { assertNumber, assertTensor, assertWhole } from '../arguments.ts';
import { formatShape, ShapeError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import * as functional from './functional.ts';
import { Module } from './module.ts';
import { pythonFloat } from './python-text.ts';

/* Formulas and gradients stand with the functions of the same names in `functional`. */

/** min(max(x, 0), 6). */
export class ReLU6 extends Module {
  forward(x: Tensor): Tensor {
    return functional.relu6(x);
  }
}

/** λ·x where x > 0, else λα(eˣ − 1). */
export class SELU extends Module {
  forward(x: Tensor): Tensor {
    return functional.selu(x);
  }
}

/** min(max(x + 3, 0), 6)/6. */
export class Hardsigmoid extends Module {
  forward(x: Tensor): Tensor {
    return functional.hardsigmoid(x);
  }
}

/** x · min(max(x + 3, 0), 6)/6. */
export class Hardswish extends Module {
  forward(x: Tensor): Tensor {
    return functional.hardswish(x);
  }
}

/** x · tanh(ln(1 + eˣ)). */
export class Mish extends Module {
  forward(x: Tensor): Tensor {
    return functional.mish(x);
  }
}

/** x/(1 + |x|). */
export class Softsign extends Module {
  forward(x: Tensor): Tensor {
    return functional.softsign(x);
  }
}

/** x − tanh x. */
export class Tanhshrink extends Module {
  forward(x: Tensor): Tensor {
    return functional.tanhshrink(x);
  }
}

/** ln σ(x). */
export class LogSigmoid extends Module {
  forward(x: Tensor): Tensor {
    return functional.logsigmoid(x);
  }
}

/** x where x > 0, else α(e^(x/α) − 1). Default α = 1. */
export class CELU extends Module {
  readonly alpha: number;

  constructor(alpha = 1) {
    super();
    assertNumber('CELU', 'alpha', alpha);
    this.alpha = alpha;
  }

  forward(x: Tensor): Tensor {
    return functional.celu(x, this.alpha);
  }

  protected override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}`;
  }
}

/** min(max(x, minVal), maxVal). Defaults −1 and 1. */
export class Hardtanh extends Module {
  readonly minVal: number;
  readonly maxVal: number;

  constructor(minVal = -1, maxVal = 1) {
    super();
    assertNumber('Hardtanh', 'minVal', minVal);
    this.minVal = minVal;
    assertNumber('Hardtanh', 'maxVal', maxVal);
    this.maxVal = maxVal;
  }

  forward(x: Tensor): Tensor {
    return functional.hardtanh(x, this.minVal, this.maxVal);
  }

  protected override extraRepr(): string {
    return `min_val=${pythonFloat(this.minVal)}, max_val=${pythonFloat(this.maxVal)}`;
  }
}

/** x where |x| > λ, else 0. Default λ = 0.5. */
export class Hardshrink extends Module {
  readonly lambd: number;

  constructor(lambd = 0.5) {
    super();
    assertNumber('Hardshrink', 'lambd', lambd);
    this.lambd = lambd;
  }

  forward(x: Tensor): Tensor {
    return functional.hardshrink(x, this.lambd);
  }

  protected override extraRepr(): string {
    return `${pythonFloat(this.lambd)}`;
  }
}

/** x − λ where x > λ, x + λ where x < −λ, else 0. Default λ = 0.5. */
export class Softshrink extends Module {
  readonly lambd: number;

  constructor(lambd = 0.5) {
    super();
    assertNumber('Softshrink', 'lambd', lambd);
    this.lambd = lambd;
  }

  forward(x: Tensor): Tensor {
    return functional.softshrink(x, this.lambd);
  }

  protected override extraRepr(): string {
    return `${pythonFloat(this.lambd)}`;
  }
}

/** x where x > threshold, else value. */
export class Threshold extends Module {
  readonly threshold: number;
  readonly value: number;

  constructor(threshold: number, value: number) {
    super();
    assertNumber('Threshold', 'threshold', threshold);
    this.threshold = threshold;
    assertNumber('Threshold', 'value', value);
    this.value = value;
  }

  forward(x: Tensor): Tensor {
    return functional.threshold(x, this.threshold, this.value);
  }

  protected override extraRepr(): string {
    return `threshold=${pythonFloat(this.threshold)}, value=${pythonFloat(this.value)}`;
  }
}

/** e⁻ˣ / Σ e⁻ˣ along an axis. */
export class Softmin extends Module {
  readonly dim: number;

  constructor(dim: number) {
    super();
    assertWhole('Softmin', 'dim', dim);
    this.dim = dim;
  }

  forward(x: Tensor): Tensor {
    return functional.softmin(x, this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** a · σ(b) for the halves a and b of the input along an axis. Default the last. */
export class GLU extends Module {
  readonly dim: number;

  constructor(dim = -1) {
    super();
    assertWhole('GLU', 'dim', dim);
    this.dim = dim;
  }

  forward(x: Tensor): Tensor {
    return functional.glu(x, this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * eˣ / Σ eˣ over the channels of each place, for an input [C, H, W] or [N, C, H, W]. Throws {@link ShapeError} for another number of dims.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Softmax2d.html
 */
export class Softmax2d extends Module {
  forward(x: Tensor): Tensor {
    assertTensor('Softmax2d', 'the input', x);
    if (x.ndim !== 3 && x.ndim !== 4) {
      throw new ShapeError(
        `Softmax2d: expected an input [C, H, W] or [N, C, H, W], got shape ${formatShape(x.shape)}`,
      );
    }
    return x.softmax(-3);
  }
}

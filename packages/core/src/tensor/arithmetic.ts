import { assertChoice, assertNumber, assertTensor } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { isFloat, resultDType } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import * as binary from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import { clamp } from '../ops/where.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { assertFloat } from './axes.ts';

/** The largest number of float32. */
const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

export interface ValueOptions {
  /** Factor of what is added. Default 1. */
  readonly value?: number;
}

const roundingModes = ['trunc', 'floor'] as const;

export interface DivOptions {
  /** How the quotient is rounded. Default: not at all. */
  readonly roundingMode?: (typeof roundingModes)[number] | undefined;
}

export interface NanToNumOptions {
  /** Default 0. */
  readonly nan?: number;
  /** Default: the dtype's largest number. */
  readonly posinf?: number;
  /** Default: the dtype's least number. */
  readonly neginf?: number;
}

/** The first factor of what `addcmul` and `addcdiv` add. */
function scaled(op: string, tensor: Tensor, tensor1: Tensor, options: ValueOptions): Tensor {
  tensor.assertLive(op);
  const { value = 1 } = checkOptions(op, options, { value: true });
  assertTensor(op, 'tensor1', tensor1);
  assertNumber(op, 'value', value);
  return value === 1 ? tensor1 : tensor1.mul(value);
}

/** this / other towards 0; of integers, what is left without the rest over `other`. */
function truncatedQuotient(x: Tensor, other: Tensor | number): Tensor {
  const quotient = x.div(other);
  return isFloat(resultDType(x, other)) ? quotient.trunc() : x.sub(x.fmod(other)).floorDivide(other);
}

function lerp(op: string, start: Tensor, end: Tensor, weight: Tensor | number): Tensor {
  assertFloat(op, start);
  assertTensor(op, 'end', end);
  if (typeof weight !== 'number') assertTensor(op, 'weight', weight, ' or a number');
  const distance = end.sub(start);
  if (typeof weight === 'number') {
    return weight < 0.5 ? start.add(distance.mul(weight)) : end.sub(distance.mul(1 - weight));
  }
  const fromEnd = end.sub(distance.mul(weight.neg().add(1)));
  return start.add(distance.mul(weight)).where(weight.lt(0.5), fromEnd);
}

/** Element-by-element arithmetic. Formulas and gradients stand with the operations in `ops/`. */
export class Arithmetic {
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

  /**
   * True division: integers give float32. With a rounding mode, the quotient is rounded towards 0 (`'trunc'`) or down (`'floor'`, as
   * {@link floorDivide}), integers stay integers, and the derivative is 0.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.div.html
   */
  div(this: Tensor, other: Tensor | number, options: DivOptions = {}): Tensor {
    const { roundingMode } = checkOptions('div', options, { roundingMode: true });
    if (roundingMode === undefined) return apply(binary.div, [this, other], none);
    if (roundingMode === 'floor') return this.floorDivide(other);
    assertChoice('div', 'roundingMode', roundingMode, roundingModes);
    return truncatedQuotient(this, other);
  }

  /**
   * The quotient rounded down: ⌊this / other⌋, in the dtype of the operands. The derivative is 0.
   *
   * @throws {ArgumentError} for integers over 0; floats over 0 are infinite or NaN.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.floor_divide.html
   */
  floorDivide(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.floorDivide, [this, other], none);
  }

  /**
   * What division leaves, with the sign of `other`: this − other · ⌊this / other⌋.
   *
   * @throws {ArgumentError} for integers over 0; of floats over 0 the result is NaN.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.remainder.html
   */
  remainder(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.remainder, [this, other], none);
  }

  /**
   * What division leaves, with the sign of this tensor: this − other · trunc(this / other), as C's `fmod`.
   *
   * @throws {ArgumentError} for integers over 0; of floats over 0 the result is NaN.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.fmod.html
   */
  fmod(this: Tensor, other: Tensor | number): Tensor {
    return apply(binary.fmod, [this, other], none);
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

  square(this: Tensor): Tensor {
    return apply(unary.square, [this], none);
  }

  /** 1/x. */
  reciprocal(this: Tensor): Tensor {
    return apply(unary.reciprocal, [this], none);
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

  /** The integer part: towards 0. */
  trunc(this: Tensor): Tensor {
    return apply(unary.trunc, [this], none);
  }

  /** The part behind the point: x − trunc x. Throws {@link DTypeError} on integers and bools. */
  frac(this: Tensor): Tensor {
    assertFloat('frac', this);
    return this.sub(this.trunc());
  }
  /**
   * this + weight · (end − this), from the nearer end.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.lerp.html
   */
  lerp(this: Tensor, end: Tensor, weight: Tensor | number): Tensor {
    return lerp('lerp', this, end, weight);
  }
  /** this + value · tensor1 · tensor2. Default value 1. */
  addcmul(this: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOptions = {}): Tensor {
    return this.add(scaled('addcmul', this, tensor1, options).mul(tensor2));
  }
  /** this + value · tensor1 / tensor2. Default value 1. */
  addcdiv(this: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOptions = {}): Tensor {
    return this.add(scaled('addcdiv', this, tensor1, options).div(tensor2));
  }
  /**
   * Numbers in the place of NaN and the infinities: 0 and the dtype's largest and least, unless given.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nan_to_num.html
   */
  nanToNum(this: Tensor, options: NanToNumOptions = {}): Tensor {
    this.assertLive('nanToNum');
    const most = this.dtype === 'float64' ? Number.MAX_VALUE : MAX_FLOAT32;
    const {
      nan = 0,
      posinf = most,
      neginf = -most,
    } = checkOptions('nanToNum', options, { nan: true, posinf: true, neginf: true });
    if (!isFloat(this.dtype)) return this.clone();
    return this.maskedFill(this.isnan(), nan)
      .maskedFill(this.eq(Number.POSITIVE_INFINITY), posinf)
      .maskedFill(this.eq(Number.NEGATIVE_INFINITY), neginf);
  }
}

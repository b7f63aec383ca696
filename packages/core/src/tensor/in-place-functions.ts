import { assertTensor } from '../arguments.ts';
import { applyInPlace, replaceElements } from '../autograd/apply.ts';
import * as binary from '../ops/binary.ts';
import { none } from '../ops/op.ts';
import * as unary from '../ops/unary.ts';
import type { Tensor } from '../tensor.ts';
import type { NanToNumOptions, ValueOptions } from './arithmetic.ts';

/** Methods that put the result of the method of the same name without `_` in the place of the elements, and return the tensor. */
export class InPlaceFunctions {
  neg_(this: Tensor): Tensor {
    return applyInPlace(unary.neg, [this], none);
  }
  abs_(this: Tensor): Tensor {
    return applyInPlace(unary.abs, [this], none);
  }
  sign_(this: Tensor): Tensor {
    return applyInPlace(unary.sign, [this], none);
  }
  exp_(this: Tensor): Tensor {
    return applyInPlace(unary.exp, [this], none);
  }
  expm1_(this: Tensor): Tensor {
    return applyInPlace(unary.expm1, [this], none);
  }
  log_(this: Tensor): Tensor {
    return applyInPlace(unary.log, [this], none);
  }
  log1p_(this: Tensor): Tensor {
    return applyInPlace(unary.log1p, [this], none);
  }
  sqrt_(this: Tensor): Tensor {
    return applyInPlace(unary.sqrt, [this], none);
  }
  rsqrt_(this: Tensor): Tensor {
    return applyInPlace(unary.rsqrt, [this], none);
  }
  square_(this: Tensor): Tensor {
    return applyInPlace(unary.square, [this], none);
  }
  reciprocal_(this: Tensor): Tensor {
    return applyInPlace(unary.reciprocal, [this], none);
  }
  sin_(this: Tensor): Tensor {
    return applyInPlace(unary.sin, [this], none);
  }
  cos_(this: Tensor): Tensor {
    return applyInPlace(unary.cos, [this], none);
  }
  tan_(this: Tensor): Tensor {
    return applyInPlace(unary.tan, [this], none);
  }
  asin_(this: Tensor): Tensor {
    return applyInPlace(unary.asin, [this], none);
  }
  acos_(this: Tensor): Tensor {
    return applyInPlace(unary.acos, [this], none);
  }
  atan_(this: Tensor): Tensor {
    return applyInPlace(unary.atan, [this], none);
  }
  sinh_(this: Tensor): Tensor {
    return applyInPlace(unary.sinh, [this], none);
  }
  cosh_(this: Tensor): Tensor {
    return applyInPlace(unary.cosh, [this], none);
  }
  asinh_(this: Tensor): Tensor {
    return applyInPlace(unary.asinh, [this], none);
  }
  acosh_(this: Tensor): Tensor {
    return applyInPlace(unary.acosh, [this], none);
  }
  atanh_(this: Tensor): Tensor {
    return applyInPlace(unary.atanh, [this], none);
  }
  exp2_(this: Tensor): Tensor {
    return applyInPlace(unary.exp2, [this], none);
  }
  log2_(this: Tensor): Tensor {
    return applyInPlace(unary.log2, [this], none);
  }
  log10_(this: Tensor): Tensor {
    return applyInPlace(unary.log10, [this], none);
  }
  erfinv_(this: Tensor): Tensor {
    return applyInPlace(unary.erfinv, [this], none);
  }
  tanh_(this: Tensor): Tensor {
    return applyInPlace(unary.tanh, [this], none);
  }
  sigmoid_(this: Tensor): Tensor {
    return applyInPlace(unary.sigmoid, [this], none);
  }
  erf_(this: Tensor): Tensor {
    return applyInPlace(unary.erf, [this], none);
  }
  relu_(this: Tensor): Tensor {
    return applyInPlace(unary.relu, [this], none);
  }
  floor_(this: Tensor): Tensor {
    return applyInPlace(unary.floor, [this], none);
  }
  ceil_(this: Tensor): Tensor {
    return applyInPlace(unary.ceil, [this], none);
  }
  round_(this: Tensor): Tensor {
    return applyInPlace(unary.round, [this], none);
  }
  pow_(this: Tensor, exponent: Tensor | number): Tensor {
    if (typeof exponent === 'number') return replaceElements('pow_', this, (x) => x.pow(exponent));
    return applyInPlace(binary.pow, [this, exponent], none);
  }
  trunc_(this: Tensor): Tensor {
    return applyInPlace(unary.trunc, [this], none);
  }
  frac_(this: Tensor): Tensor {
    return replaceElements('frac_', this, (x) => x.frac());
  }
  atan2_(this: Tensor, other: Tensor): Tensor {
    assertTensor('atan2_', 'other', other);
    return applyInPlace(binary.atan2, [this, other], none);
  }
  fmod_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.fmod, [this, other], none);
  }
  remainder_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.remainder, [this, other], none);
  }
  floorDivide_(this: Tensor, other: Tensor | number): Tensor {
    return applyInPlace(binary.floorDivide, [this, other], none);
  }
  clamp_(this: Tensor, min?: number, max?: number): Tensor {
    return replaceElements('clamp_', this, (x) => x.clamp(min, max));
  }
  maskedFill_(this: Tensor, mask: Tensor, value: number): Tensor {
    return replaceElements('maskedFill_', this, (x) => x.maskedFill(mask, value));
  }
  lerp_(this: Tensor, end: Tensor, weight: Tensor | number): Tensor {
    return replaceElements('lerp_', this, (x) => x.lerp(end, weight));
  }
  addcmul_(this: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOptions = {}): Tensor {
    return replaceElements('addcmul_', this, (x) => x.addcmul(tensor1, tensor2, options));
  }
  addcdiv_(this: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOptions = {}): Tensor {
    return replaceElements('addcdiv_', this, (x) => x.addcdiv(tensor1, tensor2, options));
  }
  nanToNum_(this: Tensor, options: NanToNumOptions = {}): Tensor {
    return replaceElements('nanToNum_', this, (x) => x.nanToNum(options));
  }
  scatter_(this: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor {
    return replaceElements('scatter_', this, (x) => x.scatter(dim, index, source));
  }
  scatterAdd_(this: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
    return replaceElements('scatterAdd_', this, (x) => x.scatterAdd(dim, index, source));
  }
  cumsum_(this: Tensor, dim: number): Tensor {
    return replaceElements('cumsum_', this, (x) => x.cumsum(dim));
  }
  cumprod_(this: Tensor, dim: number): Tensor {
    return replaceElements('cumprod_', this, (x) => x.cumprod(dim));
  }
  tril_(this: Tensor, diagonal = 0): Tensor {
    return replaceElements('tril_', this, (x) => x.tril(diagonal));
  }
  triu_(this: Tensor, diagonal = 0): Tensor {
    return replaceElements('triu_', this, (x) => x.triu(diagonal));
  }
}

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
    return replaceElements('trunc_', this, (x) => x.trunc());
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
  tril_(this: Tensor, diagonal = 0): Tensor {
    return replaceElements('tril_', this, (x) => x.tril(diagonal));
  }
  triu_(this: Tensor, diagonal = 0): Tensor {
    return replaceElements('triu_', this, (x) => x.triu(diagonal));
  }
}

import { apply } from '../autograd/apply.ts';
import * as reduce from '../ops/reduce.ts';
import { normalizeDim, normalizeDims } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type Dims, type KeepdimOptions, keepdimOf, reduceOver } from './axes.ts';

/** Elements picked along an axis, and where they stood. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/** What stands at positions along an axis, which is dropped unless it is kept. */
export function pick(tensor: Tensor, indices: Tensor, dim: number, keepdim: boolean): ValuesAndIndices {
  if (tensor.ndim === 0) return { values: tensor.clone(), indices };
  const values = tensor.gather(dim, indices);
  return keepdim ? { values, indices } : { values: values.squeeze(dim), indices: indices.squeeze(dim) };
}

/** The largest and the smallest elements, and where they stand. */
export class Extremum {
  /** The largest element; equal ones share the gradient. NaN wins. */
  max(): Tensor;

  /** The largest elements along an axis and the first position of each; the gradient goes there. */
  max(dim: number, options?: KeepdimOptions): ValuesAndIndices;
  max(this: Tensor, dim?: number, options: KeepdimOptions = {}): Tensor | ValuesAndIndices {
    this.assertLive('max');
    const keepdim = keepdimOf('max', options);
    if (dim !== undefined) {
      const axis = normalizeDim('max', dim, this.ndim);
      return pick(this, this.argmax(axis, { keepdim: true }), axis, keepdim);
    }
    return apply(reduce.max, [this], { axes: normalizeDims('max', undefined, this.ndim), keepdim: false });
  }

  /** The smallest element; equal ones share the gradient. NaN wins. */
  min(): Tensor;

  /** The smallest elements along an axis and the first position of each; the gradient goes there. */
  min(dim: number, options?: KeepdimOptions): ValuesAndIndices;
  min(this: Tensor, dim?: number, options: KeepdimOptions = {}): Tensor | ValuesAndIndices {
    this.assertLive('min');
    const keepdim = keepdimOf('min', options);
    if (dim !== undefined) {
      const axis = normalizeDim('min', dim, this.ndim);
      return pick(this, this.argmin(axis, { keepdim: true }), axis, keepdim);
    }
    return apply(reduce.min, [this], { axes: normalizeDims('min', undefined, this.ndim), keepdim: false });
  }

  /** The largest element over axes; equal ones share the gradient, which a NaN makes NaN. */
  amax(this: Tensor, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    return apply(reduce.amax, [this], reduceOver('amax', this, dim, options));
  }

  /** The smallest element over axes; equal ones share the gradient, which a NaN makes NaN. */
  amin(this: Tensor, dim?: Dims, options: KeepdimOptions = {}): Tensor {
    return apply(reduce.amin, [this], reduceOver('amin', this, dim, options));
  }

  /** Position of the first largest element as int32; without `dim`, in the flattened tensor. */
  argmax(this: Tensor, dim?: number, options: KeepdimOptions = {}): Tensor {
    this.assertLive('argmax');
    const keepdim = keepdimOf('argmax', options);
    if (dim === undefined) return this.flatten().argmax(0);
    return apply(reduce.argmax, [this], { axis: normalizeDim('argmax', dim, this.ndim), keepdim });
  }

  /** Position of the first smallest element as int32; without `dim`, in the flattened tensor. */
  argmin(this: Tensor, dim?: number, options: KeepdimOptions = {}): Tensor {
    this.assertLive('argmin');
    const keepdim = keepdimOf('argmin', options);
    if (dim === undefined) return this.flatten().argmin(0);
    return apply(reduce.argmin, [this], { axis: normalizeDim('argmin', dim, this.ndim), keepdim });
  }
}

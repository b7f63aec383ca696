import { assertList, assertTensor, listArgument, shapeArgument } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { formatShape, ShapeError } from '../errors.ts';
import * as views from '../ops/views.ts';
import { inferShape, normalizeDim, numel, sameShape, viewStrides } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Dims } from './axes.ts';

function alongAxis(op: string, values: readonly number[], dim: number): number {
  if (values.length === 0) throw new ShapeError(`${op}: expected at least 1 dim, got a scalar`);
  return values[normalizeDim(op, dim, values.length)]!;
}

/** The same elements under another shape. Views share memory with the tensor they come from. */
export class Shape {
  /** The same elements in row-major order under another shape; one size may be −1. A view where possible. */
  reshape(this: Tensor, ...shape: readonly number[] | readonly [readonly number[]]): Tensor {
    this.assertLive('reshape');
    const target = inferShape('reshape', listArgument('reshape', 'sizes', shape), this.numel);
    return sameShape(target, this.shape) ? this : apply(views.reshape, [this], { shape: target });
  }

  /**
   * The same elements under another shape, without copying. Throws {@link ShapeError} where the layout needs a copy.
   */
  view(this: Tensor, ...shape: readonly number[] | readonly [readonly number[]]): Tensor {
    this.assertLive('view');
    const target = inferShape('view', listArgument('view', 'sizes', shape), this.numel);
    if (viewStrides(this.shape, this.strides, target) === undefined) {
      throw new ShapeError(
        `view: expected a layout that reads as ${formatShape(target)} without copying, got shape ${formatShape(this.shape)} with strides ${formatShape(this.strides)}; use reshape`,
      );
    }
    return this.reshape(target);
  }

  /** Axes startDim to endDim merged into one. Default: all of them. */
  flatten(this: Tensor, startDim = 0, endDim = -1): Tensor {
    this.assertLive('flatten');
    const start = normalizeDim('flatten', startDim, this.ndim);
    const end = normalizeDim('flatten', endDim, this.ndim);
    if (start > end) {
      throw new ShapeError(`flatten: expected startDim before endDim, got ${startDim} and ${endDim}`);
    }
    if (this.ndim === 0) return this.reshape(1);
    const merged = numel(this.shape.slice(start, end + 1));
    return this.reshape([...this.shape.slice(0, start), merged, ...this.shape.slice(end + 1)]);
  }

  /** Without the axes of size 1, or without one axis if its size is 1. */
  squeeze(this: Tensor, dim?: number): Tensor {
    this.assertLive('squeeze');
    if (dim === undefined) return this.reshape(this.shape.filter((size) => size !== 1));
    const axis = normalizeDim('squeeze', dim, this.ndim);
    return this.shape[axis] === 1 ? this.reshape(this.shape.filter((_, d) => d !== axis)) : this;
  }

  /** With a new axis of size 1 at `dim`. */
  unsqueeze(this: Tensor, dim: number): Tensor {
    this.assertLive('unsqueeze');
    const axis = normalizeDim('unsqueeze', dim, this.ndim + 1);
    return this.reshape([...this.shape.slice(0, axis), 1, ...this.shape.slice(axis)]);
  }

  /** The axes in another order, as a view. */
  permute(this: Tensor, ...dims: readonly number[] | readonly [readonly number[]]): Tensor {
    const given = listArgument('permute', 'dims', dims);
    const order = given.map((dim) => normalizeDim('permute', dim, this.ndim));
    if (order.length !== this.ndim || new Set(order).size !== this.ndim) {
      throw new ShapeError(`permute: expected each of ${this.ndim} dims once, got ${formatShape(given)}`);
    }
    return apply(views.permute, [this], { order });
  }

  /** Two axes exchanged, as a view. */
  transpose(this: Tensor, dim0: number, dim1: number): Tensor {
    this.assertLive('transpose');
    const a = normalizeDim('transpose', dim0, this.ndim);
    const b = normalizeDim('transpose', dim1, this.ndim);
    if (a === b) return this;
    return this.permute([...this.shape.keys()].map((d) => (d === a ? b : d === b ? a : d)));
  }

  /** The transpose of a matrix; vectors and scalars stay as they are. */
  t(this: Tensor): Tensor {
    this.assertLive('t');
    if (this.ndim > 2) {
      throw new ShapeError(`t: expected at most 2 dims, got shape ${formatShape(this.shape)}`);
    }
    return this.ndim === 2 ? this.transpose(0, 1) : this;
  }

  /** Axes of size 1 repeated without copying; −1 keeps a size. */
  expand(this: Tensor, ...shape: readonly number[] | readonly [readonly number[]]): Tensor {
    this.assertLive('expand');
    const requested = listArgument('expand', 'sizes', shape);
    const added = requested.length - this.ndim;
    const target = requested.map((size, d) => (size === -1 ? (this.shape[d - added] ?? -1) : size));
    const fits =
      added >= 0 &&
      target.every((size, d) => size >= 0 && (d < added || [1, size].includes(this.shape[d - added]!)));
    if (!fits) {
      throw new ShapeError(
        `expand: expected a shape that ${formatShape(this.shape)} broadcasts to, got ${formatShape(requested)}`,
      );
    }
    shapeArgument('expand', target);
    return sameShape(target, this.shape) ? this : apply(views.expand, [this], { shape: target });
  }

  /** The sizes of all axes, or the size of one. */
  size(): readonly number[];
  size(dim: number): number;
  size(this: Tensor, dim?: number): readonly number[] | number {
    this.assertLive('size');
    return dim === undefined ? [...this.shape] : alongAxis('size', this.shape, dim);
  }

  /** The number of axes. */
  dim(this: Tensor): number {
    this.assertLive('dim');
    return this.ndim;
  }

  /** The distances between neighbors along all axes, in elements, or along one. */
  stride(): readonly number[];
  stride(dim: number): number;
  stride(this: Tensor, dim?: number): readonly number[] | number {
    this.assertLive('stride');
    return dim === undefined ? [...this.strides] : alongAxis('stride', this.strides, dim);
  }

  /** {@link expand} to the shape of another tensor. */
  expandAs(this: Tensor, other: Tensor): Tensor {
    assertTensor('expandAs', 'other', other);
    return this.expand(other.shape);
  }

  /** {@link expand}, in which the shape broadcasts to a larger one. */
  broadcastTo(this: Tensor, ...shape: readonly number[] | readonly [readonly number[]]): Tensor {
    return this.expand(...shape);
  }

  /** {@link view} with the shape of another tensor. */
  viewAs(this: Tensor, other: Tensor): Tensor {
    assertTensor('viewAs', 'other', other);
    return this.view(other.shape);
  }

  /** {@link reshape} to the shape of another tensor. */
  reshapeAs(this: Tensor, other: Tensor): Tensor {
    assertTensor('reshapeAs', 'other', other);
    return this.reshape(other.shape);
  }

  /** All axes merged into one. */
  ravel(this: Tensor): Tensor {
    this.assertLive('ravel');
    return this.flatten();
  }

  /** An axis split into several; one size may be −1. The opposite of {@link flatten}. */
  unflatten(this: Tensor, dim: number, sizes: readonly number[]): Tensor {
    this.assertLive('unflatten');
    assertList('unflatten', 'sizes', sizes);
    if (this.ndim === 0) throw new ShapeError('unflatten: expected at least 1 dim, got a scalar');
    const axis = normalizeDim('unflatten', dim, this.ndim);
    const target = inferShape('unflatten', listArgument('unflatten', 'sizes', sizes), this.shape[axis]!);
    return this.reshape([...this.shape.slice(0, axis), ...target, ...this.shape.slice(axis + 1)]);
  }

  /** Axes moved to other positions; the rest keeps its order. */
  movedim(this: Tensor, source: Dims, destination: Dims): Tensor {
    this.assertLive('movedim');
    const axes = (name: string, dims: Dims): number[] => {
      const given = typeof dims === 'number' ? [dims] : dims;
      assertList('movedim', name, given);
      return given.map((dim) => normalizeDim('movedim', dim, this.ndim));
    };
    const [from, to] = [axes('source', source), axes('destination', destination)];
    if (from.length !== to.length || new Set(from).size < from.length || new Set(to).size < to.length) {
      throw new ShapeError(
        `movedim: expected as many dims to move as places for them, each once, got ${formatShape(from)} and ${formatShape(to)}`,
      );
    }
    if (this.ndim === 0) return this;
    const rest = [...this.shape.keys()].filter((d) => !from.includes(d));
    return this.permute(
      [...this.shape.keys()].map((d) => (to.includes(d) ? from[to.indexOf(d)]! : rest.shift()!)),
    );
  }

  /** {@link transpose} by NumPy's name. */
  swapaxes(this: Tensor, dim0: number, dim1: number): Tensor {
    this.assertLive('swapaxes');
    return this.transpose(dim0, dim1);
  }
}

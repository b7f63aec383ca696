import {
  assertList,
  assertNumber,
  assertTensor,
  assertWhole,
  describe,
  listArgument,
  shapeArgument,
} from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { matmul } from '../ops/matmul.ts';
import * as views from '../ops/views.ts';
import { broadcastShapes, inferShape, normalizeDim, numel, sameShape, viewStrides } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { TensorReductions } from './reductions.ts';

/** Methods that rearrange elements, and the matrix product. Views share memory with the tensor they come from. */
export abstract class TensorShapes extends TensorReductions {
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

  /** Positions start, start + step, … before end of an axis, as a view; negative bounds count from the end. */
  slice(this: Tensor, dim: number, start = 0, end?: number | null, step = 1): Tensor {
    this.assertLive('slice');
    if (this.ndim === 0) throw new ShapeError('slice: expected at least 1 dim, got a scalar');
    const axis = normalizeDim('slice', dim, this.ndim);
    assertWhole('slice', 'start', start);
    if (end !== undefined && end !== null) assertWhole('slice', 'end', end);
    if (!Number.isSafeInteger(step) || step < 1) {
      throw new ArgumentError(`slice: expected a step of at least 1, got ${describe(step)}`);
    }
    const size = this.shape[axis]!;
    const bound = (position: number): number =>
      Math.min(Math.max(position < 0 ? position + size : position, 0), size);
    const first = bound(start);
    const length = Math.max(0, Math.ceil((bound(end ?? size) - first) / step));
    return apply(views.slice, [this], { axis, start: first, length, step });
  }

  /** `length` positions of an axis from `start` on, as a view. */
  narrow(this: Tensor, dim: number, start: number, length: number): Tensor {
    this.assertLive('narrow');
    if (this.ndim === 0) throw new ShapeError('narrow: expected at least 1 dim, got a scalar');
    const axis = normalizeDim('narrow', dim, this.ndim);
    assertWhole('narrow', 'start', start);
    assertWhole('narrow', 'length', length);
    const size = this.shape[axis]!;
    const first = start < 0 ? start + size : start;
    if (first < 0 || length < 0 || first + length > size) {
      throw new ShapeError(
        `narrow: expected a range within [0, ${size}), got start ${start} and length ${length}`,
      );
    }
    return apply(views.slice, [this], { axis, start: first, length, step: 1 });
  }

  /** One position of an axis, which disappears; a view. */
  select(this: Tensor, dim: number, index: number): Tensor {
    this.assertLive('select');
    if (this.ndim === 0) throw new ShapeError('select: expected at least 1 dim, got a scalar');
    const axis = normalizeDim('select', dim, this.ndim);
    const size = this.shape[axis]!;
    assertWhole('select', 'index', index);
    if (index < -size || index >= size) {
      throw new ShapeError(`select: expected an index in [${-size}, ${size - 1}], got ${index}`);
    }
    return this.narrow(axis, index, 1).squeeze(axis);
  }

  /** Views of `size` positions each (the last may be smaller), or of the sizes listed. */
  split(this: Tensor, size: number | readonly number[], dim = 0): Tensor[] {
    this.assertLive('split');
    const axis = normalizeDim('split', dim, this.ndim);
    const total = this.shape[axis] ?? 1;
    if (typeof size !== 'object') {
      if (!Number.isSafeInteger(size) || size < 1) {
        throw new ArgumentError(`split: expected a size of at least 1, got ${describe(size)}`);
      }
      const count = Math.max(1, Math.ceil(total / size));
      return Array.from({ length: count }, (_, i) =>
        this.narrow(axis, i * size, Math.min(size, total - i * size)),
      );
    }
    const sizes = shapeArgument('split', size);
    const sum = sizes.reduce((a, b) => a + b, 0);
    if (sum !== total) {
      throw new ShapeError(`split: expected sizes that sum to ${total}, got ${formatShape(sizes)}`);
    }
    let start = 0;
    return sizes.map((length) => {
      const part = this.narrow(axis, start, length);
      start += length;
      return part;
    });
  }

  /** At most `chunks` views of equal size; the last may be smaller. */
  chunk(this: Tensor, chunks: number, dim = 0): Tensor[] {
    this.assertLive('chunk');
    assertWhole('chunk', 'chunks', chunks, 1);
    const axis = normalizeDim('chunk', dim, this.ndim);
    const size = this.shape[axis] ?? 1;
    if (size === 0) return Array.from({ length: chunks }, () => this.narrow(axis, 0, 0));
    return this.split(Math.ceil(size / chunks), axis);
  }

  /** The elements in reverse order along the given axes, copied. */
  flip(this: Tensor, ...dims: readonly number[] | readonly [readonly number[]]): Tensor {
    const given = listArgument('flip', 'dims', dims);
    const axes = given.map((dim) => normalizeDim('flip', dim, this.ndim));
    if (new Set(axes).size !== axes.length) {
      throw new ShapeError(`flip: expected each dim once, got ${formatShape(given)}`);
    }
    return apply(views.flip, [this], { axes: this.ndim === 0 ? [] : axes });
  }

  /**
   * Constant padding: pairs [before, after] for the last axis, then the one before it, and so on; negative sizes crop.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.pad.html
   */
  pad(this: Tensor, padding: readonly number[], value = 0): Tensor {
    this.assertLive('pad');
    assertList('pad', 'padding', padding);
    listArgument('pad', 'padding', padding);
    assertNumber('pad', 'value', value);
    if (padding.length % 2 !== 0 || padding.length > 2 * this.ndim) {
      throw new ShapeError(`pad: expected pairs for at most ${this.ndim} dims, got ${formatShape(padding)}`);
    }
    let result: Tensor = this;
    for (let pair = 0; pair < padding.length / 2; pair++) {
      const axis = this.ndim - 1 - pair;
      const [before, after] = [padding[2 * pair]!, padding[2 * pair + 1]!];
      const size = result.shape[axis]!;
      if (size + before + after < 0) {
        throw new ShapeError(
          `pad: expected a size of at least 0 in dim ${axis}, got ${size} with ${formatShape([before, after])}`,
        );
      }
      result = result.slice(axis, Math.max(0, -before), size - Math.max(0, -after));
      result = result.padAxis(axis, Math.max(0, before), Math.max(0, after), value);
    }
    return result.storage === this.storage ? result.clone() : result;
  }

  private padAxis(this: Tensor, axis: number, before: number, after: number, value: number): Tensor {
    if (before === 0 && after === 0) return this;
    const border = (size: number): Tensor =>
      this.newFull(
        this.shape.map((old, d) => (d === axis ? size : old)),
        value,
      );
    return apply(views.cat, [border(before), this, border(after)], { axis });
  }

  /** Copies laid side by side along each axis; more sizes than axes add axes in front. */
  repeat(this: Tensor, ...sizes: readonly number[] | readonly [readonly number[]]): Tensor {
    this.assertLive('repeat');
    const counts = shapeArgument('repeat', listArgument('repeat', 'sizes', sizes));
    const added = counts.length - this.ndim;
    if (added < 0) {
      throw new ShapeError(`repeat: expected at least ${this.ndim} sizes, got ${formatShape(counts)}`);
    }
    const shape = [...counts.slice(0, added).map(() => 1), ...this.shape];
    const tiled = this.reshape(shape.flatMap((size) => [1, size])).expand(
      shape.flatMap((size, d) => [counts[d]!, size]),
    );
    return tiled.clone().reshape(shape.map((size, d) => size * counts[d]!));
  }

  /** Zeros of size `size` along the axis with this tensor in the window that a slice would read; its adjoint. */
  placeSlice(this: Tensor, window: views.SliceAttributes, size: number): Tensor {
    this.assertLive('placeSlice');
    if (typeof window !== 'object' || window === null) {
      throw new ArgumentError(`placeSlice: expected a window, got ${describe(window)}`);
    }
    const { start, length, step } = window;
    const axis = normalizeDim('placeSlice', window.axis, this.ndim);
    assertWhole('placeSlice', 'start', start, 0);
    assertWhole('placeSlice', 'step', step, 1);
    assertWhole('placeSlice', 'size', size, 0);
    if (this.shape[axis] !== length || (length > 0 && start + (length - 1) * step >= size)) {
      throw new ShapeError(
        `placeSlice: expected a window of ${this.shape[axis]} positions within [0, ${size}), got ${describe(length)} from ${start} by ${step}`,
      );
    }
    return apply(views.placeSlice, [this], { axis, start, length, step, size });
  }

  /**
   * The matrix product by the rules of `torch.matmul`: dot product of vectors, matrix times vector, matrices, and
   * batches of matrices whose leading axes broadcast. Throws {@link ShapeError} where the inner sizes differ.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.matmul.html
   */
  matmul(this: Tensor, other: Tensor): Tensor {
    this.assertLive('matmul');
    assertTensor('matmul', 'other', other);
    const inner = this.shape.at(-1);
    const otherInner = other.ndim === 1 ? other.shape[0] : other.shape.at(-2);
    if (inner === undefined || otherInner === undefined || inner !== otherInner) {
      const problem = this.ndim * other.ndim === 0 ? 'at least 1 dim each' : 'inner dimensions to agree';
      throw new ShapeError(
        `matmul: expected ${problem}, got ${formatShape(this.shape)} and ${formatShape(other.shape)}`,
      );
    }
    if (this.ndim === 1)
      return this.unsqueeze(0)
        .matmul(other)
        .squeeze(-2 + (other.ndim === 1 ? 1 : 0));
    if (other.ndim === 1) return this.matmul(other.unsqueeze(1)).squeeze(-1);
    if (other.ndim === 2) {
      const rows = this.ndim === 2 ? this : this.flatten(0, -2);
      const product = apply(matmul, [rows, other], {});
      return this.ndim === 2 ? product : product.reshape([...this.shape.slice(0, -1), other.shape[1]!]);
    }
    const batch = broadcastShapes('matmul', this.shape.slice(0, -2), other.shape.slice(0, -2));
    const flat = (x: Tensor): Tensor => {
      const matrix = x.shape.slice(-2);
      return x.expand([...batch, ...matrix]).reshape([numel(batch), ...matrix]);
    };
    const product = apply(matmul, [flat(this), flat(other)], {});
    return product.reshape([...batch, this.shape.at(-2)!, other.shape.at(-1)!]);
  }
}

import { assertList, assertWhole, describe, shapeArgument } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { ArgumentError, AutogradError, formatShape, ShapeError } from '../errors.ts';
import * as views from '../ops/views.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Parts of a tensor, as views. */
export class Slicing {
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

  /**
   * Zeros of size `size` along the axis with this tensor in the window that a slice would read; its adjoint.
   *
   * @internal
   */
  sliceBackward(this: Tensor, window: views.SliceAttributes, size: number): Tensor {
    this.assertLive('sliceBackward');
    if (typeof window !== 'object' || window === null) {
      throw new ArgumentError(`sliceBackward: expected a window, got ${describe(window)}`);
    }
    const { start, length, step } = window;
    const axis = normalizeDim('sliceBackward', window.axis, this.ndim);
    assertWhole('sliceBackward', 'start', start, 0);
    assertWhole('sliceBackward', 'step', step, 1);
    assertWhole('sliceBackward', 'size', size, 0);
    if (this.shape[axis] !== length || (length > 0 && start + (length - 1) * step >= size)) {
      throw new ShapeError(
        `sliceBackward: expected a window of ${this.shape[axis]} positions within [0, ${size}), got ${describe(length)} from ${start} by ${step}`,
      );
    }
    return apply(views.sliceBackward, [this], { axis, start, length, step, size });
  }

  /** All positions of an axis, each without it, as views. */
  unbind(this: Tensor, dim = 0): Tensor[] {
    this.assertLive('unbind');
    if (this.ndim === 0) throw new ShapeError('unbind: expected at least 1 dim, got a scalar');
    const axis = normalizeDim('unbind', dim, this.ndim);
    return Array.from({ length: this.shape[axis]! }, (_, i) => this.select(axis, i));
  }

  /**
   * Windows of `size` positions of an axis, `step` apart, as a view: the axis counts the windows, a new last axis their positions.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.unfold.html
   */
  unfold(this: Tensor, dim: number, size: number, step: number): Tensor {
    this.assertLive('unfold');
    const axis = normalizeDim('unfold', dim, this.ndim);
    assertWhole('unfold', 'step', step, 1);
    const length = this.shape[axis] ?? 1;
    if (!Number.isSafeInteger(size) || size < 0 || size > length) {
      throw new ShapeError(`unfold: expected a size in [0, ${length}], got ${describe(size)}`);
    }
    return apply(views.unfold, [this], { axis, size, step });
  }

  /**
   * The diagonal of two axes (default the first two), as a view whose last axis runs along it. Above the main one for an offset above 0.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.diagonal.html
   */
  diagonal(this: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor {
    this.assertLive('diagonal');
    assertWhole('diagonal', 'offset', offset);
    const [first, second] = [dim1, dim2].map((dim) => normalizeDim('diagonal', dim, this.ndim)) as [
      number,
      number,
    ];
    if (this.ndim < 2 || first === second) {
      throw new ShapeError(
        `diagonal: expected two dims, got ${dim1} and ${dim2} of shape ${formatShape(this.shape)}`,
      );
    }
    return apply(views.diagonal, [this], { offset, first, second });
  }

  /**
   * The elements of this tensor's memory under any sizes and strides, from an offset on (default: this tensor's), as a view. Several
   * places of it may be one element: clone it before writing to it.
   *
   * @throws {ShapeError} for places outside of the memory.
   * @throws {AutogradError} for a tensor with gaps that requires grad: which of its elements a place is, is not known then.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.as_strided.html
   */
  asStrided(
    this: Tensor,
    size: readonly number[],
    stride: readonly number[],
    storageOffset: number = this.offset,
  ): Tensor {
    this.assertLive('asStrided');
    const shape = shapeArgument('asStrided', size);
    assertList('asStrided', 'stride', stride);
    for (const step of stride) assertWhole('asStrided', 'stride', step, 0);
    assertWhole('asStrided', 'storageOffset', storageOffset, 0);
    const available = this.storage.byteLength / this.itemSize;
    const isEmpty = shape.includes(0);
    const last = shape.reduce((at, length, d) => at + (length - 1) * (stride[d] ?? 0), storageOffset);
    if (stride.length !== shape.length || (!isEmpty && last >= available)) {
      throw new ShapeError(
        `asStrided: expected sizes and strides within ${available} elements, got ${formatShape(shape)} and ${formatShape(stride)} from ${storageOffset}`,
      );
    }
    const whole = this.isContiguous() && this.offset === 0 && this.numel === available;
    if (this.requiresGrad && !whole) {
      throw new AutogradError(
        'asStrided: expected a tensor that covers its memory, got a view that requires grad; clone() it first',
      );
    }
    const offset = isEmpty ? Math.min(storageOffset, available) : storageOffset;
    return apply(views.asStrided, [this], { shape, strides: [...stride], offset });
  }
}

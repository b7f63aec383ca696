import type { View } from '../backend/backend.ts';
import type { DType } from '../dtype.ts';
import { DTypeError, formatShape, ShapeError } from '../errors.ts';
import { contiguousStrides, numel, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkInt32 } from './int32.ts';
import {
  allocate,
  assertFits,
  contiguous,
  converted,
  copyInto,
  discard,
  hostArray,
  launch,
  upload,
} from './launch.ts';
import type { Op } from './op.ts';
import { axisLayout } from './reduce.ts';

interface AlongAxis {
  readonly axis: number;
}

/** An index as contiguous int32; floats and bools are refused. */
function integerIndex(op: string, index: View): View {
  if (index.dtype !== 'int32' && index.dtype !== 'uint8') {
    throw new DTypeError(`${op}: expected an int32 or uint8 index, got ${index.dtype}`);
  }
  return contiguous(converted(index, 'int32'));
}

const withAxis = (shape: Shape, axis: number, size: number): number[] =>
  shape.map((old, d) => (d === axis ? size : old));

/** @throws {ShapeError} for positions along an axis that has none. */
function assertPositions(op: string, shape: Shape, axis: number, count: number): void {
  if (shape[axis] !== 0 || count === 0) return;
  throw new ShapeError(
    `${op}: expected an index without elements for dim ${axis} of shape ${formatShape(shape)}, got ${count}`,
  );
}

/** Rows (slices along an axis) picked by a 1-d index; out has the index's length there. */
const pickRows = (name: string): Op<AlongAxis> => ({
  name,
  forward: (inputs, { axis }) => {
    const [input, index] = inputs as [View, View];
    if (index.shape.length > 1) {
      throw new ShapeError(`${name}: expected a 1-d index, got shape ${formatShape(index.shape)}`);
    }
    const count = numel(index.shape);
    if (input.shape.length === 0 && count !== 1) {
      throw new ShapeError(`${name}: expected an index of one element for a scalar, got ${count}`);
    }
    assertPositions(name, input.shape, axis, count);
    const x = contiguous(input);
    const i = integerIndex(name, index);
    const out = allocate(x.storage.backend, x.dtype, withAxis(x.shape, axis, count));
    launch('indexSelect', [out], [x, i], { name, ...axisLayout(x.shape, axis), count });
    discard(x, input);
    discard(i, index);
    return out;
  },
  saves: () => [1],
  gradient: (grad, { tensor, shape, attributes: { axis } }) => [
    grad.indexSelectBackward(axis, tensor(1), shape(0)[axis] ?? 1),
    undefined,
  ],
});
export const indexSelect = pickRows('indexSelect');
export const embedding = pickRows('embedding');

/** The dtype in which elements are added up: trues are counted. */
const addedAs = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

/**
 * What `add` does to a copy of `self`, with `source` added to it. Bools are counted and become bools again, and int32 is checked: `add`
 * may be called twice, in another dtype.
 */
function accumulate(op: string, self: View, source: View, add: (target: View, source: View) => void): View {
  const { backend } = self.storage;
  if (numel(source.shape) === 0) return copyInto(allocate(backend, self.dtype, self.shape), self);
  const dtype = addedAs(self.dtype);
  const out = copyInto(allocate(backend, dtype, self.shape), self);
  const values = contiguous(converted(source, dtype));
  if (self.dtype === 'int32') {
    checkInt32(op, backend, self.shape, [self, values], (wide, [before, added]) => {
      add(copyInto(wide, before!), added as View);
    });
  }
  add(out, values);
  discard(values, source);
  if (dtype === self.dtype) return out;
  const result = converted(out, self.dtype);
  out.storage.release();
  return result;
}

/** Zeros of the given size along an axis, with rows of the source added at a 1-d index. Inputs: source, index. */
export const indexSelectBackward: Op<AlongAxis & { readonly size: number }> = {
  name: 'indexSelectBackward',
  forward: (inputs, { axis, size }) => {
    const [source, index] = inputs as [View, View];
    const rows = source.shape[axis] ?? 1;
    if (index.shape.length > 1 || numel(index.shape) !== rows) {
      throw new ShapeError(
        `indexSelectBackward: expected a 1-d index of ${rows} positions, got shape ${formatShape(index.shape)}`,
      );
    }
    const i = integerIndex('indexSelectBackward', index);
    const shape = withAxis(source.shape, axis, size);
    assertPositions('indexSelectBackward', shape, axis, rows);
    const zeros = copyInto(allocate(source.storage.backend, source.dtype, shape), 0);
    const out = accumulate('indexSelectBackward', zeros, source, (target, rows) => {
      launch('indexAdd', [target], [rows, i], {
        name: 'indexSelectBackward',
        ...axisLayout(shape, axis),
        count: numel(index.shape),
      });
    });
    zeros.storage.release();
    discard(i, index);
    return out;
  },
  saves: () => [1],
  gradient: (grad, { tensor, attributes: { axis } }) => [grad.indexSelect(axis, tensor(1)), undefined],
};

/** A scalar as one element along one axis, which `gather` and `scatterAdd` take it for. */
const lifted = (view: View): View => (view.shape.length > 0 ? view : { ...view, shape: [1], strides: [1] });

/** The part of a view that an index of another shape reaches: all of `axis`, as much as the index of the rest. */
function cover(op: string, view: View, index: Shape, axis: number): View {
  const fits =
    index.length === view.shape.length && index.every((size, d) => d === axis || size <= view.shape[d]!);
  if (!fits) {
    throw new ShapeError(
      `${op}: expected an index no larger than ${formatShape(view.shape)} except in dim ${axis}, got ${formatShape(index)}`,
    );
  }
  return { ...view, shape: index.map((size, d) => (d === axis ? view.shape[d]! : size)) };
}

/**
 * outᵢⱼₖ = inputᵢ,index(ijk),ₖ for axis 1; the index has the input's rank. A scalar counts as one element, and an index without
 * elements may have any shape.
 */
export const gather: Op<AlongAxis> = {
  name: 'gather',
  forward: (inputs, { axis }) => {
    const [input, index] = inputs as [View, View];
    const out = allocate(input.storage.backend, input.dtype, index.shape);
    const i = integerIndex('gather', lifted(index));
    if (numel(index.shape) > 0) {
      assertPositions('gather', lifted(input).shape, axis, i.shape[axis]!);
      const covered = cover('gather', lifted(input), i.shape, axis);
      const x = contiguous(covered);
      launch('gather', [out], [x, i], {
        name: 'gather',
        ...axisLayout(x.shape, axis),
        count: i.shape[axis]!,
      });
      discard(x, input);
    }
    discard(i, index);
    return out;
  },
  saves: () => [1],
  gradient: (grad, { tensor, shape, attributes: { axis } }) => [
    grad.newZeros(shape(0)).scatterAdd(axis, tensor(1), grad),
    undefined,
  ],
};

/** target(i, index(ijk), k) += source(ijk) for axis 1, in place. */
function addAt(target: View, source: View, index: View, axis: number): void {
  const covered = cover('scatterAdd', target, index.shape, axis);
  const work = contiguous(covered);
  launch('scatterAdd', [work], [source, index], {
    name: 'scatterAdd',
    ...axisLayout(work.shape, axis),
    count: index.shape[axis]!,
  });
  if (work !== covered) copyInto(covered, work);
  discard(work, target);
}

/**
 * A copy of self with out(i, index(ijk), k) += source(ijk) for axis 1. A scalar counts as one element, and an index without elements
 * may have any shape. Trues are added as in `logicalOr`. Inputs: self, index, source.
 */
export const scatterAdd: Op<AlongAxis> = {
  name: 'scatterAdd',
  forward: (inputs, { axis }) => {
    const [self, index, source] = inputs as [View, View, View];
    if (source.dtype !== self.dtype) {
      throw new DTypeError(`scatterAdd: expected a source of ${self.dtype}, got ${source.dtype}`);
    }
    const i = integerIndex('scatterAdd', lifted(index));
    const isEmpty = numel(index.shape) === 0;
    const given = lifted(source);
    if (!isEmpty) {
      const fits = i.shape.every((size, d) => size <= (given.shape[d] ?? -1));
      if (!fits || given.shape.length !== i.shape.length) {
        throw new ShapeError(
          `scatterAdd: expected an index no larger than the source ${formatShape(source.shape)}, got ${formatShape(index.shape)}`,
        );
      }
      cover('scatterAdd', lifted(self), i.shape, axis);
      if (numel(self.shape) === 0) {
        throw new ShapeError(
          `scatterAdd: expected elements to add to, got shape ${formatShape(self.shape)} for an index of shape ${formatShape(index.shape)}`,
        );
      }
    }
    const out = isEmpty
      ? copyInto(allocate(self.storage.backend, self.dtype, self.shape), self)
      : accumulate('scatterAdd', self, { ...given, shape: i.shape }, (target, values) => {
          addAt(lifted(target), values, i, axis);
        });
    discard(i, index);
    return out;
  },
  saves: () => [1],
  gradient: (grad, { needs, tensor, shape, attributes: { axis } }) => {
    const sourceGradient = (): Tensor => {
      const index = tensor(1);
      if (index.numel === 0) return grad.newZeros(shape(2));
      const picked = grad.gather(axis, index);
      const beyond = [...shape(2)].map((size, d) => size - index.shape[d]!).reverse();
      return beyond.some((size) => size > 0) ? picked.pad(beyond.flatMap((size) => [0, size])) : picked;
    };
    return [needs[0] ? grad : undefined, undefined, needs[2] ? sourceGradient() : undefined];
  },
};

/** The lower (upper) triangle of the last two axes; elements beyond the diagonal are 0. */
const triangle = (name: 'tril' | 'triu'): Op<{ readonly diagonal: number }> => ({
  name,
  forward: ([input], { diagonal }) => {
    const view = input as View;
    if (view.shape.length < 2) {
      throw new ShapeError(`${name}: expected at least 2 dims, got shape ${formatShape(view.shape)}`);
    }
    const [rows, columns] = view.shape.slice(-2) as [number, number];
    const out = allocate(view.storage.backend, view.dtype, view.shape);
    const kept = hostArray(name, 'uint8', rows * columns);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        kept[r * columns + c] = (name === 'tril' ? c - r <= diagonal : c - r >= diagonal) ? 1 : 0;
      }
    }
    const mask = upload(view.storage.backend, 'bool', [rows, columns], kept);
    const strides = [...view.shape.slice(2).map(() => 0), ...contiguousStrides([rows, columns])];
    launch('where', [out], [{ ...mask, shape: view.shape, strides }, view, 0], {});
    mask.storage.release();
    return out;
  },
  gradient: (grad, { attributes: { diagonal } }) => [grad[name](diagonal)],
});
export const tril = triangle('tril');
export const triu = triangle('triu');

/** A new last axis with 1 at the class index and 0 elsewhere, as int32. */
export const oneHot: Op<{ readonly numClasses: number }> = {
  name: 'oneHot',
  forward: ([input], { numClasses }) => {
    const index = input as View;
    const shape = [...index.shape, numClasses];
    const { backend } = index.storage;
    assertFits(backend, 'int32', shape);
    if (numel(shape) === 0) return allocate(backend, 'int32', shape);
    const classes = upload(
      index.storage.backend,
      'int32',
      [numClasses],
      Int32Array.from({ length: numClasses }, (_, i) => i),
    );
    const i = converted(index, 'int32');
    const equal = allocate(index.storage.backend, 'bool', shape);
    const column = { ...i, shape, strides: [...i.strides, 0] };
    launch('binary', [equal], [column, { ...classes, shape, strides: [...index.shape.map(() => 0), 1] }], {
      op: 'eq',
    });
    const out = converted(equal, 'int32');
    classes.storage.release();
    equal.storage.release();
    discard(i, index);
    return out;
  },
};

import type { View } from '../backend/backend.ts';
import { DTypeError, formatShape, ShapeError } from '../errors.ts';
import { contiguousStrides, numel, type Shape } from '../shape.ts';
import { allocate, contiguous, converted, copyInto, discard, launch, upload } from './launch.ts';
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

/** Rows (slices along an axis) picked by a 1-d index; out has the index's length there. */
const pickRows = (name: string): Op<AlongAxis> => ({
  name,
  forward: (inputs, { axis }) => {
    const [input, index] = inputs as [View, View];
    if (index.shape.length > 1) {
      throw new ShapeError(`${name}: expected a 1-d index, got shape ${formatShape(index.shape)}`);
    }
    const count = numel(index.shape);
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
    grad.placeIndex(axis, tensor(1), shape(0)[axis] ?? 1),
    undefined,
  ],
});
export const indexSelect = pickRows('indexSelect');
export const embedding = pickRows('embedding');

/** Zeros of the given size along an axis, with rows of the source added at a 1-d index. Inputs: source, index. */
export const placeIndex: Op<AlongAxis & { readonly size: number }> = {
  name: 'placeIndex',
  forward: (inputs, { axis, size }) => {
    const [source, index] = inputs as [View, View];
    const s = contiguous(source);
    const i = integerIndex('placeIndex', index);
    const shape = withAxis(s.shape, axis, size);
    const out = copyInto(allocate(s.storage.backend, s.dtype, shape), 0);
    launch('indexAdd', [out], [s, i], {
      name: 'placeIndex',
      ...axisLayout(shape, axis),
      count: numel(index.shape),
    });
    discard(s, source);
    discard(i, index);
    return out;
  },
  saves: () => [1],
  gradient: (grad, { tensor, attributes: { axis } }) => [grad.indexSelect(axis, tensor(1)), undefined],
};

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

/** outᵢⱼₖ = inputᵢ,index(ijk),ₖ for axis 1; the index has the input's rank. */
export const gather: Op<AlongAxis> = {
  name: 'gather',
  forward: (inputs, { axis }) => {
    const [input, index] = inputs as [View, View];
    const covered = cover('gather', input, index.shape, axis);
    const x = contiguous(covered);
    const i = integerIndex('gather', index);
    const out = allocate(x.storage.backend, x.dtype, index.shape);
    launch('gather', [out], [x, i], {
      name: 'gather',
      ...axisLayout(x.shape, axis),
      count: index.shape[axis] ?? 1,
    });
    discard(x, input);
    discard(i, index);
    return out;
  },
  saves: () => [1],
  gradient: (grad, { tensor, shape, attributes: { axis } }) => [
    grad.newZeros(shape(0)).scatterAdd(axis, tensor(1), grad),
    undefined,
  ],
};

/** A copy of self with out(i, index(ijk), k) += source(ijk) for axis 1. Inputs: self, index, source. */
export const scatterAdd: Op<AlongAxis> = {
  name: 'scatterAdd',
  forward: (inputs, { axis }) => {
    const [self, index, source] = inputs as [View, View, View];
    if (source.dtype !== self.dtype) {
      throw new DTypeError(`scatterAdd: expected a source of ${self.dtype}, got ${source.dtype}`);
    }
    const out = copyInto(allocate(self.storage.backend, self.dtype, self.shape), self);
    const target = cover('scatterAdd', out, index.shape, axis);
    const fits = index.shape.every((size, d) => size <= (source.shape[d] ?? -1));
    if (!fits || source.shape.length !== index.shape.length) {
      throw new ShapeError(
        `scatterAdd: expected an index no larger than the source ${formatShape(source.shape)}, got ${formatShape(index.shape)}`,
      );
    }
    const values = contiguous({ ...source, shape: index.shape });
    const i = integerIndex('scatterAdd', index);
    const work = contiguous(target);
    launch('scatterAdd', [work], [values, i], {
      name: 'scatterAdd',
      ...axisLayout(work.shape, axis),
      count: index.shape[axis] ?? 1,
    });
    if (work !== target) copyInto(target, work);
    discard(values, source);
    discard(i, index);
    discard(work, out);
    return out;
  },
  saves: () => [1],
  gradient: (grad, { needs, tensor, attributes: { axis } }) => [
    needs[0] ? grad : undefined,
    undefined,
    needs[2] ? grad.gather(axis, tensor(1)) : undefined,
  ],
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
    const kept = new Uint8Array(rows * columns);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        kept[r * columns + c] = (name === 'tril' ? c - r <= diagonal : c - r >= diagonal) ? 1 : 0;
      }
    }
    const mask = upload(view.storage.backend, 'bool', [rows, columns], kept);
    const out = allocate(view.storage.backend, view.dtype, view.shape);
    const strides = [...view.shape.slice(2).map(() => 0), ...contiguousStrides([rows, columns])];
    launch('where', [out], [{ ...mask, shape: view.shape, strides }, view, 0], {});
    mask.storage.release();
    return out;
  },
  gradient: (grad, { attributes: { diagonal } }) => [grad[name](diagonal)],
});
export const tril = triangle('tril');
export const triu = triangle('triu');

/** A new last axis with 1 at the class number and 0 elsewhere, as int32. */
export const oneHot: Op<{ readonly numClasses: number }> = {
  name: 'oneHot',
  forward: ([input], { numClasses }) => {
    const index = input as View;
    const classes = upload(
      index.storage.backend,
      'int32',
      [numClasses],
      Int32Array.from({ length: numClasses }, (_, i) => i),
    );
    const shape = [...index.shape, numClasses];
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

import { assertChoice, assertList, assertTensor } from './arguments.ts';
import { apply } from './autograd/apply.ts';
import { ArgumentError, formatShape, ShapeError } from './errors.ts';
import { embedding as embeddingOp } from './ops/indexing.ts';
import { none } from './ops/op.ts';
import { cat as catOp } from './ops/views.ts';
import { where as whereOp } from './ops/where.ts';
import { checkOptions } from './options.ts';
import { normalizeDim, sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';

function assertTensors(op: string, tensors: readonly Tensor[]): void {
  assertList(op, 'tensors', tensors);
  for (let i = 0; i < tensors.length; i++) assertTensor(op, `tensors[${i}]`, tensors[i]);
}

/** Tensors joined along an existing axis (default 0), in their common dtype; other sizes must agree. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  assertTensors('cat', tensors);
  const [first] = tensors;
  if (first === undefined) throw new ArgumentError('cat: expected at least one tensor, got none');
  if (tensors.some((tensor) => tensor.ndim === 0)) {
    throw new ShapeError('cat: expected at least 1 dim, got a scalar');
  }
  const ndim = tensors.reduce((most, tensor) => Math.max(most, tensor.ndim), 1);
  return apply(catOp, tensors, { axis: normalizeDim('cat', dim, ndim) });
}

/** Tensors of one shape joined along a new axis (default 0). */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  assertTensors('stack', tensors);
  const [first] = tensors;
  if (first === undefined) throw new ArgumentError('stack: expected at least one tensor, got none');
  const other = tensors.find((tensor) => !sameShape(tensor.shape, first.shape));
  if (other !== undefined) {
    throw new ShapeError(
      `stack: expected equal shapes, got ${formatShape(first.shape)} and ${formatShape(other.shape)}`,
    );
  }
  const axis = normalizeDim('stack', dim, first.ndim + 1);
  return cat(
    tensors.map((tensor) => tensor.unsqueeze(axis)),
    axis,
  );
}

/** a where the bool condition holds, else b; all three broadcast. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  assertTensor('where', 'condition', condition);
  return apply(whereOp, [condition, a, b], none);
}

/**
 * Rows of a [count, size] table for a tensor of int32 indices of any shape: [...index.shape, size].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.embedding.html
 */
export function embedding(weight: Tensor, index: Tensor): Tensor {
  assertTensor('embedding', 'weight', weight);
  assertTensor('embedding', 'index', index);
  if (weight.ndim !== 2) {
    throw new ShapeError(`embedding: expected a table [count, size], got ${formatShape(weight.shape)}`);
  }
  const rows = apply(embeddingOp, [weight, index.flatten()], { axis: 0 });
  return rows.reshape([...index.shape, weight.shape[1]!]);
}

export interface MeshgridOptions {
  /** Whether the first vector runs along rows (`'ij'`) or along columns (`'xy'`). Default `'ij'`. */
  readonly indexing?: 'ij' | 'xy';
}

/**
 * The coordinates of a grid: for each vector, a tensor of the grid's shape that varies along its axis.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.meshgrid.html
 */
export function meshgrid(tensors: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  const { indexing = 'ij' } = checkOptions('meshgrid', options, { indexing: true });
  assertTensors('meshgrid', tensors);
  assertChoice('meshgrid', 'indexing', indexing, ['ij', 'xy']);
  const long = tensors.find((tensor) => tensor.ndim > 1);
  if (long !== undefined) {
    throw new ShapeError(`meshgrid: expected vectors, got shape ${formatShape(long.shape)}`);
  }
  const shape = tensors.map((tensor) => tensor.numel);
  const grids = tensors.map((tensor, i) =>
    tensor.reshape(shape.map((size, d) => (d === i ? size : 1))).expand(shape),
  );
  return indexing === 'ij' || tensors.length < 2 ? grids : grids.map((grid) => grid.transpose(0, 1));
}

import type { View } from '../backend/backend.ts';
import { DTypeError, formatShape, ShapeError } from '../errors.ts';
import { allocate, contiguous, copyInto, discard, launch } from './launch.ts';
import type { None, Op } from './op.ts';

/** A [batch, rows, columns] view as stored: rows contiguous, or columns contiguous and then read transposed. */
function stored(view: View): { matrix: View; transposed: boolean } {
  const [, rows, columns] = view.shape as [number, number, number];
  const [batchStride, rowStride, columnStride] = view.strides as [number, number, number];
  if ((columnStride === 1 || columns === 1) && (rowStride >= columns || rows === 1)) {
    return { matrix: view, transposed: false };
  }
  if ((rowStride === 1 || rows === 1) && (columnStride >= rows || columns === 1)) {
    const matrix = {
      ...view,
      shape: [view.shape[0]!, columns, rows],
      strides: [batchStride, columnStride, rowStride],
    };
    return { matrix, transposed: true };
  }
  return { matrix: contiguous(view), transposed: false };
}

const batched = (view: View): View =>
  view.shape.length === 3 ? view : { ...view, shape: [1, ...view.shape], strides: [0, ...view.strides] };

/**
 * The product of matrices [m, k] · [k, n], or of equally many matrices [b, m, k] · [b, k, n]. Other ranks
 * are brought to these forms by `Tensor.matmul`. ∂/∂a = g·bᵀ, ∂/∂b = aᵀ·g.
 */
export const matmul: Op<None> = {
  name: 'matmul',
  forward: (inputs) => {
    const [a, b] = inputs as [View, View];
    const { dtype } = a;
    if (dtype !== b.dtype || dtype === 'bool') {
      throw new DTypeError(`matmul: expected operands of one numeric dtype, got ${dtype} and ${b.dtype}`);
    }
    const left = stored(batched(a));
    const right = stored(batched(b));
    const [m, k] = a.shape.slice(-2) as [number, number];
    const [inner, n] = b.shape.slice(-2) as [number, number];
    if (inner !== k) {
      throw new ShapeError(
        `matmul: expected inner dimensions to agree, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      );
    }
    const batch = a.shape.length === 3 ? a.shape[0]! : 1;
    const out = allocate(a.storage.backend, dtype, [...a.shape.slice(0, -1), n]);
    if (k === 0) {
      copyInto(out, 0);
    } else {
      launch('matmul', [out], [left.matrix, right.matrix], {
        batch,
        m,
        n,
        k,
        transposeA: left.transposed,
        transposeB: right.transposed,
      });
    }
    discard(left.matrix, a);
    discard(right.matrix, b);
    return out;
  },
  saves: (_attributes, [a, b]) => [...(a ? [1] : []), ...(b ? [0] : [])],
  gradient: (grad, { needs, tensor }) => [
    needs[0] ? grad.matmul(tensor(1).transpose(-2, -1)) : undefined,
    needs[1] ? tensor(0).transpose(-2, -1).matmul(grad) : undefined,
  ],
};

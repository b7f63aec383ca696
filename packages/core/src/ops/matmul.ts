import type { View } from '../backend/backend.ts';
import { DTypeError, formatShape, ShapeError } from '../errors.ts';
import { sameShape } from '../shape.ts';
import { checkInt32 } from './int32.ts';
import { allocate, broadcast, contiguous, copyInto, discard, launch } from './launch.ts';
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

/** out [m, n] or [batch, m, n] ← a · b, plus a bias [n] in each row. */
export function multiply(op: string, out: View, a: View, b: View, bias?: View): void {
  const { backend } = out.storage;
  if (out.dtype === 'int32') {
    checkInt32(op, backend, out.shape, bias === undefined ? [a, b] : [a, b, bias], (wide, operands) => {
      multiply(op, wide, ...(operands as [View, View, View?]));
    });
  }
  const [m, k] = a.shape.slice(-2) as [number, number];
  const left = stored(batched(a));
  const right = stored(batched(b));
  const row = bias && contiguous(bias);
  const together = row !== undefined && k > 0 && backend.supports('linear');
  if (k === 0) {
    copyInto(out, 0);
  } else {
    launch('matmul', [out], [left.matrix, right.matrix, ...(together ? [row] : [])], {
      batch: a.shape.length === 3 ? a.shape[0]! : 1,
      m,
      n: b.shape.at(-1)!,
      k,
      transposeA: left.transposed,
      transposeB: right.transposed,
    });
  }
  if (row !== undefined && !together)
    launch('binary', [out], [out, broadcast(row, out.shape)], { op: 'add' });
  discard(left.matrix, a);
  discard(right.matrix, b);
  if (row !== undefined) discard(row, bias!);
}

function assertOneDType(op: string, views: readonly View[]): void {
  const [first] = views as [View];
  if (first.dtype !== 'bool' && views.every(({ dtype }) => dtype === first.dtype)) return;
  const dtypes = views.map(({ dtype }) => dtype);
  const got = `${dtypes.slice(0, -1).join(', ')} and ${dtypes.at(-1)}`;
  throw new DTypeError(`${op}: expected operands of one numeric dtype, got ${got}`);
}

/**
 * The product of matrices [m, k] · [k, n], or of equally many matrices [b, m, k] · [b, k, n]. Other ranks
 * are brought to these forms by `Tensor.matmul`. ∂/∂a = g·bᵀ, ∂/∂b = aᵀ·g.
 */
export const matmul: Op<None> = {
  name: 'matmul',
  forward: (inputs) => {
    const [a, b] = inputs as [View, View];
    assertOneDType('matmul', [a, b]);
    if (b.shape.at(-2) !== a.shape.at(-1)) {
      throw new ShapeError(
        `matmul: expected inner dimensions to agree, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      );
    }
    const out = allocate(a.storage.backend, a.dtype, [...a.shape.slice(0, -1), b.shape.at(-1)!]);
    multiply('matmul', out, a, b);
    return out;
  },
  saves: (_attributes, [a, b]) => [...(a ? [1] : []), ...(b ? [0] : [])],
  gradient: (grad, { needs, tensor }) => [
    needs[0] ? grad.matmul(tensor(1).transpose(-2, -1)) : undefined,
    needs[1] ? tensor(0).transpose(-2, -1).matmul(grad) : undefined,
  ],
};

/**
 * x·Wᵀ + b for matrices x [m, k] and W [n, k] and, if given, a bias b [n]. Inputs: x, W, b. ∂/∂x = g·W, ∂/∂W = gᵀ·x,
 * ∂/∂b = Σ g over the rows.
 */
export const linear: Op<None> = {
  name: 'linear',
  forward: (inputs) => {
    const [x, weight, bias] = inputs as [View, View, View?];
    assertOneDType('linear', inputs as View[]);
    const [rows, features] = x.shape as [number, number];
    const [n] = weight.shape as [number];
    if (weight.shape[1] !== features || (bias !== undefined && !sameShape(bias.shape, [n]))) {
      const shapes = (inputs as View[]).map(({ shape }) => formatShape(shape)).join(', ');
      throw new ShapeError(`linear: expected shapes [m, k], [n, k] and [n], got ${shapes}`);
    }
    const out = allocate(x.storage.backend, x.dtype, [rows, n]);
    const transposed = { ...weight, shape: [features, n], strides: [weight.strides[1]!, weight.strides[0]!] };
    multiply('linear', out, x, transposed, bias);
    return out;
  },
  saves: (_attributes, [x, weight]) => [...(x ? [1] : []), ...(weight ? [0] : [])],
  gradient: (grad, { needs, tensor }) => [
    needs[0] ? grad.matmul(tensor(1)) : undefined,
    needs[1] ? grad.transpose(0, 1).matmul(tensor(0)) : undefined,
    needs[2] ? grad.sum(0) : undefined,
  ],
};

import type { View } from '../backend/backend.ts';
import type { ClassLayout } from '../backend/kernels.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { Op } from './op.ts';

export interface CrossEntropyAttributes {
  readonly ignoreIndex: number;
  readonly reduction: 'mean' | 'sum' | 'none';
}

const layoutOf = ([rows, classes]: readonly number[], ignoreIndex: number): ClassLayout => ({
  rows: rows!,
  classes: classes!,
  ignoreIndex,
});

/** (softmax(x) − onehot(target)) · g, 0 where ignored, by operations. */
function composedSlope(g: Tensor, x: Tensor, target: Tensor, ignoreIndex: number): Tensor {
  const counted = target.ne(ignoreIndex).unsqueeze(1);
  const index = target.unsqueeze(1).where(counted, 0).int();
  const ones = x.newFull(index.shape, 1);
  const onehot = x.newZeros(x.shape).scatterAdd(1, index, ones);
  return x.softmax(1).sub(onehot).mul(g.unsqueeze(1).where(counted, 0));
}

/** The same in one kernel, from the logarithm of the softmax. */
function fusedSlope(g: Tensor, logs: Tensor, target: View, ignoreIndex: number): Tensor {
  const classes = contiguous(target);
  // One number for all rows is read as it is: its step is 0.
  const losses = g.strides[0] === 0 ? g.strided : contiguous(g.strided);
  const out = allocate(g.storage.backend, logs.dtype, logs.shape);
  launch('crossEntropyBackward', [out], [logs.strided, classes, losses], layoutOf(logs.shape, ignoreIndex));
  discard(classes, target);
  discard(losses, g.strided);
  return g.wrap(out, undefined);
}

/**
 * −ln softmax(x) at the target for scores x [rows, classes] and class indices [rows], reduced; the mean is over rows that are not
 * ignored. Inputs: x, target. For engines that have the kernel.
 */
export const crossEntropy: Op<CrossEntropyAttributes> = {
  name: 'crossEntropy',
  forward: (inputs, { ignoreIndex, reduction }, _out, kept) => {
    const [input, target] = inputs as [View, View];
    const { backend } = input.storage;
    const [x, classes] = [contiguous(input), contiguous(target)];
    const layout = layoutOf(x.shape, ignoreIndex);
    const losses = allocate(backend, x.dtype, [layout.rows]);
    const logs = allocate(backend, x.dtype, x.shape);
    const counted = allocate(backend, x.dtype, []);
    launch('crossEntropy', [losses, logs, counted], [x, classes], layout);
    discard(x, input);
    discard(classes, target);
    kept?.push(logs, counted);
    if (reduction === 'none') return losses;
    const total = allocate(backend, x.dtype, []);
    launch('reduce', [total], [losses], { op: 'sum', outer: 1, length: layout.rows, inner: 1 });
    losses.storage.release();
    if (reduction === 'mean') launch('binary', [total], [total, counted], { op: 'div' });
    return total;
  },
  saves: () => [0, 1],
  gradient: (grad, { tensor, kept, differentiable, attributes: { ignoreIndex, reduction } }) => {
    const [x, target] = [tensor(0), tensor(1)];
    const share = reduction === 'mean' ? grad.div(kept(1)) : grad;
    const g = share.expand([x.shape[0]!]);
    return differentiable || !grad.storage.backend.supports('crossEntropyBackward')
      ? [composedSlope(g, x, target, ignoreIndex)]
      : [fusedSlope(g, kept(0), target.strided, ignoreIndex)];
  },
};

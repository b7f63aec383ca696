import type { Operand, View } from '../backend/backend.ts';
import type { ClassLayout } from '../backend/kernels.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { Op } from './op.ts';

/* For engines that have the kernels; the losses of @kindling/train are compositions on the others. */

/** Losses of elements become their mean, their sum, or stay as they are. */
export type LossReduction = 'mean' | 'sum' | 'none';

export interface PairLossAttributes {
  /** What the sum over all elements is divided by. */
  readonly divisor: number;
}

interface PairLossRule {
  /** ∂ℓ/∂x · g of each element. */
  readonly slope: (x: Tensor, y: Tensor, g: Tensor) => Tensor;
  /** ∂ℓ/∂y · g of each element. */
  readonly targetSlope: (x: Tensor, y: Tensor, g: Tensor) => Tensor;
}

/** The sum over pairs of elements of x and y, which have one shape, divided by a number: a scalar. */
function pairLoss(kind: 'mse' | 'bce', { slope, targetSlope }: PairLossRule): Op<PairLossAttributes> {
  const run = (
    out: View,
    inputs: readonly Operand[],
    backward: boolean,
    attributes: PairLossAttributes,
  ): View => {
    const views = inputs as readonly View[];
    const operands = views.map(contiguous);
    launch(backward ? `${kind}Backward` : kind, [out], operands, attributes);
    operands.forEach((view, i) => {
      discard(view, views[i]!);
    });
    return out;
  };
  return {
    name: kind,
    forward: (inputs, attributes) => {
      const [x] = inputs as [View];
      return run(allocate(x.storage.backend, x.dtype, []), inputs, false, attributes);
    },
    saves: () => [0, 1],
    gradient: (grad, { needs, tensor, differentiable, attributes }) => {
      const [x, y] = [tensor(0), tensor(1)];
      const { backend } = grad.storage;
      const fused = !differentiable && backend.supports(`${kind}Backward`);
      const share = (): Tensor => grad.div(attributes.divisor);
      const ofInput = (): Tensor => {
        if (!fused) return slope(x, y, share());
        const out = allocate(backend, x.dtype, x.shape);
        return grad.wrap(run(out, [x.strided, y.strided, grad.strided], true, attributes), undefined);
      };
      return [needs[0] ? ofInput() : undefined, needs[1] ? targetSlope(x, y, share()) : undefined];
    },
  };
}

/** (x − y)². */
export const mse = pairLoss('mse', {
  slope: (x, y, g) => g.mul(x.sub(y).mul(2)),
  targetSlope: (x, y, g) => g.mul(y.sub(x).mul(2)),
});

/** −(y ln x + (1 − y) ln(1 − x)) with logarithms of −100 or more; the slope is (x − y) / max(x(1 − x), 10⁻¹²). */
export const bce = pairLoss('bce', {
  slope: (x, y, g) => g.mul(x.sub(y)).div(x.neg().add(1).mul(x).clamp(1e-12)),
  targetSlope: (x, _, g) => g.mul(x.neg().log1p().sub(x.log())),
});

export interface CrossEntropyAttributes {
  readonly ignoreIndex: number;
  readonly reduction: LossReduction;
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
 * ignored. Inputs: x, target.
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

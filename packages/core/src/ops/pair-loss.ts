import type { Operand, View } from '../backend/backend.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { Op } from './op.ts';

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

/** The sum over pairs of elements of x and y, which have one shape, divided by a number: a scalar. For engines that have the kernel. */
export function pairLoss(kind: 'mse' | 'bce', { slope, targetSlope }: PairLossRule): Op<PairLossAttributes> {
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

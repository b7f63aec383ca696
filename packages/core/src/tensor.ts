import type { Node } from './autograd/node.ts';
import type { Origin } from './autograd/origin.ts';
import type { View } from './backend/backend.ts';
import { TensorNetwork } from './tensor/network.ts';

/**
 * An n-dimensional array on a device, with automatic differentiation.
 *
 * A tensor is a view (shape, strides, offset) on a storage; `reshape`, `transpose`, `slice` and `expand` share memory with the
 * tensor they come from. Names, broadcasting, dtype promotion and results are PyTorch's, in camelCase.
 *
 * ```ts
 * const x = tensor(3.5, { requiresGrad: true });
 * x.sub(1).mul(x.sub(2)).mul(x.sub(3)).backward();
 * x.grad?.item(); // 5.75
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/tensors.html
 */
export class Tensor extends TensorNetwork {
  protected override create(view: View, node: Node | undefined, origin: Origin | undefined): Tensor {
    return new Tensor(view, node, origin);
  }
}

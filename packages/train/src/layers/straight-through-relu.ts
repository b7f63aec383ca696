import { nn, type Tensor } from '@kindling/core';

/**
 * max(0, x) with a derivative taken as 1 everywhere: y = x + (relu(x) − x), where no gradient flows through the bracket. The
 * sum is exact, because the bracket is 0 or −x.
 *
 * Source: the straight-through estimator, https://arxiv.org/abs/1308.3432
 */
export class StraightThroughReLU extends nn.Module {
  forward(x: Tensor): Tensor {
    return x.add(x.relu().sub(x).detach());
  }
}

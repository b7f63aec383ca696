import { nn, type Tensor } from '@kindling/core';

/** The vector of the last place of each sequence: [N, L, features] → [N, features]. */
export class LastStep extends nn.Module {
  forward(x: Tensor): Tensor {
    return x.select(1, -1);
  }
}

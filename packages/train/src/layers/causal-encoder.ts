import { nn, type Tensor } from '@kindling/core';

/** A `TransformerEncoder` in which each place attends to itself and those before it alone. */
export class CausalEncoder extends nn.TransformerEncoder {
  override forward(src: Tensor): Tensor {
    return super.forward(src, { isCausal: true });
  }
}

import { nn, type Tensor } from '@kindling/core';

/** layers(x) + skip(x), where the skip is x itself if it holds nothing. */
export class Residual extends nn.Module {
  readonly layers: nn.Sequential;
  readonly skip: nn.Sequential;

  constructor(layers: nn.Sequential, skip: nn.Sequential) {
    super();
    this.layers = layers;
    this.skip = skip;
  }

  forward(x: Tensor): Tensor {
    return this.layers.forward(x).add(this.skip.forward(x));
  }
}

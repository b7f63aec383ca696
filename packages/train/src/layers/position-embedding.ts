import { nn, type Tensor } from '@kindling/core';

/** x + E[0 … L − 1], with a learned vector for each position: `weight` [positions, features], N(0, 1) at first. */
export class PositionEmbedding extends nn.Module {
  readonly weight: nn.Parameter;

  constructor(numEmbeddings: number, features: number) {
    super();
    this.weight = new nn.Embedding(numEmbeddings, features).weight;
  }

  forward(x: Tensor): Tensor {
    return x.add(this.weight.narrow(0, 0, x.shape[1]!));
  }

  protected override extraRepr(): string {
    return this.weight.shape.join(', ');
  }
}

import { nn, type Tensor } from '@kindling/core';

/** Each sample of a batch in another shape. */
export class Reshape extends nn.Module {
  readonly shape: readonly number[];

  constructor(shape: readonly number[]) {
    super();
    this.shape = shape;
  }

  forward(x: Tensor): Tensor {
    return x.reshape([x.shape[0]!, ...this.shape]);
  }

  protected override extraRepr(): string {
    return `shape=(${this.shape.join(', ')}${this.shape.length === 1 ? ',' : ''})`;
  }
}

import { assertTensor, assertWhole } from '../arguments.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';

/**
 * The axes startDim to endDim merged into one. By default all but the first, the batch: [N, C, L] → [N, C·L].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Flatten.html
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(startDim = 1, endDim = -1) {
    super();
    assertWhole('Flatten', 'startDim', startDim);
    assertWhole('Flatten', 'endDim', endDim);
    this.startDim = startDim;
    this.endDim = endDim;
  }

  forward(x: Tensor): Tensor {
    assertTensor('Flatten', 'the input', x);
    return x.flatten(this.startDim, this.endDim);
  }

  protected override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

import { assertProbability, assertTensor } from '../arguments.ts';
import { guard } from '../capture/context.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';
import { pythonFloat } from './python-text.ts';

/**
 * In training, each element is 0 with probability p (default 0.5), else x/(1 − p); in evaluation, x itself. Draws from the
 * default generator. Throws {@link ArgumentError} unless 0 ≤ p ≤ 1.
 *
 * Sources: https://jmlr.org/papers/v15/srivastava14a.html, https://docs.pytorch.org/docs/2.15/generated/torch.nn.Dropout.html
 */
export class Dropout extends Module {
  readonly p: number;

  constructor(p = 0.5) {
    super();
    assertProbability('Dropout', p);
    this.p = p;
  }

  forward(x: Tensor): Tensor {
    assertTensor('Dropout', 'the input', x);
    guard(() => this.training);
    return x.dropout(this.p, this.training);
  }

  protected override extraRepr(): string {
    return `p=${pythonFloat(this.p)}, inplace=False`;
  }
}

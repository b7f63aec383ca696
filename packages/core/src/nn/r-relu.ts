import { guard } from '../capture/context.ts';
import type { Tensor } from '../tensor.ts';
import { assertSlopes } from './functional/rrelu.ts';
import * as functional from './functional.ts';
import { Module } from './module.ts';
import { pythonFloat } from './python-text.ts';

/**
 * x where x > 0, else a·x. In training, a is drawn anew from [lower, upper) for each such element; in evaluation it is (lower + upper)/2.
 * Defaults 1/8 and 1/3.
 *
 * Sources: https://arxiv.org/abs/1505.00853, https://docs.pytorch.org/docs/2.15/generated/torch.nn.RReLU.html
 */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;

  constructor(lower = 1 / 8, upper = 1 / 3) {
    super();
    assertSlopes('RReLU', lower, upper);
    this.lower = lower;
    this.upper = upper;
  }

  forward(x: Tensor): Tensor {
    guard(() => this.training);
    return functional.rrelu(x, this.lower, this.upper, this.training);
  }

  protected override extraRepr(): string {
    return `lower=${pythonFloat(this.lower)}, upper=${pythonFloat(this.upper)}`;
  }
}

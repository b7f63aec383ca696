import { assertNumber, assertWhole } from '../arguments.ts';
import { full } from '../create.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import * as functional from './functional.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

export interface PReLUOptions {
  /** 1, or the number of channels (axis 1), each with a slope of its own. Default 1. */
  readonly numParameters?: number;
  /** What the slopes start at. Default 0.25. */
  readonly init?: number;
}

/**
 * x where x > 0, else w·x with a learned slope w, of shape [numParameters].
 *
 * Sources: https://arxiv.org/abs/1502.01852, https://docs.pytorch.org/docs/2.15/generated/torch.nn.PReLU.html
 */
export class PReLU extends Module {
  readonly numParameters: number;
  readonly weight: Parameter;

  constructor(options: PReLUOptions = {}) {
    super();
    const { numParameters = 1, init = 0.25 } = checkOptions('PReLU', options, {
      numParameters: true,
      init: true,
    });
    assertWhole('PReLU', 'numParameters', numParameters, 1);
    assertNumber('PReLU', 'init', init);
    this.numParameters = numParameters;
    this.weight = new Parameter(full([numParameters], init));
  }

  forward(x: Tensor): Tensor {
    return functional.prelu(x, this.weight);
  }

  protected override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}

import { assertBoolean, assertNumber, assertTensor, assertWhole } from '../arguments.ts';
import { ones, zeros } from '../create.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import * as functional from './functional.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonBool, pythonFloat } from './python-text.ts';

export interface GroupNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Scale and shift each channel by learned parameters. Default true. */
  readonly affine?: boolean;
}

/**
 * (x − mean) / √(var + eps) · weight + bias over each of `numGroups` groups of the channels of an input [N, C, …]. `weight` and `bias`,
 * of shape [C], start at 1 and 0.
 *
 * Throws {@link ArgumentError} unless the groups divide the channels.
 *
 * Sources: https://arxiv.org/abs/1803.08494, https://docs.pytorch.org/docs/2.15/generated/torch.nn.GroupNorm.html
 */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    const { eps = 1e-5, affine = true } = checkOptions('GroupNorm', options, { eps: true, affine: true });
    assertWhole('GroupNorm', 'numGroups', numGroups, 1);
    assertWhole('GroupNorm', 'numChannels', numChannels, 1);
    assertNumber('GroupNorm', 'eps', eps);
    assertBoolean('GroupNorm', 'affine', affine);
    if (numChannels % numGroups !== 0) {
      throw new ArgumentError(
        `GroupNorm: expected a number of channels that ${numGroups} divides, got ${numChannels}`,
      );
    }
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.weight = affine ? new Parameter(ones([numChannels])) : undefined;
    this.bias = affine ? new Parameter(zeros([numChannels])) : undefined;
  }

  forward(x: Tensor): Tensor {
    assertTensor('GroupNorm', 'the input', x);
    if (x.shape[1] !== this.numChannels) {
      throw new ShapeError(
        `GroupNorm: expected an input of shape [N, ${this.numChannels}, …], got ${formatShape(x.shape)}`,
      );
    }
    return functional.groupNorm(x, this.numGroups, this.weight, this.bias, this.eps);
  }

  protected override extraRepr(): string {
    const affine = pythonBool(this.weight !== undefined);
    return `${this.numGroups}, ${this.numChannels}, eps=${pythonFloat(this.eps)}, affine=${affine}`;
  }
}

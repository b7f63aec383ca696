import { assertBoolean, assertNumber, assertTensor, shapeArgument } from '../arguments.ts';
import { ones, zeros } from '../create.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonBool, pythonFloat, pythonTuple } from './python-text.ts';

export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Scale and shift by learned parameters. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Shift, where there is a scale. Default true. */
  readonly bias?: boolean;
}

/**
 * (x − x̄) / √(var + eps) · weight + bias, with mean and population variance over the last axes, whose sizes are
 * `normalizedShape` (a number stands for one axis). `weight` starts at 1, `bias` at 0.
 *
 * Sources: https://arxiv.org/abs/1607.06450, https://docs.pytorch.org/docs/2.15/generated/torch.nn.LayerNorm.html
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;

  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    const {
      eps = 1e-5,
      elementwiseAffine = true,
      bias = true,
    } = checkOptions('LayerNorm', options, { eps: true, elementwiseAffine: true, bias: true });
    const sizes = Array.isArray(normalizedShape) ? normalizedShape : [normalizedShape];
    this.normalizedShape = shapeArgument('LayerNorm', sizes);
    assertNumber('LayerNorm', 'eps', eps);
    assertBoolean('LayerNorm', 'elementwiseAffine', elementwiseAffine);
    assertBoolean('LayerNorm', 'bias', bias);
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : undefined;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape)) : undefined;
  }

  forward(x: Tensor): Tensor {
    assertTensor('LayerNorm', 'the input', x);
    return x.layerNorm(this.normalizedShape, this.weight, this.bias, this.eps);
  }

  protected override extraRepr(): string {
    const shape = pythonTuple(this.normalizedShape);
    const affine = pythonBool(this.weight !== undefined);
    const bias = pythonBool(this.bias !== undefined);
    return `${shape}, eps=${pythonFloat(this.eps)}, elementwise_affine=${affine}, bias=${bias}`;
  }
}

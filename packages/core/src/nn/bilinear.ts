import { assertBoolean, assertWhole, shapeArgument } from '../arguments.ts';
import { empty } from '../create.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import * as functional from './functional.ts';
import * as init from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonBool } from './python-text.ts';

export interface BilinearOptions {
  /** Add a learned bias. Default true. */
  readonly bias?: boolean;
}

/**
 * y_o = x₁ᵀ W_o x₂ + b_o for inputs of shapes […, in1Features] and […, in2Features]; the output has shape […, outFeatures].
 *
 * `weight` has shape [outFeatures, in1Features, in2Features] and `bias` [outFeatures]. Both start uniform in ±1/√in1Features, the weight
 * drawn first.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Bilinear.html
 */
export class Bilinear extends Module<[input1: Tensor, input2: Tensor]> {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: BilinearOptions = {}) {
    super();
    const { bias = true } = checkOptions('Bilinear', options, { bias: true });
    assertWhole('Bilinear', 'in1Features', in1Features, 1);
    shapeArgument('Bilinear', [outFeatures, in1Features, in2Features]);
    assertBoolean('Bilinear', 'bias', bias);
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    const bound = 1 / Math.sqrt(in1Features);
    this.weight = new Parameter(init.uniform(empty([outFeatures, in1Features, in2Features]), -bound, bound));
    this.bias = bias ? new Parameter(init.uniform(empty([outFeatures]), -bound, bound)) : undefined;
  }

  forward(input1: Tensor, input2: Tensor): Tensor {
    return functional.bilinear(input1, input2, this.weight, this.bias);
  }

  protected override extraRepr(): string {
    return `in1_features=${this.in1Features}, in2_features=${this.in2Features}, out_features=${this.outFeatures}, bias=${pythonBool(this.bias !== undefined)}`;
  }
}

import { assertBoolean, assertTensor, shapeArgument } from '../arguments.ts';
import { empty } from '../create.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import * as init from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonBool } from './python-text.ts';

export interface LinearOptions {
  /** Add a learned bias. Default true. */
  readonly bias?: boolean;
}

/**
 * y = x·Wᵀ + b for inputs of shape […, inFeatures]; the output has shape […, outFeatures].
 *
 * `weight` has shape [outFeatures, inFeatures] and `bias` [outFeatures]. Both start uniform in ±1/√inFeatures, the weight
 * drawn first (as `init.kaimingUniform` with a = √5). Throws {@link ShapeError} for an input of another last size.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Linear.html
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    const { bias = true } = checkOptions('Linear', options, { bias: true });
    shapeArgument('Linear', [inFeatures, outFeatures]);
    assertBoolean('Linear', 'bias', bias);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(init.kaimingUniform(empty([outFeatures, inFeatures]), { a: Math.sqrt(5) }));
    const bound = inFeatures > 0 ? 1 / Math.sqrt(inFeatures) : 0;
    this.bias = bias ? new Parameter(init.uniform(empty([outFeatures]), -bound, bound)) : undefined;
  }

  forward(x: Tensor): Tensor {
    assertTensor('Linear', 'the input', x);
    if (x.shape.at(-1) !== this.inFeatures) {
      throw new ShapeError(
        `Linear: expected an input of shape [..., ${this.inFeatures}], got ${formatShape(x.shape)}`,
      );
    }
    return x.linear(this.weight, this.bias);
  }

  protected override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${pythonBool(this.bias !== undefined)}`;
  }
}

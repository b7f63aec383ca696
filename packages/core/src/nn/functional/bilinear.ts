import { assertTensor } from '../../arguments.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * y_o = x₁ᵀ W_o x₂ + b_o for vectors along the last axes.
 *
 * @param input1 x₁, of shape […, in1Features].
 * @param input2 x₂, of shape […, in2Features], with the other sizes of x₁.
 * @param weight W, of shape [outFeatures, in1Features, in2Features].
 * @param bias b, of shape [outFeatures]. Default: none.
 * @returns y, of shape […, outFeatures].
 * @throws {ShapeError} for other shapes.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.bilinear.html
 */
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  assertTensor('bilinear', 'input1', input1);
  assertTensor('bilinear', 'input2', input2);
  assertTensor('bilinear', 'weight', weight);
  if (bias !== undefined) assertTensor('bilinear', 'bias', bias);
  const [outputs, in1, in2] = weight.shape;
  const fits =
    weight.ndim === 3 &&
    input1.shape.at(-1) === in1 &&
    input2.shape.at(-1) === in2 &&
    sameShape(input1.shape.slice(0, -1), input2.shape.slice(0, -1)) &&
    (bias === undefined || sameShape(bias.shape, [outputs!]));
  if (!fits) {
    const shapes = [input1, input2, weight, ...(bias === undefined ? [] : [bias])].map(({ shape }) => shape);
    throw new ShapeError(
      `bilinear: expected inputs [..., I1] and [..., I2], a weight [O, I1, I2] and a bias [O], got ${shapes.map(formatShape).join(', ')}`,
    );
  }
  const products = input1.unsqueeze(-1).mul(input2.unsqueeze(-2)).flatten(-2);
  return products.linear(weight.flatten(1), bias);
}

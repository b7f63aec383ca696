import { apply } from '../../autograd/apply.ts';
import type { View } from '../../backend/backend.ts';
import { isFloat } from '../../dtype.ts';
import {
  convolve,
  convolveBackwardInput,
  convolveBackwardWeight,
  fusedParameterGradients,
} from '../../ops/convolution.ts';
import type { ConvolutionSizes } from '../../ops/convolution-sizes.ts';
import type { GradientContext, Op } from '../../ops/op.ts';
import type { Tensor } from '../../tensor.ts';

/*
 * A convolution is linear in its input and in its weight, so three operations are closed under differentiation: each one's gradients are
 * the other two.
 */

/** The gradients of weight and bias: of both in one kernel where there is one, and none is differentiated again. */
function parameterGradients(
  grad: Tensor,
  { needs, tensor, differentiable, attributes }: GradientContext<ConvolutionSizes>,
): (Tensor | undefined)[] {
  const together =
    needs[1] && needs[2] && !differentiable
      ? fusedParameterGradients(attributes, grad.strided, tensor(0).strided)
      : undefined;
  if (together !== undefined) return together.map((view) => grad.wrap(view, undefined));
  return [
    needs[1] ? convolutionBackwardWeight(grad, tensor(0), attributes) : undefined,
    needs[2] ? grad.sum([0, 2, 3]) : undefined,
  ];
}

/** x ∗ weight + bias. Inputs: x, weight and, if given, bias. */
const convolutionOp: Op<ConvolutionSizes> = {
  name: 'convolution',
  forward: (inputs, sizes) => {
    const [x, weight, bias] = inputs as [View, View, View?];
    return convolve(sizes, x, weight, bias);
  },
  saves: (_sizes, [x, weight]) => [...(x ? [1] : []), ...(weight ? [0] : [])],
  gradient: (grad, context) => {
    const { needs, tensor, attributes } = context;
    return [
      needs[0] ? convolutionBackwardInput(grad, tensor(1), attributes) : undefined,
      ...parameterGradients(grad, context),
    ];
  },
};

/** ∂⟨grad, x ∗ weight⟩/∂x. Inputs: grad, weight. */
const backwardInputOp: Op<ConvolutionSizes> = {
  name: 'convolutionBackwardInput',
  forward: ([grad, weight], sizes) => convolveBackwardInput(sizes, grad as View, weight as View),
  saves: (_sizes, [grad, weight]) => [...(grad ? [1] : []), ...(weight ? [0] : [])],
  gradient: (direction, { needs, tensor, attributes }) => [
    needs[0] ? convolution(direction, tensor(1), undefined, attributes) : undefined,
    needs[1] ? convolutionBackwardWeight(tensor(0), direction, attributes) : undefined,
  ],
};

/** ∂⟨grad, x ∗ weight⟩/∂weight. Inputs: grad, x. */
const backwardWeightOp: Op<ConvolutionSizes> = {
  name: 'convolutionBackwardWeight',
  forward: ([grad, x], sizes) => convolveBackwardWeight(sizes, grad as View, x as View),
  saves: (_sizes, [grad, x]) => [...(grad ? [1] : []), ...(x ? [0] : [])],
  gradient: (direction, { needs, tensor, attributes }) => [
    needs[0] ? convolution(tensor(1), direction, undefined, attributes) : undefined,
    needs[1] ? convolutionBackwardInput(tensor(0), direction, attributes) : undefined,
  ],
};

/** x ∗ weight + bias for tensors that have these sizes. The bias of integers is added by the operation that checks their range. */
export function convolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  sizes: ConvolutionSizes,
): Tensor {
  if (bias === undefined) return apply(convolutionOp, [x, weight], sizes);
  if (isFloat(x.dtype)) return apply(convolutionOp, [x, weight, bias], sizes);
  return apply(convolutionOp, [x, weight], sizes).add(bias.reshape([1, sizes.outChannels, 1, 1]));
}

/** The gradient of a convolution's input from that of its output: a transposed convolution. */
export const convolutionBackwardInput = (grad: Tensor, weight: Tensor, sizes: ConvolutionSizes): Tensor =>
  apply(backwardInputOp, [grad, weight], sizes);

/** The gradient of a convolution's weight from that of its output. */
const convolutionBackwardWeight = (grad: Tensor, x: Tensor, sizes: ConvolutionSizes): Tensor =>
  apply(backwardWeightOp, [grad, x], sizes);

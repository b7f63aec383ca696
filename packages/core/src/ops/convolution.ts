import type { Backend, View } from '../backend/backend.ts';
import type { FusedKind } from '../backend/kernels.ts';
import { isFloat } from '../dtype.ts';
import { numel, type Shape } from '../shape.ts';
import {
  composedBackwardInput,
  composedBackwardWeight,
  composedConvolution,
} from './composed-convolution.ts';
import { type ConvolutionSizes, inputShape, outputShape, weightShape } from './convolution-sizes.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';

type ConvolutionKind = Extract<FusedKind, `conv2d${string}`>;

/** Whether one kernel answers: it takes floats, and some of them. */
function hasKernel(kind: ConvolutionKind, backend: Backend, s: ConvolutionSizes, { dtype }: View): boolean {
  const sizes = [s.batch, s.inChannels, s.outChannels, s.height, s.width, s.outHeight, s.outWidth];
  return backend.supports(kind) && isFloat(dtype) && numel(sizes) > 0;
}

/** Runs a kernel on contiguous copies of what is not; gives its outputs. */
function fused(
  kind: ConvolutionKind,
  s: ConvolutionSizes,
  shapes: readonly Shape[],
  views: readonly View[],
): View[] {
  const [{ storage, dtype }] = views as [View];
  const operands = views.map(contiguous);
  const outputs = shapes.map((shape) => allocate(storage.backend, dtype, shape));
  launch(kind, outputs, operands, s);
  operands.forEach((operand, i) => {
    discard(operand, views[i]!);
  });
  return outputs;
}

/** y = x ∗ weight + bias. */
export function convolve(s: ConvolutionSizes, x: View, weight: View, bias?: View): View {
  if (!hasKernel('conv2d', x.storage.backend, s, x)) return composedConvolution(s, x, weight, bias);
  const operands = bias === undefined ? [x, weight] : [x, weight, bias];
  return fused('conv2d', s, [outputShape(s)], operands)[0]!;
}

/** ∂L/∂x from ∂L/∂y. */
export function convolveBackwardInput(s: ConvolutionSizes, grad: View, weight: View): View {
  const kind = 'conv2dBackwardInput';
  if (!hasKernel(kind, grad.storage.backend, s, grad)) return composedBackwardInput(s, grad, weight);
  return fused(kind, s, [inputShape(s)], [grad, weight])[0]!;
}

/** ∂L/∂weight from ∂L/∂y. */
export function convolveBackwardWeight(s: ConvolutionSizes, grad: View, x: View): View {
  const kind = 'conv2dBackwardWeight';
  if (!hasKernel(kind, grad.storage.backend, s, grad)) return composedBackwardWeight(s, grad, x);
  return fused(kind, s, [weightShape(s)], [grad, x])[0]!;
}

/** ∂L/∂weight and ∂L/∂bias in one kernel; undefined where there is none. */
export function fusedParameterGradients(
  s: ConvolutionSizes,
  grad: View,
  x: View,
): readonly [weight: View, bias: View] | undefined {
  const kind = 'conv2dBackwardWeight';
  if (!hasKernel(kind, grad.storage.backend, s, grad)) return undefined;
  return fused(kind, s, [weightShape(s), [s.outChannels]], [grad, x]) as [View, View];
}

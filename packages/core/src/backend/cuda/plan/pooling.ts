import { numel } from '../../../shape.ts';
import { MAX_SPAN } from '../../kernels/declaration.ts';
import type { KernelAttributes } from '../../kernels.ts';
import type { BufferView, LoweredCall, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Pooling } from './parameters.ts';

/** A distance that one window, or one element of it, does not look at, may be larger than an int32. */
const distance = (value: number): number => Math.min(value, MAX_SPAN);

const axesOf = (attributes: KernelAttributes['maxPool2d']) => ({
  y: {
    length: attributes.height,
    kernel: attributes.kernelHeight,
    stride: distance(attributes.strideHeight),
    padding: attributes.paddingTop,
    dilation: distance(attributes.dilationHeight),
    count: attributes.outHeight,
  },
  x: {
    length: attributes.width,
    kernel: attributes.kernelWidth,
    stride: distance(attributes.strideWidth),
    padding: attributes.paddingLeft,
    dilation: distance(attributes.dilationWidth),
    count: attributes.outWidth,
  },
});

interface Operands {
  readonly from: BufferView;
  readonly to: BufferView;
  readonly index?: BufferView | undefined;
}

function pooling(
  { kind, attributes }: LoweredCall & { readonly attributes: KernelAttributes['maxPool2d'] },
  { from, to, index }: Operands,
  context: PlanContext,
  means: { readonly divisor?: number; readonly countIncludePad?: number } = {},
): Launch[] {
  const count = numel(to.shape);
  if (count === 0) return [];
  const values = Pooling.pack({
    to: context.address(to),
    from: context.address(from),
    index: index === undefined ? 0n : context.address(index),
    count,
    ...axesOf(attributes),
    ...means,
  });
  return [launch('pooling', `${kind}_${suffixes[to.dtype]}`, blocksFor(count), THREADS, values)];
}

export function maxPool2d(call: LoweredCallOf<'maxPool2d'>, context: PlanContext): Launch[] {
  const [to, index] = call.outputs as readonly [BufferView, BufferView?];
  return pooling(call, { from: call.inputs[0] as BufferView, to, index }, context);
}

export function maxPool2dBackward(call: LoweredCallOf<'maxPool2dBackward'>, context: PlanContext): Launch[] {
  const [from, index] = call.inputs as readonly [BufferView, BufferView];
  return pooling(call, { from, to: call.outputs[0]!, index }, context);
}

function avgPool(
  call: LoweredCallOf<'avgPool2d'> | LoweredCallOf<'avgPool2dBackward'>,
  context: PlanContext,
): Launch[] {
  const { divisor, countIncludePad } = call.attributes;
  const operands = { from: call.inputs[0] as BufferView, to: call.outputs[0]! };
  return pooling(call, operands, context, { divisor, countIncludePad: countIncludePad ? 1 : 0 });
}

export const avgPool2d = (call: LoweredCallOf<'avgPool2d'>, context: PlanContext): Launch[] =>
  avgPool(call, context);
export const avgPool2dBackward = (call: LoweredCallOf<'avgPool2dBackward'>, context: PlanContext): Launch[] =>
  avgPool(call, context);

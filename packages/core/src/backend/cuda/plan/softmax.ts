import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { lanesFor } from './lanes.ts';
import { type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Axis, SoftmaxBackward } from './parameters.ts';

export function softmax(call: LoweredCallOf<'softmax'>, context: PlanContext): Launch[] {
  const { outer, length, inner, log } = call.attributes;
  if (outer * length * inner === 0) return [];
  const input = call.inputs[0] as BufferView;
  const { blocks, ...lanes } = lanesFor(call.attributes);
  const values = Axis.pack({
    out: context.address(call.outputs[0]!),
    x: context.address(input),
    outer,
    length,
    inner,
    ...lanes,
    splits: 1,
  });
  const entry = `${log ? 'logSoftmax' : 'softmax'}_${suffixes[input.dtype]}`;
  return [launch('softmax', entry, blocks, THREADS, values)];
}

export function softmaxBackward(call: LoweredCallOf<'softmaxBackward'>, context: PlanContext): Launch[] {
  const { outer, length, inner, log } = call.attributes;
  if (outer * length * inner === 0) return [];
  const [grad, y] = call.inputs as readonly [BufferView, BufferView];
  const { blocks, ...lanes } = lanesFor(call.attributes);
  const values = SoftmaxBackward.pack({
    axis: {
      out: context.address(call.outputs[0]!),
      x: context.address(grad),
      outer,
      length,
      inner,
      ...lanes,
      splits: 1,
    },
    y: context.address(y),
  });
  const entry = `${log ? 'logSoftmaxBackward' : 'softmaxBackward'}_${suffixes[grad.dtype]}`;
  return [launch('softmax', entry, blocks, THREADS, values)];
}

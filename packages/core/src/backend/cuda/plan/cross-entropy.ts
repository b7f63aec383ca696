import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { rowLanes } from './lanes.ts';
import { blocksFor, dtypeCodes, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { CrossEntropy, CrossEntropyBackward } from './parameters.ts';

export function crossEntropy(call: LoweredCallOf<'crossEntropy'>, context: PlanContext): Launch[] {
  const { rows, classes, ignoreIndex } = call.attributes;
  const [losses, logProbabilities, count] = call.outputs as readonly [BufferView, BufferView, BufferView];
  const [x, target] = call.inputs as readonly [BufferView, BufferView];
  const { lanes, blocks } = rowLanes(rows, classes);
  const values = CrossEntropy.pack({
    losses: context.address(losses),
    logProbabilities: context.address(logProbabilities),
    count: context.address(count),
    x: context.address(x),
    target: context.address(target),
    rows,
    classes,
    ignoreIndex,
    targetDType: dtypeCodes[target.dtype],
    lanes,
  });
  return [launch('cross-entropy', `crossEntropy_${suffixes[x.dtype]}`, blocks + 1, THREADS, values)];
}

export function crossEntropyBackward(
  call: LoweredCallOf<'crossEntropyBackward'>,
  context: PlanContext,
): Launch[] {
  const { rows, classes, ignoreIndex } = call.attributes;
  if (rows * classes === 0) return [];
  const [logProbabilities, target, grad] = call.inputs as readonly [BufferView, BufferView, BufferView];
  const values = CrossEntropyBackward.pack({
    out: context.address(call.outputs[0]!),
    logProbabilities: context.address(logProbabilities),
    target: context.address(target),
    grad: context.address(grad),
    gradStride: grad.strides.at(-1) ?? 0,
    rows,
    classes,
    ignoreIndex,
    targetDType: dtypeCodes[target.dtype],
  });
  const entry = `crossEntropyBackward_${suffixes[logProbabilities.dtype]}`;
  return [launch('cross-entropy', entry, blocksFor(rows * classes), THREADS, values)];
}

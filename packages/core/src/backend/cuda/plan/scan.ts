import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Axis } from './parameters.ts';

/** Lines up to this length get a thread each. */
const SHORT = 64;

export function cumsum(call: LoweredCallOf<'cumsum'>, context: PlanContext): Launch[] {
  const { outer, length, inner } = call.attributes;
  const lines = outer * inner;
  if (lines * length === 0) return [];
  const input = call.inputs[0] as BufferView;
  const suffix = suffixes[input.dtype];
  const values = Axis.pack({
    out: context.address(call.outputs[0]!),
    x: context.address(input),
    outer,
    length,
    inner,
    splits: 1,
  });
  const many = lines >= context.multiprocessors * THREADS;
  return length <= SHORT || many
    ? [launch('scan', `cumsum_lines_${suffix}`, blocksFor(lines), THREADS, values)]
    : [launch('scan', `cumsum_block_${suffix}`, lines, THREADS, values)];
}

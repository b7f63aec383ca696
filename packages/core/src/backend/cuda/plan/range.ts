import { numel } from '../../../shape.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { RangeCheck } from './parameters.ts';

/** Elements that a single block looks at. */
const SINGLE = 4096;

export function assertRange(call: LoweredCallOf<'assertRange'>, context: PlanContext): Launch[] {
  const input = call.inputs[0] as BufferView;
  const count = numel(input.shape);
  if (count === 0) return [];
  const suffix = suffixes[input.dtype];
  const { low, high, except } = call.attributes;
  const blocks = count <= SINGLE ? 1 : Math.min(blocksFor(count, SINGLE), 4 * context.multiprocessors);
  const partial = blocks === 1 ? 0n : context.scratch(blocks * 8);
  const values = RangeCheck.pack({
    x: context.address(input),
    partial,
    error: context.errorCell,
    count,
    low,
    high,
    except,
    call: context.ordinal,
    blocks,
  });
  const check = launch('range', `assertRange_${suffix}`, blocks, THREADS, values);
  return blocks === 1 ? [check] : [check, launch('range', `assertRange_first_${suffix}`, 1, THREADS, values)];
}

import { numel } from '../../../shape.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { PairLoss } from './parameters.ts';

type LossCall = LoweredCallOf<'mse'> | LoweredCallOf<'bce'>;
type GradientCall = LoweredCallOf<'mseBackward'> | LoweredCallOf<'bceBackward'>;

/** Pairs that a single block takes, and that each of several has at least. */
const SINGLE = 4096;

export function pairLoss(call: LossCall, context: PlanContext): Launch[] {
  const [x, y] = call.inputs as readonly [BufferView, BufferView];
  const count = numel(x.shape);
  const suffix = suffixes[x.dtype];
  const blocks = count <= SINGLE ? 1 : Math.min(blocksFor(count, SINGLE), 2 * context.multiprocessors);
  const values = PairLoss.pack({
    out: context.address(call.outputs[0]!),
    x: context.address(x),
    y: context.address(y),
    partial: blocks === 1 ? 0n : context.scratch(blocks * 8),
    count,
    divisor: call.attributes.divisor,
    blocks,
  });
  const sums = launch('losses', `${call.kind}_${suffix}`, blocks, THREADS, values);
  return blocks === 1 ? [sums] : [sums, launch('losses', `loss_sum_${suffix}`, 1, THREADS, values)];
}

export function pairLossBackward(call: GradientCall, context: PlanContext): Launch[] {
  const [x, y, grad] = call.inputs as readonly [BufferView, BufferView, BufferView];
  const count = numel(x.shape);
  if (count === 0) return [];
  const values = PairLoss.pack({
    out: context.address(call.outputs[0]!),
    x: context.address(x),
    y: context.address(y),
    grad: context.address(grad),
    count,
    divisor: call.attributes.divisor,
  });
  const entry = `${call.kind}_${suffixes[x.dtype]}`;
  return [launch('losses', entry, blocksFor(count), THREADS, values)];
}

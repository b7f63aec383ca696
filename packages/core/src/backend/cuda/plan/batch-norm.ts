import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { splitsFor } from './lanes.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { BatchNorm } from './parameters.ts';

/** Channels of a block where they lie element by element, and threads for each. */
const COLUMNS = 32;
const ROW_LANES = THREADS / COLUMNS;

type Call = LoweredCallOf<'batchNorm'> | LoweredCallOf<'batchNormBackward'>;

/** Sums of each channel, what follows from them, and every element. */
function phases(
  { kind, attributes: { samples, channels, length, eps } }: Call,
  operands: { readonly [name: string]: BufferView | undefined },
  numbers: { readonly momentum?: number; readonly sums?: bigint },
  context: PlanContext,
): Launch[] {
  const elements = samples * channels * length;
  if (elements === 0) return [];
  const isPlanar = length > 1;
  const blocks = isPlanar ? channels : Math.ceil(channels / COLUMNS);
  const lanes = isPlanar ? THREADS : ROW_LANES;
  const splits = splitsFor(blocks, samples * length, lanes, context.multiprocessors);
  const addresses = Object.entries(operands).map(([name, view]) => [
    name,
    view === undefined ? 0n : context.address(view),
  ]);
  const values = BatchNorm.pack({
    ...Object.fromEntries(addresses),
    ...numbers,
    partial: splits === 1 ? 0n : context.scratch(2 * splits * channels * 8),
    samples,
    channels,
    length,
    eps,
    splits,
  });
  const suffix = suffixes[operands.x!.dtype];
  const phase = (name: string, grid: number | readonly [number, number, number]): Launch =>
    launch('batch-norm', `${kind}${name}_${suffix}`, grid, THREADS, values);
  return [
    phase(isPlanar ? 'Planes' : 'Columns', [blocks, splits, 1]),
    ...(splits === 1 ? [] : [phase('Statistics', blocksFor(channels))]),
    phase('', blocksFor(elements)),
  ];
}

export function batchNorm(call: LoweredCallOf<'batchNorm'>, context: PlanContext): Launch[] {
  const [out, mean, variance, runningMean, runningVar] = call.outputs;
  const [x, weight, bias] = call.inputs as readonly BufferView[];
  const operands = { out, mean, variance, runningMean, runningVar, x, weight, bias };
  return phases(call, operands, { momentum: call.attributes.momentum }, context);
}

export function batchNormBackward(call: LoweredCallOf<'batchNormBackward'>, context: PlanContext): Launch[] {
  const [out, weightGrad, biasGrad] = call.outputs;
  const [grad, x, mean, variance, weight] = call.inputs as readonly BufferView[];
  const operands = { out, weightGrad, biasGrad, grad, x, mean, variance, weight };
  return phases(call, operands, { sums: context.scratch(2 * call.attributes.channels * 8) }, context);
}

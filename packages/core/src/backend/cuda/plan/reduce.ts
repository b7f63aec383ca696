import { dtypes } from '../../../dtype.ts';
import type { AxisLayout } from '../../kernels.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { type Lanes, lanesFor, splitsFor } from './lanes.ts';
import { type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { ArgReduce, Axis } from './parameters.ts';

const isEmpty = ({ outer, inner }: AxisLayout): boolean => outer * inner === 0;

/** The entry for partial results of a long axis, and the one that reduces them; they are wider than float32 for sums and products. */
function entries(op: string, suffix: string): { partial: string; final: string; bytes: number | undefined } {
  const wide = suffix === 'f32' && (op === 'sum' || op === 'prod');
  if (wide) return { partial: `reduce_${op}_f32_f64`, final: `reduce_${op}_f64_f32`, bytes: 8 };
  const bytes = op === 'any' || op === 'all' ? 1 : undefined;
  const of = bytes === 1 ? 'u8' : suffix;
  return { partial: `reduce_${op}_${suffix}`, final: `reduce_${op}_${of}`, bytes };
}

function axisLaunch(
  entry: string,
  layout: AxisLayout,
  out: bigint,
  x: bigint,
  { blocks, ...lanes }: Lanes,
  splits: number,
): Launch {
  const values = Axis.pack({ ...sizesOf(layout), out, x, ...lanes, splits });
  return launch('reduce', entry, [blocks, splits, 1], THREADS, values);
}

const sizesOf = ({ outer, length, inner }: AxisLayout) => ({ outer, length, inner });

export function reduce(call: LoweredCallOf<'reduce'>, context: PlanContext): Launch[] {
  const { attributes } = call;
  if (isEmpty(attributes)) return [];
  const input = call.inputs[0] as BufferView;
  const suffix = suffixes[input.dtype];
  const x = context.address(input);
  const out = context.address(call.outputs[0]!);
  const lanes = lanesFor(attributes);
  const splits = splitsFor(lanes.blocks, attributes.length, lanes.lanesY, context.multiprocessors);
  if (splits === 1) return [axisLaunch(`reduce_${attributes.op}_${suffix}`, attributes, out, x, lanes, 1)];
  const { partial, final, bytes = dtypes[input.dtype].bytes } = entries(attributes.op, suffix);
  const lines = attributes.outer * attributes.inner;
  const scratch = context.scratch(splits * lines * bytes);
  const rest = { outer: 1, length: splits, inner: lines };
  return [
    axisLaunch(partial, attributes, scratch, x, lanes, splits),
    axisLaunch(final, rest, out, scratch, lanesFor(rest), 1),
  ];
}

/** Σ over the first axis of [splits, length] float64 into float32 or float64. */
export function sumOfSplits(
  suffix: 'f32' | 'f64',
  partial: bigint,
  out: bigint,
  splits: number,
  length: number,
): Launch {
  const layout = { outer: 1, length: splits, inner: length };
  const entry = suffix === 'f32' ? 'reduce_sum_f64_f32' : 'reduce_sum_f64';
  return axisLaunch(entry, layout, out, partial, lanesFor(layout), 1);
}

export function argReduce(call: LoweredCallOf<'argReduce'>, context: PlanContext): Launch[] {
  const { attributes } = call;
  if (isEmpty(attributes)) return [];
  const input = call.inputs[0] as BufferView;
  const entry = `argReduce_${attributes.op}_${suffixes[input.dtype]}`;
  const x = context.address(input);
  const out = context.address(call.outputs[0]!);
  const { length } = attributes;
  const { blocks, ...lanes } = lanesFor(attributes);
  const splits = splitsFor(blocks, length, lanes.lanesY, context.multiprocessors);
  const sizes = sizesOf(attributes);
  const lines = sizes.outer * sizes.inner;
  const target = splits === 1 ? out : context.scratch(splits * lines * 4);
  const first = launch(
    'reduce',
    entry,
    [blocks, splits, 1],
    THREADS,
    ArgReduce.pack({ axis: { ...sizes, out: target, x, ...lanes, splits } }),
  );
  if (splits === 1) return [first];
  const rest = { ...sizes, length: splits };
  const { blocks: restBlocks, ...restLanes } = lanesFor(rest);
  const values = ArgReduce.pack({
    axis: { ...rest, out, x, ...restLanes, splits: 1 },
    candidates: target,
    candidateLength: length,
  });
  return [first, launch('reduce', entry, restBlocks, THREADS, values)];
}

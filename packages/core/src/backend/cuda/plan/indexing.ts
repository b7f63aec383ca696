import { dtypes } from '../../../dtype.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Indexing } from './parameters.ts';
import { sortLaunches } from './sort.ts';

/** Source positions of a line that one thread adds one after the other. */
const SHORT = 32;

type Taking = LoweredCallOf<'indexSelect'> | LoweredCallOf<'gather'>;
type Adding = LoweredCallOf<'indexAdd'> | LoweredCallOf<'scatterAdd'>;

function valuesOf(call: Taking | Adding, context: PlanContext) {
  const { outer, length, inner, count } = call.attributes;
  const [x, index] = call.inputs as readonly [BufferView, BufferView];
  return {
    out: context.address(call.outputs[0]!),
    x: context.address(x),
    index: context.address(index),
    error: context.errorCell,
    outer,
    length,
    inner,
    count,
    call: context.ordinal,
    each: call.kind === 'gather' || call.kind === 'scatterAdd' ? 1 : 0,
  };
}

export function take(call: Taking, context: PlanContext): Launch[] {
  const { outer, count, inner } = call.attributes;
  const elements = outer * count * inner;
  if (elements === 0) return [];
  const { bytes } = dtypes[call.outputs[0]!.dtype];
  const values = Indexing.pack(valuesOf(call, context));
  return [launch('indexing', `take_${bytes}`, blocksFor(elements), THREADS, values)];
}

export function add(call: Adding, context: PlanContext): Launch[] {
  const { outer, count, inner } = call.attributes;
  const elements = outer * count * inner;
  if (elements === 0) return [];
  const suffix = suffixes[call.outputs[0]!.dtype];
  const values = valuesOf(call, context);
  const lines = outer * inner;
  if (count <= SHORT || (values.each === 1 && lines >= context.multiprocessors * THREADS)) {
    return [launch('indexing', `addLines_${suffix}`, blocksFor(lines), THREADS, Indexing.pack(values))];
  }
  const sorted = values.each === 1 ? { outer, length: count, inner } : { outer: 1, length: count, inner: 1 };
  const order = context.scratch(sorted.outer * count * sorted.inner * 4);
  return [
    ...sortLaunches(sorted, 'int32', values.index, order, false, context),
    launch(
      'indexing',
      `addSorted_${suffix}`,
      blocksFor(elements),
      THREADS,
      Indexing.pack({ ...values, order }),
    ),
  ];
}

import type { DType } from '../../../dtype.ts';
import type { AxisLayout } from '../../kernels.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Sort } from './parameters.ts';

/** Elements that a block sorts. */
const RUN = 1024;

/** What writes the positions that sort a contiguous [outer, length, inner] along its middle axis to `out`. */
export function sortLaunches(
  { outer, length, inner }: AxisLayout,
  dtype: DType,
  x: bigint,
  out: bigint,
  descending: boolean,
  context: PlanContext,
): Launch[] {
  const count = outer * length * inner;
  if (count === 0) return [];
  const suffix = suffixes[dtype];
  const runs = Math.ceil(length / RUN);
  const merges = Math.ceil(Math.log2(runs));
  const other = merges > 0 ? context.scratch(count * 4) : out;
  // Each merge goes from one buffer to the other; the last one ends in `out`.
  const target = (merge: number): bigint => ((merges - merge) % 2 === 0 ? out : other);
  const values = { x, outer, length, inner, descending: descending ? 1 : 0 };
  const launches = [
    launch(
      'sort',
      `argsort_run_${suffix}`,
      outer * inner * runs,
      THREADS,
      Sort.pack({ ...values, out: target(0), run: RUN }),
    ),
  ];
  for (let merge = 1; merge <= merges; merge++) {
    const parameters = Sort.pack({
      ...values,
      out: target(merge),
      order: target(merge - 1),
      run: RUN * 2 ** (merge - 1),
    });
    launches.push(launch('sort', `argsort_merge_${suffix}`, blocksFor(count), THREADS, parameters));
  }
  return launches;
}

export function argsort(call: LoweredCallOf<'argsort'>, context: PlanContext): Launch[] {
  const input = call.inputs[0] as BufferView;
  const out = context.address(call.outputs[0]!);
  const { attributes } = call;
  return sortLaunches(attributes, input.dtype, context.address(input), out, attributes.descending, context);
}

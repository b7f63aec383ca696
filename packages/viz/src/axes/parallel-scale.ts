import type { Axis, ParallelOption } from '../option.ts';
import { type Scale, scaleOf } from './scale.ts';

/** The scale of one of the axes of a parallel chart, with about `count` ticks; `undefined` for categories. */
export function parallelScale(
  { series: [series] }: ParallelOption,
  axis: Axis,
  index: number,
  count: number,
): Scale | undefined {
  if (axis.type === 'category') return undefined;
  const values = series.data.flatMap(({ value }) => {
    const own = value[index];
    return typeof own === 'number' ? [own] : [];
  });
  return scaleOf(axis, values, count);
}

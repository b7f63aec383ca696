import type { Chart } from '@kindling/viz';
import type { VNode } from 'preact';
import type { Messages } from '../../messages/messages.ts';

/** Charts by what they are of: the same samples give the same chart, which is not drawn again. */
const charts = new WeakMap<object, Map<string, Chart | undefined>>();

/**
 * A chart of a sample of a log, or why there is none: a program may log what fits together badly.
 *
 * @param of the sample, and what else the chart depends on
 */
export function drawn<C extends Chart>(
  t: Messages,
  [sample, ...others]: readonly [object, ...unknown[]],
  make: () => C | undefined,
  view: (chart: C) => VNode,
): VNode | null {
  const key = JSON.stringify(others);
  const known = charts.get(sample) ?? new Map<string, Chart | undefined>();
  charts.set(sample, known);
  try {
    if (!known.has(key)) known.set(key, make());
  } catch (error) {
    return <p class="empty">{t.run.cannotDraw(error instanceof Error ? error.message : String(error))}</p>;
  }
  const chart = known.get(key) as C | undefined;
  return chart === undefined ? null : view(chart);
}

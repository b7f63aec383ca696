import { secondsOf } from '../unit.ts';
import type { Workload } from '../workload.ts';
import type { Row } from './results.ts';

export type Rate = 'ns/row' | 'GFLOP/s';

/** What a time comes to for each row of a step, or as work in time; undefined where the workload says of no rows. */
export function rateOf({ median, unit }: Row, workload: Workload, rate: Rate): number | undefined {
  if (workload.measure !== 'steps' || workload.rows === undefined) return undefined;
  const seconds = secondsOf(median, unit);
  return rate === 'ns/row' ? (1e9 * seconds) / workload.rows : (workload.work ?? 0) / seconds / 1e9;
}

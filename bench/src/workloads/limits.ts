import type { LimitTask } from '../task.ts';
import type { StepWorkload } from '../workload.ts';

const limit = (
  limit: LimitTask['limit'],
  threads: number,
  unit: StepWorkload['unit'],
  work: number,
): StepWorkload => ({
  name: `${limit}-${threads}t`,
  group: 'limits',
  measure: 'steps',
  unit,
  step: { kind: 'limit', limit, threads },
  work,
});

/** What the machine can do at most: fused multiply-adds from registers, and bytes read and written of a copy. */
export const limits: readonly StepWorkload[] = [1, 2].flatMap((threads) => [
  limit('fma', threads, 'GFLOP/s', 2 * 2 ** 23 * threads),
  limit('copy', threads, 'GB/s', 2 * 64 * 2 ** 20),
]);

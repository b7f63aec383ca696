import { metricGoal } from '../events/metric-goal.ts';
import type { EpochReport } from './callback.ts';

/**
 * The value that a name such as `validation.loss` stands for, where the epoch has it. `train.loss` is that of the epoch's last
 * weights, if it was measured, else the mean over its batches.
 */
export function monitored(
  { train, trainEvaluation, validation }: Pick<EpochReport, 'train' | 'trainEvaluation' | 'validation'>,
  monitor: string,
): number | undefined {
  const [split, metric = ''] = monitor.split('.');
  return (split === 'validation' ? validation : (trainEvaluation ?? train))?.[metric];
}

/** Whether a value is better than the best so far: smaller for losses and errors, larger for all else. NaN and infinities never are. */
export function isBetter(monitor: string, value: number, best: number | undefined, minDelta = 0): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  const gain = metricGoal(monitor) === 'max' ? value - best : best - value;
  return gain > minDelta;
}

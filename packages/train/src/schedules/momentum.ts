import { ArgumentError } from '@kindling/core';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { ScheduledGroup } from './counted-schedule.ts';
import { assertOptimizer } from './range.ts';

/** Sets `momentum`, or the first of `betas`. */
export function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas !== undefined) group.betas = [momentum, group.betas[1]];
  else group.momentum = momentum;
}

/** Throws {@link ArgumentError} unless each group has `momentum` or `betas`. */
export function assertHasMomentum(schedule: string, optimizer: Optimizer): void {
  assertOptimizer(schedule, optimizer);
  const groups: readonly ScheduledGroup[] = optimizer.paramGroups;
  if (groups.every((group) => 'momentum' in group || 'betas' in group)) return;
  throw new ArgumentError(
    `${schedule}: expected an optimizer with momentum or betas, got ${optimizer.name}; set cycleMomentum to false`,
  );
}

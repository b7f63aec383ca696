import type { Experiment } from '../experiment/experiment-schema.ts';
import { followsTraining } from '../schedules/schedule-descriptors.ts';

const short = (value: number): string => String(Number(value.toPrecision(3)));

/**
 * What happens to the learning rate of a run that goes on for longer than it began: a schedule that is as long as training is
 * stretched. Nothing for other schedules.
 *
 * @param steps How many steps training took when it began, and takes now.
 * @param rates The learning rate that the run was left with, and the one it goes on with.
 */
export function rateNotice(
  { schedule }: Experiment,
  steps: { readonly before: number; readonly now: number },
  rates: { readonly before: number; readonly now: number },
): string | undefined {
  if (schedule === undefined || !followsTraining(schedule)) return undefined;
  if (steps.before === steps.now) return undefined;
  const [from, to] = [short(rates.before), short(rates.now)];
  const rate =
    from === to
      ? `the learning rate continues from ${from}`
      : `the learning rate changes from ${from} to ${to}`;
  return `schedule ${schedule.type}: its length is that of the training, now ${steps.now} steps instead of ${steps.before}; ${rate}`;
}

import type { Optimizer } from '../optimizers/optimizer.ts';
import type { CountedSchedule } from '../schedules/counted-schedule.ts';
import { LinearLR } from '../schedules/linear-lr.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { openLength, type ScheduleUnit, scheduleDescriptor } from '../schedules/schedule-descriptors.ts';
import { schedules } from '../schedules/schedules.ts';
import { SequentialLR } from '../schedules/sequential-lr.ts';
import type { ScheduleSettings } from './schedule-schema.ts';

export interface BuiltSchedule {
  readonly schedule: Schedule;
  /** When it steps. */
  readonly scheduleOn: ScheduleUnit;
}

/** How long training is. */
export interface Length {
  readonly steps: number;
  readonly epochs: number;
}

/** The schedule that an experiment names, behind its warm-up. */
export function buildSchedule(
  settings: ScheduleSettings,
  optimizer: Optimizer,
  { steps, epochs }: Length,
): BuiltSchedule {
  const { type, per, warmUp, ...options } = {
    per: scheduleDescriptor(settings.type).unit ?? 'epoch',
    warmUp: undefined,
    ...settings,
  };
  const length = (per === 'step' ? steps : epochs) - (warmUp ?? 0);
  const open = openLength(settings);
  const build = (): Schedule => {
    const schedule: new (optimizer: Optimizer, options: never) => Schedule = schedules[type];
    const filledIn = open === undefined ? options : { ...options, [open]: Math.max(1, length) };
    // The class takes what its descriptor has the schema of.
    return new schedule(optimizer, filledIn as never);
  };
  return {
    schedule: warmUp === undefined ? build() : warmedUp(optimizer, warmUp, build as () => CountedSchedule),
    scheduleOn: per,
  };
}

/** A schedule behind a rise to the learning rate: 1/(n + 1), 2/(n + 1), … of it over n counts. */
function warmedUp(optimizer: Optimizer, length: number, build: () => CountedSchedule): Schedule {
  const rise = new LinearLR(optimizer, { startFactor: 1 / (length + 1), totalIters: length });
  return new SequentialLR(optimizer, { schedules: [rise, build()], milestones: [length] });
}

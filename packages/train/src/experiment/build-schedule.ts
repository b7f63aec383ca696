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
  const { per, warmUp, ...own } = {
    per: scheduleDescriptor(settings.type).unit ?? 'epoch',
    warmUp: undefined,
    ...settings,
  };
  const length = (per === 'step' ? steps : epochs) - (warmUp ?? 0);
  const schedule =
    warmUp === undefined
      ? build(own, optimizer, length)
      : warmedUp(optimizer, warmUp, () => build(own, optimizer, length) as CountedSchedule);
  return { schedule, scheduleOn: per };
}

/** A schedule without the keys that are about when it begins and steps. */
type OwnSettings = { readonly type: ScheduleSettings['type'] };

/** @param length How long the schedule is, where its settings do not say so. */
function build(settings: OwnSettings, optimizer: Optimizer, length: number): Schedule {
  const { type, ...options } = settings;
  const { parts } = scheduleDescriptor(type);
  const schedule: new (optimizer: Optimizer, options: never) => Schedule = schedules[type];
  const open = openLength(settings);
  const filledIn: Record<string, unknown> = { ...options };
  if (open !== undefined) filledIn[open] = Math.max(1, length);
  if (parts !== undefined) filledIn[parts] = buildParts(settings as SequentialSettings, optimizer, length);
  // The class takes what its descriptor has the schema of.
  return new schedule(optimizer, filledIn as never);
}

type SequentialSettings = Extract<ScheduleSettings, { type: 'sequential' }>;

/** Schedules that follow each other, each as long as until the next begins. */
const buildParts = (
  { schedules, milestones }: SequentialSettings,
  optimizer: Optimizer,
  length: number,
): readonly Schedule[] =>
  schedules.map((part, i) => build(part, optimizer, (milestones[i] ?? length) - (milestones[i - 1] ?? 0)));

/** A schedule behind a rise to the learning rate: 1/(n + 1), 2/(n + 1), … of it over n counts. */
function warmedUp(optimizer: Optimizer, length: number, build: () => CountedSchedule): Schedule {
  const rise = new LinearLR(optimizer, { startFactor: 1 / (length + 1), totalIters: length });
  return new SequentialLR(optimizer, { schedules: [rise, build()], milestones: [length] });
}

import type { Optimizer } from '../optimizers/optimizer.ts';
import { CosineAnnealingLR } from '../schedules/cosine-annealing-lr.ts';
import type { CountedSchedule } from '../schedules/counted-schedule.ts';
import { ExponentialLR } from '../schedules/exponential-lr.ts';
import { LinearLR } from '../schedules/linear-lr.ts';
import { MultiStepLR } from '../schedules/multi-step-lr.ts';
import { OneCycleLR } from '../schedules/one-cycle-lr.ts';
import { ReduceLROnPlateau } from '../schedules/reduce-lr-on-plateau.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { SequentialLR } from '../schedules/sequential-lr.ts';
import { StepLR } from '../schedules/step-lr.ts';
import type { ScheduleSettings } from './schedule-schema.ts';

export interface BuiltSchedule {
  readonly schedule: Schedule;
  /** When it steps. */
  readonly scheduleOn: 'step' | 'epoch' | 'evaluation';
}

/** How long training is. */
export interface Length {
  readonly steps: number;
  readonly epochs: number;
}

type Counted = Extract<ScheduleSettings, { warmUp?: unknown }>;

/** The schedule that an experiment names. */
export function buildSchedule(
  settings: ScheduleSettings,
  optimizer: Optimizer,
  { steps, epochs }: Length,
): BuiltSchedule {
  switch (settings.type) {
    case 'plateau': {
      const { type, ...options } = settings;
      return { schedule: new ReduceLROnPlateau(optimizer, options), scheduleOn: 'evaluation' };
    }
    case 'oneCycle': {
      const { type, totalSteps = steps, ...options } = settings;
      return { schedule: new OneCycleLR(optimizer, { ...options, totalSteps }), scheduleOn: 'step' };
    }
    case 'warmUp': {
      const { type, per, ...options } = settings;
      return { schedule: new LinearLR(optimizer, options), scheduleOn: per };
    }
    default: {
      const length = settings.per === 'step' ? steps : epochs;
      return { schedule: warmedUp(settings, optimizer, length), scheduleOn: settings.per };
    }
  }
}

/** A schedule behind a rise to the learning rate: 1/(n + 1), 2/(n + 1), … of it over n counts. */
function warmedUp(settings: Counted, optimizer: Optimizer, length: number): Schedule {
  const { warmUp } = settings;
  const rise =
    warmUp === undefined
      ? undefined
      : new LinearLR(optimizer, { startFactor: 1 / (warmUp + 1), totalIters: warmUp });
  const main = buildCounted(settings, optimizer, length - (warmUp ?? 0));
  if (rise === undefined || warmUp === undefined) return main;
  return new SequentialLR(optimizer, { schedules: [rise, main], milestones: [warmUp] });
}

function buildCounted(settings: Counted, optimizer: Optimizer, length: number): CountedSchedule {
  switch (settings.type) {
    case 'step': {
      const { stepSize, gamma } = settings;
      return new StepLR(optimizer, { stepSize, gamma });
    }
    case 'multiStep': {
      const { milestones, gamma } = settings;
      return new MultiStepLR(optimizer, { milestones, gamma });
    }
    case 'exponential': {
      const { gamma } = settings;
      return new ExponentialLR(optimizer, { gamma });
    }
    case 'cosine': {
      const { tMax = Math.max(1, length), etaMin } = settings;
      return new CosineAnnealingLR(optimizer, { tMax, etaMin });
    }
  }
}

import type { Optimizer } from '../optimizers/optimizer.ts';
import { CosineAnnealingLR } from './cosine-annealing-lr.ts';
import { CosineAnnealingWarmRestarts } from './cosine-annealing-warm-restarts.ts';
import { CyclicLR } from './cyclic-lr.ts';
import { ExponentialLR } from './exponential-lr.ts';
import { LinearLR } from './linear-lr.ts';
import { MultiStepLR } from './multi-step-lr.ts';
import { OneCycleLR } from './one-cycle-lr.ts';
import { PolynomialLR } from './polynomial-lr.ts';
import { ReduceLROnPlateau } from './reduce-lr-on-plateau.ts';
import type { Schedule } from './schedule.ts';
import type { ScheduleName } from './schedule-descriptors.ts';
import { SequentialLR } from './sequential-lr.ts';
import { StepLR } from './step-lr.ts';

type ScheduleClass = new (optimizer: Optimizer, options: never) => Schedule;

/** Every schedule by the name that experiment files use. */
export const schedules = {
  step: StepLR,
  multiStep: MultiStepLR,
  exponential: ExponentialLR,
  cosine: CosineAnnealingLR,
  oneCycle: OneCycleLR,
  plateau: ReduceLROnPlateau,
  warmUp: LinearLR,
  polynomial: PolynomialLR,
  cosineWarmRestarts: CosineAnnealingWarmRestarts,
  cyclic: CyclicLR,
  sequential: SequentialLR,
} as const satisfies Readonly<Record<ScheduleName, ScheduleClass>>;

export type { ScheduleName };

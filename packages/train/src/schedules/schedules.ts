import { CosineAnnealingLR } from './cosine-annealing-lr.ts';
import { ExponentialLR } from './exponential-lr.ts';
import { LinearLR } from './linear-lr.ts';
import { MultiStepLR } from './multi-step-lr.ts';
import { OneCycleLR } from './one-cycle-lr.ts';
import { ReduceLROnPlateau } from './reduce-lr-on-plateau.ts';
import { StepLR } from './step-lr.ts';

/** Every schedule by the name that experiment files use. */
export const schedules = {
  step: StepLR,
  multiStep: MultiStepLR,
  exponential: ExponentialLR,
  cosine: CosineAnnealingLR,
  oneCycle: OneCycleLR,
  plateau: ReduceLROnPlateau,
  warmUp: LinearLR,
} as const;

export type ScheduleName = keyof typeof schedules;

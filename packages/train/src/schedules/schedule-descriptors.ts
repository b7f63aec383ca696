import * as z from 'zod';
import { byType, type Descriptor, type OptionsOf } from '../descriptor.ts';
import { taggedBy } from '../experiment/tagged.ts';
import { lazily } from '../lazily.ts';

/** When a schedule steps. */
export type ScheduleUnit = 'step' | 'epoch' | 'evaluation';

/**
 * A schedule that experiments can name. Its class is in the table `schedules` and takes the options, but for `per`, which is its unit,
 * and `warmUp`, the length of a linear rise before it.
 */
export interface ScheduleDescriptor<S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape>
  extends Descriptor<string, S> {
  /** Its unit, where the experiment cannot choose one by `per`. */
  readonly unit?: ScheduleUnit;
  /** The option that is its length: that of the training without the warm-up, where it is left out. */
  readonly length?: string;
  /** Whether no step may follow that length. Default false. */
  readonly isFinite?: boolean;
  /** The option that says whether it changes the optimizer's momentum, too. */
  readonly momentum?: string;
  /** The option that lists schedules which follow each other, where it is made of such. */
  readonly parts?: string;
  /** Options that do not go together: the one that is wrong, what was expected, and what came. */
  conflict?(options: OptionsOf<() => S>): { readonly option: string; readonly message: string } | undefined;
}

const count = lazily(() => z.int().positive());
const per = lazily(() => z.enum(['epoch', 'step']).default('epoch').describe('Unit of the schedule.'));
const gamma = lazily(() => z.number().positive());
const warmUp = lazily(() => count().optional().describe('Length of a linear warm-up before the schedule.'));
const momentum = lazily(() => z.number().min(0));

/** Schedules by the number of steps or epochs, any of which may be a part of a sequence. */
const counted = [
  {
    type: 'step',
    description: 'Multiplies the learning rate by gamma every stepSize.',
    options: () => ({ per: per(), warmUp: warmUp(), stepSize: count(), gamma: gamma().default(0.1) }),
  },
  {
    type: 'multiStep',
    description: 'Multiplies the learning rate by gamma at each milestone.',
    options: () => ({
      per: per(),
      warmUp: warmUp(),
      milestones: z.array(z.int().min(0)).min(1),
      gamma: gamma().default(0.1),
    }),
  },
  {
    type: 'exponential',
    description: 'Multiplies the learning rate by gamma each time.',
    options: () => ({ per: per(), warmUp: warmUp(), gamma: gamma() }),
  },
  {
    type: 'cosine',
    description: 'Lowers the learning rate along half a cosine.',
    options: () => ({
      per: per(),
      warmUp: warmUp(),
      tMax: count()
        .optional()
        .describe('Length of the cosine. Default: the whole training without the warm-up.'),
      etaMin: z.number().min(0).default(0).describe('Learning rate at the end.'),
    }),
    length: 'tMax',
  },
  {
    type: 'warmUp',
    description: 'Changes the learning rate linearly from startFactor · lr to endFactor · lr.',
    options: () => ({
      per: per().default('step'),
      startFactor: z
        .number()
        .positive()
        .max(1)
        .default(1 / 3),
      endFactor: z.number().min(0).max(1).default(1),
      totalIters: count().default(5).describe('Length of the change.'),
    }),
  },
  {
    type: 'polynomial',
    description: 'Lowers the learning rate to 0, as a power of the part of training that is left.',
    options: () => ({
      per: per(),
      warmUp: warmUp(),
      totalIters: count()
        .optional()
        .describe('Length until 0. Default: the whole training without the warm-up.'),
      power: z.number().min(0).default(1),
    }),
    length: 'totalIters',
  },
  {
    type: 'cosineWarmRestarts',
    description: 'Lowers the learning rate along half a cosine, and begins again (SGDR).',
    options: () => ({
      per: per(),
      warmUp: warmUp(),
      t0: count().describe('Length of the first cosine.'),
      tMult: count().default(1).describe('Factor of the length at each restart.'),
      etaMin: z.number().min(0).default(0).describe('Learning rate at the end of a cosine.'),
    }),
  },
  {
    type: 'cyclic',
    description: 'Raises the learning rate from baseLr to maxLr and lowers it again, over and over.',
    options: () => ({
      per: per().default('step'),
      baseLr: z.number().min(0),
      maxLr: z.number().positive(),
      stepSizeUp: count().default(2000).describe('Length of the rise.'),
      stepSizeDown: count().optional().describe('Length of the fall. Default: that of the rise.'),
      mode: z
        .enum(['triangular', 'triangular2', 'expRange'])
        .default('triangular')
        .describe('Height of the cycles: the same, halved from each to the next, or times gamma per step.'),
      gamma: gamma().default(1),
      cycleMomentum: z.boolean().default(true),
      baseMomentum: momentum().default(0.8),
      maxMomentum: momentum().default(0.9),
    }),
    momentum: 'cycleMomentum',
  },
] as const satisfies readonly ScheduleDescriptor[];

/** As a part of a sequence, which has the unit and begins where the part before ends. */
type Part<D extends Descriptor> = {
  readonly type: D['type'];
  readonly options: () => Omit<ReturnType<D['options']>, 'per' | 'warmUp'>;
};

type Parts<T extends readonly Descriptor[]> = { readonly [I in keyof T]: Part<T[I]> };

const parts = counted.map((descriptor: Descriptor) => ({
  ...descriptor,
  options: () => {
    const { per: _, warmUp: __, ...options } = descriptor.options();
    return options;
  },
})) as unknown as Parts<typeof counted>;

const sequential = lazily(() => ({
  per: per(),
  schedules: z.array(taggedBy(parts)).min(2).describe('The schedules, in their order.'),
  milestones: z
    .array(count())
    .min(1)
    .describe(
      'When the second schedule and those after it begin, ascending; one less than there are schedules.',
    ),
}));

function sequentialConflict({ schedules, milestones }: OptionsOf<typeof sequential>) {
  const option = 'milestones';
  if (milestones.length !== schedules.length - 1) {
    const message = `expected ${schedules.length - 1} for ${schedules.length} schedules, got ${milestones.length}`;
    return { option, message };
  }
  const isAscending = milestones.every((milestone, i) => i === 0 || milestone > milestones[i - 1]!);
  return isAscending
    ? undefined
    : { option, message: `expected ascending numbers, got [${milestones.join(', ')}]` };
}

/** Every schedule that experiments can name. Definitions and defaults are those of `torch.optim.lr_scheduler`. */
export const scheduleDescriptors = [
  ...counted,
  {
    type: 'oneCycle',
    description: 'Raises the learning rate to maxLr and lowers it again (1cycle).',
    options: () => ({
      maxLr: z.number().positive(),
      totalSteps: count().optional().describe('Number of steps. Default: the whole training.'),
      pctStart: z.number().min(0).max(1).default(0.3),
      annealStrategy: z.enum(['cos', 'linear']).default('cos'),
      cycleMomentum: z.boolean().default(true),
      baseMomentum: momentum().default(0.85),
      maxMomentum: momentum().default(0.95),
      divFactor: z.number().positive().default(25),
      finalDivFactor: z.number().positive().default(1e4),
      threePhase: z.boolean().default(false),
    }),
    unit: 'step',
    momentum: 'cycleMomentum',
    length: 'totalSteps',
    isFinite: true,
  },
  {
    type: 'plateau',
    description:
      'Multiplies the learning rate by factor when the validation loss stops falling; the training loss without validation.',
    options: () => ({
      factor: z.number().positive().lt(1).default(0.1),
      patience: z.int().min(0).default(10),
      threshold: z.number().min(0).default(1e-4),
      thresholdMode: z.enum(['rel', 'abs']).default('rel'),
      cooldown: z.int().min(0).default(0),
      minLr: z.number().min(0).default(0),
      eps: z.number().min(0).default(1e-8),
    }),
    unit: 'evaluation',
  },
  {
    type: 'sequential',
    description: "One schedule after another, each from the optimizer's learning rate.",
    options: sequential,
    parts: 'schedules',
    conflict: sequentialConflict,
  },
] as const satisfies readonly ScheduleDescriptor[];

const known = byType(scheduleDescriptors);

export type ScheduleName = keyof typeof known;

/** The descriptor of a schedule by its name. */
export const scheduleDescriptor = (type: ScheduleName): ScheduleDescriptor => known[type];

/** The option of a schedule that is as long as training, because the experiment does not say how long it is. */
export function openLength(settings: { readonly type: ScheduleName }): string | undefined {
  const { length } = scheduleDescriptor(settings.type);
  return length !== undefined && Reflect.get(settings, length) === undefined ? length : undefined;
}

/** Whether a schedule is as long as training, as a whole or in its last part. */
export function followsTraining(settings: { readonly type: ScheduleName }): boolean {
  const { parts } = scheduleDescriptor(settings.type);
  const last = parts === undefined ? undefined : Reflect.get(settings, parts).at(-1);
  return openLength(last ?? settings) !== undefined;
}

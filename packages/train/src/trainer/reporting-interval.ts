import type { Callback } from './callback.ts';
import type { FitOptions } from './fit-options.ts';
import type { TrainerOptions } from './trainer-options.ts';
import type { TrainerPosition } from './trainer-state.ts';

export interface ReportingIntervalOptions {
  readonly callbacks: readonly Callback[];
  /** The interval of callbacks that name none. */
  readonly defaultInterval: number;
  readonly maxSteps: number;
  readonly epochs: number;
  /** Number of epochs after which the end of one is awaited. Infinity where none is. */
  readonly awaitEvery: number;
}

/** How many steps one call may take. */
export interface StepBudget {
  /** Steps at the most. */
  readonly steps: number;
  /** Epochs at the most, of which the one that runs is the first. */
  readonly epochs: number;
}

/**
 * How many steps may run before reports are due: of steps, of an epoch that is evaluated or that a callback or a schedule waits for, or
 * of the end. It decides when callbacks run, never what is computed.
 */
export class ReportingInterval {
  readonly #options: ReportingIntervalOptions;
  /** Steps are reported when their number is a multiple of one of these. */
  readonly #multiples: readonly number[];

  constructor(options: ReportingIntervalOptions) {
    const { callbacks, defaultInterval } = options;
    this.#options = options;
    const reported = callbacks.filter(({ onTrainBatchEnd }) => onTrainBatchEnd !== undefined);
    this.#multiples = [...new Set(reported.map(({ interval = defaultInterval }) => interval))].filter(
      Number.isFinite,
    );
  }

  /** Whether so many steps must be reported before the next one is taken. */
  isDue(step: number): boolean {
    return this.#multiples.some((every) => step % every === 0);
  }

  /** How many steps one call may take from there. */
  budget({ step, epoch }: Pick<TrainerPosition, 'step' | 'epoch'>): StepBudget {
    const { maxSteps, epochs, awaitEvery } = this.#options;
    const awaited = (Math.floor(epoch / awaitEvery) + 1) * awaitEvery;
    return {
      steps: Math.min(maxSteps - step, ...this.#multiples.map((every) => every - (step % every))),
      epochs: Math.min(epochs, awaited) - epoch,
    };
  }
}

/** The intervals at which a trainer with these options reports. */
export function reportingIntervalOf(
  { model, schedule, scheduleOn = 'epoch' }: TrainerOptions,
  { callbacks = [], epochs, maxSteps = Number.POSITIVE_INFINITY, evaluateEvery = 1, ...samples }: FitOptions,
): ReportingInterval {
  const device = model.parameters()[0]?.device ?? 'cpu';
  const isEachAwaited =
    callbacks.some(
      ({ onTrainBatchesEnd, onTrainEpochEnd, interval }) =>
        (onTrainBatchesEnd ?? onTrainEpochEnd) !== undefined && interval === undefined,
    ) ||
    (schedule !== undefined && scheduleOn === 'epoch' && !schedule.ignoresMetric);
  const isEvaluationAwaited =
    samples.trainEvaluation !== undefined ||
    samples.validation !== undefined ||
    (schedule !== undefined && scheduleOn === 'evaluation');
  return new ReportingInterval({
    callbacks,
    // Reading a loss makes devices other than the CPU wait.
    defaultInterval: device === 'cpu' ? 1 : Number.POSITIVE_INFINITY,
    maxSteps,
    epochs,
    awaitEvery: isEachAwaited ? 1 : isEvaluationAwaited ? evaluateEvery : Number.POSITIVE_INFINITY,
  });
}

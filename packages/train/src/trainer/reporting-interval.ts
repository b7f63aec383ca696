import type { Callback } from './callback.ts';
import type { FitOptions } from './fit-options.ts';
import type { TrainerOptions } from './trainer-options.ts';
import type { Position } from './trainer-state.ts';

export interface PaceOptions {
  readonly callbacks: readonly Callback[];
  /** What `every` is for callbacks that do not say. */
  readonly defaultEvery: number;
  readonly maxSteps: number;
  readonly epochs: number;
  /** Somebody waits for the end of every so many epochs. Infinity where nobody does. */
  readonly awaitEvery: number;
}

/** How much training may be done in one go. */
export interface Room {
  /** Steps at the most. */
  readonly steps: number;
  /** Epochs at the most, of which the one that runs is the first. */
  readonly epochs: number;
}

/**
 * How far training may run before it has to stop: to report steps, to evaluate, to hear what a callback or a schedule makes of an
 * epoch, or because it is over. It decides when somebody is told, never what is computed.
 */
export class Pace {
  readonly #options: PaceOptions;
  /** Steps are reported when their number is a multiple of one of these. */
  readonly #multiples: readonly number[];

  constructor(options: PaceOptions) {
    const { callbacks, defaultEvery } = options;
    this.#options = options;
    const told = callbacks.filter(({ onSteps }) => onSteps !== undefined);
    this.#multiples = [...new Set(told.map(({ every = defaultEvery }) => every))].filter(Number.isFinite);
  }

  /** Whether so many steps must be reported before the next one is taken. */
  isDue(step: number): boolean {
    return this.#multiples.some((every) => step % every === 0);
  }

  /** How far training may run in one go from there. */
  room({ step, epoch }: Pick<Position, 'step' | 'epoch'>): Room {
    const { maxSteps, epochs, awaitEvery } = this.#options;
    const awaited = (Math.floor(epoch / awaitEvery) + 1) * awaitEvery;
    return {
      steps: Math.min(maxSteps - step, ...this.#multiples.map((every) => every - (step % every))),
      epochs: Math.min(epochs, awaited) - epoch,
    };
  }
}

/** The pace at which a trainer with these options fits. */
export function paceOf(
  { model, schedule, scheduleOn = 'epoch' }: TrainerOptions,
  { callbacks = [], epochs, maxSteps = Number.POSITIVE_INFINITY, evaluateEvery = 1, ...samples }: FitOptions,
): Pace {
  const device = model.parameters()[0]?.device ?? 'cpu';
  const isEachAwaited =
    callbacks.some(({ onEpoch, every }) => onEpoch !== undefined && every === undefined) ||
    (schedule !== undefined && scheduleOn === 'epoch' && !schedule.ignoresMetric);
  const isEvaluationAwaited =
    samples.evaluation !== undefined ||
    samples.validation !== undefined ||
    (schedule !== undefined && scheduleOn === 'evaluation');
  return new Pace({
    callbacks,
    // Reading a loss makes devices other than the CPU wait.
    defaultEvery: device === 'cpu' ? 1 : Number.POSITIVE_INFINITY,
    maxSteps,
    epochs,
    awaitEvery: isEachAwaited ? 1 : isEvaluationAwaited ? evaluateEvery : Number.POSITIVE_INFINITY,
  });
}

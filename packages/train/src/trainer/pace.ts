import type { Callback } from './callback.ts';
import type { Position } from './trainer-state.ts';

export interface PaceOptions {
  readonly callbacks: readonly Callback[];
  /** What `every` is for callbacks that do not say. */
  readonly ordinary: number;
  readonly maxSteps: number;
  readonly epochs: number;
  /** Epochs from one evaluation to the next; Infinity where nothing is evaluated, 1 where each epoch's end is waited for. */
  readonly evaluateEvery: number;
}

export interface Room {
  /** Steps at the most. */
  readonly steps: number;
  /** Epochs, the one that runs among them, at the end of which training must stop at the latest. */
  readonly epochs: number;
}

/** How far training may run before something must be told, asked or measured. */
export class Pace {
  readonly #options: PaceOptions;
  /** Callbacks are told when the number of steps is a multiple of one of these. */
  readonly #multiples: readonly number[];

  constructor(options: PaceOptions) {
    const { callbacks, ordinary } = options;
    this.#options = options;
    const told = callbacks.filter(({ onSteps }) => onSteps !== undefined);
    this.#multiples = [...new Set(told.map(({ every = ordinary }) => every))].filter(Number.isFinite);
  }

  /** Whether callbacks must be told before the next step. */
  isDue(step: number): boolean {
    return this.#multiples.some((every) => step % every === 0);
  }

  /** How far training may run in one go from there. */
  room({ step, epoch }: Pick<Position, 'step' | 'epoch'>): Room {
    const { maxSteps, epochs, evaluateEvery } = this.#options;
    const evaluated = (Math.floor(epoch / evaluateEvery) + 1) * evaluateEvery;
    return {
      steps: Math.min(maxSteps - step, ...this.#multiples.map((every) => every - (step % every))),
      epochs: Math.min(epochs, evaluated) - epoch,
    };
  }
}

import type { TrainingProgress } from './training-progress.ts';

/** Least time between two lines, after an epoch and within one. */
const PAUSE_MS = { epoch: 2000, step: 15_000 };

/** Progress as lines, where nothing can be redrawn: after an epoch every 2 s at most, and within one every 15 s. */
export class ProgressLines {
  readonly #progress: TrainingProgress;
  readonly #write: (line: string) => void;
  #written = performance.now();

  constructor(progress: TrainingProgress, write: (line: string) => void) {
    this.#progress = progress;
    this.#write = write;
  }

  /** The progress has a new step. */
  onStep(): void {
    this.#line('step');
  }

  /** The progress has a new epoch. */
  onEpoch(): void {
    this.#line('epoch');
  }

  #line(kind: keyof typeof PAUSE_MS): void {
    const now = performance.now();
    if (now - this.#written < PAUSE_MS[kind]) return;
    this.#written = now;
    this.#write(kind === 'step' ? this.#progress.stepLine : this.#progress.epochLine);
  }
}

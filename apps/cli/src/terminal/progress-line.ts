import { type Progress, progressText, RedrawnLine } from '@kindling/train/internal/console';
import type { Output } from './output.ts';

const redrawMs = 100;

/** A line at the bottom of the terminal that is written over and over; without a terminal there is none. */
export class ProgressLine {
  readonly #line: RedrawnLine;
  readonly #lively: boolean;
  #shown = Number.NEGATIVE_INFINITY;

  constructor({ notes, lively }: Output) {
    this.#line = new RedrawnLine(notes);
    this.#lively = lively;
  }

  /** Whether there is a line to be seen. */
  get lively(): boolean {
    return this.#lively;
  }

  /** Shows the progress, unless the line was drawn a moment ago. */
  update(progress: () => Progress): void {
    if (!this.#lively || performance.now() - this.#shown < redrawMs) return;
    this.#line.draw(progressText(progress(), this.#line.columns));
    this.#shown = performance.now();
  }

  /** Takes the line away; the next update draws it again. */
  clear(): void {
    this.#line.clear();
    this.#shown = Number.NEGATIVE_INFINITY;
  }
}

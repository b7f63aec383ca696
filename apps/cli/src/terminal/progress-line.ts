import { progressText as drawProgress, type Progress } from '@kindling/train/internal/console';
import type { Output, Terminal } from './output.ts';
import { safeLine } from './safe-text.ts';

/** {@link drawProgress} of texts from anywhere. */
export const progressText = (progress: Progress, columns: number): string =>
  drawProgress(
    { ...progress, label: safeLine(progress.label), facts: progress.facts.map(safeLine) },
    columns,
  );

const redrawMs = 80;

/** A line at the bottom of the terminal that is written over and over; without a terminal there is none. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #lively: boolean;
  #shown = Number.NEGATIVE_INFINITY;
  #visible = false;

  constructor({ notes, lively }: Output) {
    this.#terminal = notes;
    this.#lively = lively;
  }

  /** Whether there is a line to be seen. */
  get lively(): boolean {
    return this.#lively;
  }

  /** Shows the progress, unless the line was drawn a moment ago. */
  update(progress: () => Progress): void {
    if (!this.#lively || performance.now() - this.#shown < redrawMs) return;
    const columns = (this.#terminal.columns ?? 80) - 1;
    this.#terminal.write(`\r${progressText(progress(), columns)}\x1b[K`);
    this.#shown = performance.now();
    this.#visible = true;
  }

  /** Takes the line away; the next update draws it again. */
  clear(): void {
    if (!this.#visible) return;
    this.#terminal.write('\r\x1b[K');
    this.#visible = false;
    this.#shown = Number.NEGATIVE_INFINITY;
  }
}

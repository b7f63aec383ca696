import type { Sweep, SweepTrial } from '@kindling/train';
import type { TrialResult } from '@kindling/train/internal';
import { formatMetric } from '@kindling/train/internal/console';
import type { Output } from '../../terminal/output.ts';
import { ProgressLine } from '../../terminal/progress-line.ts';
import { metricOf, settingsText, valueText } from './trial-table.ts';

/** Reports a sweep on stderr: a line for each trial that ends, and on a terminal a bar over all of them. */
export class SweepProgress {
  readonly #output: Output;
  readonly #sweep: Sweep;
  readonly #line: ProgressLine;
  /** The share of each trial that runs. */
  readonly #running = new Map<string, number>();
  #done: number;

  /** @param done trials that had ended before */
  constructor(output: Output, sweep: Sweep, done: number) {
    this.#output = output;
    this.#sweep = sweep;
    this.#line = new ProgressLine(output);
    this.#done = done;
  }

  note(text: string): void {
    this.#line.clear();
    this.#output.note(text);
  }

  readonly onBegin = ({ run }: SweepTrial): void => {
    this.#running.set(run, 0);
    this.#draw(undefined);
  };

  readonly onProgress = ({ run }: SweepTrial, share: number, best: TrialResult | undefined): void => {
    this.#running.set(run, Math.min(1, share));
    this.#draw(best);
  };

  onEnd(result: TrialResult): void {
    const { run, settings, status, reason } = result;
    const { monitor, trials } = this.#sweep;
    this.#running.delete(run);
    if (status !== 'stopped') this.#done++;
    const value = valueText(result, monitor);
    const outcome =
      status === 'completed'
        ? `${monitor} ${value}`
        : [status, ...(reason === undefined ? [] : [reason.replace(/^(pruned|interrupted): /, '')])].join(
            ': ',
          );
    this.note(`${this.#done} of ${trials.length}: ${run} (${settingsText(settings)}): ${outcome}`);
  }

  clear(): void {
    this.#line.clear();
  }

  #draw(best: TrialResult | undefined): void {
    const { trials, monitor, name } = this.#sweep;
    this.#line.update(() => ({
      label: name,
      done: this.#done + [...this.#running.values()].reduce((sum, share) => sum + share, 0),
      total: trials.length,
      facts: [
        `${this.#done} of ${trials.length} trials`,
        ...(best?.best === undefined
          ? []
          : [`best ${monitor} ${formatMetric(metricOf(monitor), best.best.value)}`]),
      ],
    }));
  }
}

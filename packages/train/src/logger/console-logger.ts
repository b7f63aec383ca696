import { ArgumentError } from '@kindling/core';
import { assertBoolean, checkOptions, describeValue } from '@kindling/core/internal';
import { formatSeconds, plural } from '../console/format.ts';
import { isPlainOutput } from '../console/plain-output.ts';
import { ProgressLines } from '../console/progress-lines.ts';
import { progressText } from '../console/progress-text.ts';
import { RedrawnLine, type TerminalStream } from '../console/redrawn-line.ts';
import { safeLine } from '../console/safe-text.ts';
import { TrainingProgress } from '../console/training-progress.ts';
import type { Callback, EpochReport, FitStatus } from '../trainer/callback.ts';
import type { TrainSteps } from '../trainer/train-steps.ts';
import type { Trainer } from '../trainer/trainer.ts';

/** A stream that may be a terminal: `process.stderr`. */
export interface ConsoleStream extends TerminalStream {
  readonly isTTY?: boolean | undefined;
  on?(event: 'error', listener: () => void): unknown;
}

export interface ConsoleLoggerOptions {
  /** Writes nothing. Default false. */
  readonly quiet?: boolean | undefined;
  /** Default `process.stderr`, in a browser the console. */
  readonly stream?: ConsoleStream | undefined;
}

const REDRAW_MS = 100;

/** Where there is no process, the console takes a line at a time. */
const defaultStream = (): ConsoleStream =>
  typeof process === 'undefined' ? { write: (text) => console.log(text.trimEnd()) } : process.stderr;

const environment = () => (typeof process === 'undefined' ? {} : process.env);

/** Streams whose errors are ignored: a closed stderr must not end a training. */
const guarded = new WeakSet<ConsoleStream>();

/**
 * Shows the progress of a `Trainer`'s `fit`. On a terminal: a bar with the latest metrics, the time that is left and the speed, and a
 * line at the end. Without one, under `NO_COLOR` and in `CI`: plain lines, after an epoch every two seconds at most.
 *
 * ```ts
 * await trainer.fit(batches, { epochs: 10, callbacks: [new ConsoleLogger()] });
 * ```
 */
export class ConsoleLogger implements Callback {
  readonly name = 'consoleLogger';
  readonly interval = Number.POSITIVE_INFINITY;
  readonly #stream: ConsoleStream;
  readonly #quiet: boolean;
  readonly #bar: RedrawnLine;
  #isLively = false;
  #progress = new TrainingProgress({});
  #lines = new ProgressLines(this.#progress, () => undefined);
  #began = 0;
  #firstStep = 0;
  #drawn = Number.NEGATIVE_INFINITY;

  /** @throws {ArgumentError} for options that are not as described. */
  constructor(options: ConsoleLoggerOptions = {}) {
    const { quiet = false, stream = defaultStream() } = checkOptions('ConsoleLogger', options, {
      quiet: true,
      stream: true,
    });
    assertBoolean('ConsoleLogger', 'quiet', quiet);
    if (typeof stream?.write !== 'function') {
      throw new ArgumentError(`ConsoleLogger: expected a stream to write to, got ${describeValue(stream)}`);
    }
    this.#quiet = quiet;
    this.#stream = stream;
    this.#bar = new RedrawnLine(stream);
  }

  onTrainStart(trainer: Trainer): void {
    if (!this.#quiet && !guarded.has(this.#stream)) {
      guarded.add(this.#stream);
      this.#stream.on?.('error', () => undefined);
    }
    this.#isLively = this.#stream.isTTY === true && !isPlainOutput(environment());
    this.#progress = new TrainingProgress({ epochs: trainer.epochs, steps: trainer.steps });
    this.#lines = new ProgressLines(this.#progress, (line) => this.#write(line));
    this.#began = performance.now();
    this.#firstStep = trainer.step;
    this.#drawn = Number.NEGATIVE_INFINITY;
  }

  onTrainBatchEnd(steps: TrainSteps): void {
    const last = steps.at(-1);
    if (this.#quiet || last === undefined) return;
    this.#progress.addStep(last);
    if (this.#isLively) this.#draw();
    else this.#lines.onStep();
  }

  onTrainEpochEnd(report: EpochReport): void {
    if (this.#quiet) return;
    this.#progress.addEpoch(report);
    if (!this.#isLively) this.#lines.onEpoch();
  }

  onTrainEnd(status: FitStatus, trainer: Trainer): void {
    if (this.#quiet) return;
    this.#bar.clear();
    const seconds = (performance.now() - this.#began) / 1000;
    const steps = plural(trainer.step - this.#firstStep, 'step');
    const results = this.#progress.measured.join(', ') || (this.#progress.lossText ?? '');
    const reason = trainer.stopReason === undefined ? '' : ` (${safeLine(trainer.stopReason)})`;
    this.#write(`${status}${reason} after ${steps} in ${formatSeconds(seconds)}${results && `: ${results}`}`);
  }

  #draw(): void {
    const now = performance.now();
    const bar = this.#progress.bar(this.#progress.facts);
    if (bar === undefined || now - this.#drawn < REDRAW_MS) return;
    this.#bar.draw(progressText(bar, this.#bar.columns));
    this.#drawn = now;
  }

  #write(line: string): void {
    this.#stream.write(`${line}\n`);
  }
}

import { ArgumentError, assertBoolean, checkOptions, describeValue } from '@kindling/core';
import { formatClock, formatCount, formatMetric, formatSeconds, plural } from '../console/format.ts';
import { isPlainOutput } from '../console/plain-output.ts';
import { progressText } from '../console/progress-text.ts';
import { Rate } from '../console/rate.ts';
import type { Callback, EpochReport, FitStatus, Measured, StepReport } from '../trainer/callback.ts';
import type { Trainer } from '../trainer/trainer.ts';

/** A stream that may be a terminal: `process.stderr`. */
export interface ConsoleStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
  on?(event: 'error', listener: () => void): unknown;
}

export interface ConsoleLoggerOptions {
  /** Writes nothing. Default false. */
  readonly quiet?: boolean | undefined;
  /** Default `process.stderr`. */
  readonly stream?: ConsoleStream | undefined;
}

const REDRAW_MS = 80;
/** Without a terminal: least time between two lines, after an epoch and within one. */
const PAUSE_MS = { epoch: 2000, step: 15_000 };

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
  readonly every = Number.POSITIVE_INFINITY;
  readonly #stream: ConsoleStream;
  readonly #quiet: boolean;
  #lively = false;
  #rate = new Rate();
  #began = 0;
  #firstStep = 0;
  /** When something was written last. */
  #written = Number.NEGATIVE_INFINITY;
  #hasBar = false;
  #last: StepReport | undefined;
  /** What was measured last, in words: for lines, and for the bar, which has the loss already and room for little. */
  #measured: readonly string[] = [];
  #facts: readonly string[] = [];

  /** @throws {ArgumentError} for options that are not as described. */
  constructor(options: ConsoleLoggerOptions = {}) {
    const { quiet = false, stream = process.stderr } = checkOptions('ConsoleLogger', options, {
      quiet: true,
      stream: true,
    });
    assertBoolean('ConsoleLogger', 'quiet', quiet);
    if (typeof stream?.write !== 'function') {
      throw new ArgumentError(`ConsoleLogger: expected a stream to write to, got ${describeValue(stream)}`);
    }
    this.#quiet = quiet;
    this.#stream = stream;
  }

  onStart(trainer: Trainer): void {
    if (!this.#quiet && !guarded.has(this.#stream)) {
      guarded.add(this.#stream);
      this.#stream.on?.('error', () => undefined);
    }
    this.#lively = this.#stream.isTTY === true && !isPlainOutput(process.env);
    this.#rate = new Rate();
    this.#began = performance.now();
    this.#firstStep = trainer.step;
    this.#written = Number.NEGATIVE_INFINITY;
    this.#last = undefined;
    this.#measured = this.#facts = [];
  }

  onSteps(steps: readonly StepReport[], trainer: Trainer): void {
    const last = steps.at(-1);
    if (this.#quiet || last === undefined) return;
    this.#last = last;
    this.#rate.add(last.step);
    const now = performance.now();
    if (this.#lively) {
      if (now - this.#written >= REDRAW_MS) this.#draw(last, trainer, now);
    } else if (now - Math.max(this.#written, this.#began) >= PAUSE_MS.step) {
      const of = trainer.steps === undefined ? '' : ` of ${formatCount(trainer.steps)}`;
      const step = `step ${formatCount(last.step + 1)}${of}`;
      this.#line(
        `${epochText(last.epoch, trainer)}, ${step}: ${lossText(last)}${this.#leftText(last, trainer)}`,
        now,
      );
    }
  }

  onEpoch(report: EpochReport, trainer: Trainer): void {
    if (this.#quiet) return;
    const { epoch, train, validation, seconds } = report;
    const { loss: _, ...metrics } = train;
    this.#measured = [...measuredTexts('train', train), ...measuredTexts('validation', validation)];
    this.#facts = [...measuredTexts('validation', validation), ...measuredTexts('train', metrics)];
    const now = performance.now();
    if (this.#lively || now - this.#written < PAUSE_MS.epoch) return;
    const took = seconds < 0.1 ? '' : ` (${formatSeconds(seconds)})`;
    this.#line(`${epochText(epoch, trainer)}: ${this.#measured.join(', ')}${took}`, now);
  }

  onFinish(status: FitStatus, trainer: Trainer): void {
    if (this.#quiet) return;
    if (this.#hasBar) this.#stream.write('\r\x1b[K');
    this.#hasBar = false;
    const seconds = (performance.now() - this.#began) / 1000;
    const steps = plural(trainer.step - this.#firstStep, 'step');
    const results = this.#measured.join(', ') || (this.#last === undefined ? '' : lossText(this.#last));
    const reason = trainer.stopReason === undefined ? '' : ` (${safe(trainer.stopReason)})`;
    this.#line(
      `${status}${reason} after ${steps} in ${formatSeconds(seconds)}${results && `: ${results}`}`,
      0,
    );
  }

  #draw(last: StepReport, trainer: Trainer, now: number): void {
    const { perSecond } = this.#rate;
    const { steps } = trainer;
    const left =
      perSecond && steps !== undefined ? [`ETA ${formatClock((steps - last.step - 1) / perSecond)}`] : [];
    const speed = perSecond ? [`${formatCount(Number(perSecond.toPrecision(3)))} steps/s`] : [];
    const facts = [lossText(last), ...left, ...this.#facts, ...speed];
    const columns = (this.#stream.columns || 80) - 1;
    const text = progressText(
      { label: epochText(last.epoch, trainer), done: last.step + 1, total: steps, facts },
      columns,
    );
    this.#stream.write(`\r${text}\x1b[K`);
    this.#hasBar = true;
    this.#written = now;
  }

  #leftText({ step }: StepReport, { steps }: Trainer): string {
    const { perSecond } = this.#rate;
    if (!perSecond || steps === undefined) return '';
    return `, ${formatSeconds((steps - step - 1) / perSecond)} left`;
  }

  #line(text: string, now: number): void {
    this.#stream.write(`${text}\n`);
    this.#written = now;
  }
}

const epochText = (epoch: number, { epochs }: Trainer): string =>
  `epoch ${formatCount(epoch + 1)} of ${formatCount(epochs)}`;

const lossText = ({ loss }: StepReport): string => `loss ${formatMetric('loss', loss)}`;

/** `train loss 0.1234567`, `train accuracy 0.9912` */
const measuredTexts = (split: string, measured: Measured | undefined): string[] =>
  Object.entries(measured ?? {}).map(
    ([name, value]) => `${split} ${safe(name)} ${formatMetric(name, value)}`,
  );

/** Names and reasons come from the program; a terminal must not obey them. */
const safe = (text: string): string => text.replace(/\p{Cc}/gu, '?');

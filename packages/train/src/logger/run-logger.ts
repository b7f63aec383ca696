import { ArgumentError, scope } from '@kindling/core';
import { assertBoolean, assertWhole, checkOptions, describeValue } from '@kindling/core/internal';
import type { Callback, EpochReport, FitStatus } from '../trainer/callback.ts';
import type { StepReport, TrainSteps } from '../trainer/train-steps.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { RunWriter } from './run-writer.ts';

export interface RunLoggerOptions {
  /** Steps from one step event to the next; the last is logged, too, and each whose loss is not finite. Default 1. */
  readonly logEvery?: number | undefined;
  /** Whether the end of `fit` is that of the run. Default true. */
  readonly finish?: boolean | undefined;
}

/** As of `kindling train`. */
const STOPPED = 'interrupted: runs stop';

/**
 * Logs a `Trainer`'s `fit` to a run: loss and learning rate of its steps, metrics of its epochs, and at each evaluation the confusion
 * matrix, if it is among the metrics, and the length of each parameter's gradient. `kindling runs stop` ends the `fit`, after the step that is being taken.
 *
 * ```ts
 * const run = await createRun({ name: 'mnist' });
 * await trainer.fit(batches, { epochs: 10, callbacks: [new RunLogger(run)] });
 * ```
 */
export class RunLogger implements Callback {
  readonly name = 'runLogger';
  readonly interval = Number.POSITIVE_INFINITY;
  readonly #run: RunWriter;
  readonly #logEvery: number;
  readonly #finish: boolean;
  #last: StepReport | undefined;
  #lastIsLogged = true;
  /** Steps of the epoch that were reported. */
  #epochSteps = 0;
  /** The newest epoch, where it is not in the log. */
  #pending: EpochReport | undefined;
  #onStop: () => void = () => undefined;

  /** @throws {ArgumentError} for anything but a run that `createRun` made, and for options out of range. */
  constructor(run: RunWriter, options: RunLoggerOptions = {}) {
    if (!(run instanceof RunWriter)) {
      throw new ArgumentError(`RunLogger: expected a run of createRun, got ${describeValue(run)}`);
    }
    const { logEvery = 1, finish = true } = checkOptions('RunLogger', options, {
      logEvery: true,
      finish: true,
    });
    assertWhole('RunLogger', 'logEvery', logEvery, 1);
    assertBoolean('RunLogger', 'finish', finish);
    this.#run = run;
    this.#logEvery = logEvery;
    this.#finish = finish;
  }

  onTrainStart(trainer: Trainer): void {
    const { stopSignal } = this.#run;
    this.#onStop = () => trainer.stop(STOPPED);
    if (stopSignal.aborted) this.#onStop();
    else stopSignal.addEventListener('abort', this.#onStop);
  }

  onTrainBatchEnd(steps: TrainSteps): void {
    this.#epochSteps += steps.length;
    for (const report of steps) {
      this.#last = report;
      this.#lastIsLogged = false;
      if (report.step % this.#logEvery === 0 || !Number.isFinite(report.loss)) this.#logLast();
    }
  }

  onTrainEpochEnd(report: EpochReport, trainer: Trainer): void {
    const { train, validation, evaluated, confusionMatrix } = report;
    const isMeasured = validation !== undefined || Object.keys(train).length > 1;
    // An epoch of one step says no more than that step, unless something was measured.
    if (isMeasured || this.#epochSteps !== 1) this.#logEpoch(report);
    else this.#pending = report;
    this.#epochSteps = 0;
    if (!evaluated || !isMeasured) return;
    if (confusionMatrix !== undefined) {
      const split = validation === undefined ? 'train' : 'validation';
      this.#run.logConfusionMatrix(report.step, { counts: confusionMatrix, split });
    }
    const norms = gradientNorms(trainer);
    if (Object.keys(norms).length > 0) this.#run.logGradientNorms(report.step, norms);
  }

  onTrainEnd(ended: FitStatus, trainer: Trainer): void {
    this.#run.stopSignal.removeEventListener('abort', this.#onStop);
    this.#logLast();
    if (this.#pending !== undefined) this.#logEpoch(this.#pending);
    const status = ended === 'completed' && isStopped(trainer) ? 'stopped' : ended;
    if (this.#finish) this.#run.finish({ status, reason: this.#reason(status, trainer) });
    else this.#run.flush();
  }

  #logLast(): void {
    if (this.#last === undefined || this.#lastIsLogged) return;
    this.#lastIsLogged = true;
    const { step, epoch, loss, lr, metrics } = this.#last;
    this.#run.log(step, { epoch, loss, lr, ...metrics });
  }

  #logEpoch({ epoch, step, train, validation, seconds }: EpochReport): void {
    this.#pending = undefined;
    this.#run.logEpoch(epoch, { train, ...(validation ? { validation } : {}) }, { step, seconds });
  }

  #reason(status: FitStatus, trainer: Trainer): string {
    if (status === 'stopped') return isStopped(trainer) ? STOPPED : 'interrupted';
    if (status === 'diverged') return `the loss is ${this.#last?.loss} at step ${this.#last?.step}`;
    if (trainer.stopReason !== undefined && trainer.stopReason !== STOPPED) return trainer.stopReason;
    const { epoch, epochs, step } = trainer;
    return epoch >= epochs ? `${epoch} of ${epochs} epochs are done` : `${step} steps are done`;
  }
}

/** Whether a request to stop ended the `fit` before its time. */
const isStopped = ({ stopReason, epoch, epochs, step, steps = Number.POSITIVE_INFINITY }: Trainer): boolean =>
  stopReason === STOPPED && epoch < epochs && step < steps;

function gradientNorms({ model }: Trainer): Record<string, number> {
  return Object.fromEntries(
    model
      .namedParameters()
      .flatMap(([name, { grad }]) => (grad === null ? [] : [[name, scope(() => grad.norm().item())]])),
  );
}

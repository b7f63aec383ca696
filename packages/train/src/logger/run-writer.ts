import { ArgumentError } from '@kindling/core';
import { assertWhole, checkOptions, describeValue } from '@kindling/core/internal';
import { filesSettled } from '@kindling/data/internal';
import { formatEvent, type RunEvent, type RunStatus, runStatuses } from '../events/event.ts';
import { MAX_LINE_LENGTH } from '../events/event-reader.ts';
import type { RunFiles } from '../run/run-files.ts';
import { RunError } from '../run/run-folder.ts';
import { BufferedLog } from './buffered-log.ts';
import { imageSample, type LoggedImages } from './image-sample.ts';
import { assertText, type Numbers } from './logged-numbers.ts';
import { checkMetricGroups, type MetricGroups } from './metric-groups.ts';
import { forgetRun, watchRun } from './open-runs.ts';
import {
  confusionMatrixSample,
  gradientNormsSample,
  histogramSample,
  type LoggedConfusionMatrix,
  type LoggedPredictions,
  predictionsSample,
} from './sample-events.ts';
import { StepLines } from './step-line.ts';

export interface FinishOptions {
  /** Default `completed`. */
  readonly status?: RunStatus | undefined;
  /** Why the run ended, in words. */
  readonly reason?: string | undefined;
}

export interface LogEpochOptions {
  /** Steps taken until now. Default: one more than the newest step that was logged. */
  readonly step?: number | undefined;
  /** Time that the epoch took. Default: since the epoch before, or since the run began. */
  readonly seconds?: number | undefined;
}

/** Where a run stood when this process took it up. */
export interface RunPosition {
  readonly resumed: boolean;
  readonly step: number;
  readonly epoch: number;
  /** Of training, over all resumptions. */
  readonly seconds: number;
}

/**
 * The writing end of a run of one's own loop; `createRun` makes it.
 *
 * Events are buffered. They are written every second, from within {@link log} too, because the timers of a loop that never waits do not
 * run; so a process that is killed loses a second of its log at most. Every method is synchronous, and throws where the disk is
 * full or fails: what was not written then is tried again with the next call.
 */
export class RunWriter {
  /** Whether the run goes on behind what an earlier process logged. */
  readonly resumed: boolean;
  readonly #record: BufferedLog;
  readonly #lines = new StepLines();
  readonly #began: number;
  #step: number;
  #epochBegan = performance.now();
  #metrics: MetricGroups = {};
  #end: { readonly status: RunStatus; readonly reason?: string; readonly error?: string } | undefined;

  /** @internal */
  constructor(record: RunFiles, { resumed, step, epoch, seconds }: RunPosition) {
    this.resumed = resumed;
    this.#record = new BufferedLog(record, () => this.#summary());
    this.#step = step;
    this.#lines.epoch = epoch;
    this.#began = performance.now() - 1000 * seconds;
    watchRun(this);
  }

  /** The run's name: that of its folder. */
  get name(): string {
    return this.#record.record.folder.name;
  }

  /** The run's folder. */
  get path(): string {
    return this.#record.record.folder.path;
  }

  /** Steps taken: one more than the newest that was logged. A resumed run begins with those of before. */
  get step(): number {
    return this.#step;
  }

  /** Epochs that are through: the one that the next steps belong to. */
  get epoch(): number {
    return this.#lines.epoch;
  }

  /**
   * Whether `kindling runs stop` asks the loop to end. A loop that can be stopped looks at it, saves what it goes on from, and ends with
   * `finish({ status: 'stopped' })`. Requests are found four times a second, and by a loop that never waits each second, by {@link log}.
   */
  get stopRequested(): boolean {
    return this.stopSignal.aborted;
  }

  /** Is aborted when {@link stopRequested} becomes true: for what a loop waits for. */
  get stopSignal(): AbortSignal {
    return this.#record.stopSignal;
  }

  /**
   * Logs values of a step: `loss`, `lr`, and any other by its name, such as `loss/generator` (charts group by what is before the slash).
   * `epoch` says which epoch the step belongs to; by default the one after the newest of {@link logEpoch}. A step may be logged in
   * several calls.
   *
   * @param step Counts from 0 over the whole run.
   * @throws {ArgumentError} for a step that is not an integer, and values that are not numbers; NaN and infinities are.
   */
  log(step: number, values: Readonly<Record<string, number>>): void {
    const time = Date.now();
    const line = this.#lines.format(step, values, time);
    if (this.#end !== undefined) throw this.#over();
    if (step >= this.#step) this.#step = step + 1;
    this.#record.append(line, time);
  }

  /**
   * Logs what was measured over an epoch, by group and metric: `{ train: { loss }, validation: { loss, accuracy } }`.
   *
   * @param epoch Counts from 0.
   * @throws {ArgumentError} for anything but groups of numbers, and for the names that events have themselves.
   */
  logEpoch(epoch: number, groups: MetricGroups, options: LogEpochOptions = {}): void {
    assertWhole('logEpoch', 'epoch', epoch, 0);
    checkMetricGroups('logEpoch', groups);
    const now = performance.now();
    const { step = this.#step, seconds = (now - this.#epochBegan) / 1000 } = checkOptions(
      'logEpoch',
      options,
      {
        step: true,
        seconds: true,
      },
    );
    assertWhole('logEpoch', 'step', step, 0);
    assertSeconds(seconds);
    this.#emit({ type: 'epoch', epoch, step, ...groups, seconds, time: Date.now() });
    this.#epochBegan = now;
    this.#lines.epoch = epoch + 1;
    this.#metrics = { ...this.#metrics, ...groups };
  }

  /** Logs pictures, with labels and predictions where there are any. @throws {ArgumentError} */
  logImages(step: number, images: LoggedImages): void {
    this.#emit({ ...this.#at('logImages', step), ...imageSample(images) });
  }

  /** Logs how many samples of each class were predicted as each class. @throws {ArgumentError} */
  logConfusionMatrix(step: number, matrix: LoggedConfusionMatrix): void {
    this.#emit({ ...this.#at('logConfusionMatrix', step), ...confusionMatrixSample(matrix) });
  }

  /** Logs inputs, targets and predictions of some samples, as columns by name. @throws {ArgumentError} */
  logPredictions(step: number, predictions: LoggedPredictions): void {
    this.#emit({ ...this.#at('logPredictions', step), ...predictionsSample(predictions) });
  }

  /**
   * Logs how values are distributed, in equal bins from the smallest to the largest.
   *
   * @param options.bins Number of bins. Default 30.
   * @throws {ArgumentError}
   */
  logHistogram(
    step: number,
    name: string,
    values: Numbers,
    options: { readonly bins?: number | undefined } = {},
  ): void {
    this.#emit({ ...this.#at('logHistogram', step), ...histogramSample(name, values, options) });
  }

  /** Logs a text: a generated sentence, a note. @throws {ArgumentError} */
  logText(step: number, name: string, text: string): void {
    assertText('logText', 'name', name);
    assertText('logText', 'text', text);
    this.#emit({ ...this.#at('logText', step), kind: 'text', name, text });
  }

  /** Logs the length of the gradient of each parameter, from the first layer to the last. @throws {ArgumentError} */
  logGradientNorms(step: number, norms: Readonly<Record<string, number>>): void {
    this.#emit({ ...this.#at('logGradientNorms', step), ...gradientNormsSample(norms) });
  }

  /** Writes what is buffered. */
  flush(): void {
    if (this.#end === undefined) this.#record.flush(Date.now());
  }

  /**
   * Waits until what was logged is in the run's files. There it is at once in Node.js, after {@link flush}; a browser writes behind.
   *
   * @throws DataError where the browser's storage takes no more.
   */
  async saved(): Promise<void> {
    this.flush();
    await filesSettled();
  }

  /**
   * Ends the run. After it nothing can be logged.
   *
   * @throws {ArgumentError} for an unknown status; RunError for a run that is over.
   */
  finish(options: FinishOptions = {}): void {
    const { status = 'completed', reason } = checkOptions('finish', options, { status: true, reason: true });
    if (!runStatuses.includes(status)) {
      throw new ArgumentError(
        `finish: expected status to be ${runStatuses.join(', ')}, got ${describeValue(status)}`,
      );
    }
    if (reason !== undefined) assertText('finish', 'reason', reason);
    this.#finish(status, reason);
  }

  /** Ends the run of a program that ends, as well as it can. @internal */
  abandon(status: RunStatus, reason: string): void {
    try {
      if (this.#end === undefined) this.#finish(status, reason);
    } catch {
      // The process ends, so no error can be reported; the run is `interrupted`.
    }
  }

  #finish(status: RunStatus, reason: string | undefined): void {
    if (this.#end !== undefined) throw this.#over();
    const error = status === 'failed' ? reason : undefined;
    this.#end = {
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(error === undefined ? {} : { error }),
    };
    forgetRun(this);
    const { epoch, step, seconds, metrics } = this.#summary();
    const event: RunEvent = {
      type: 'run-finished',
      ...this.#end,
      epoch,
      step,
      metrics,
      seconds,
      time: Date.now(),
    };
    this.#record.end(`${formatEvent(event)}\n`);
  }

  #summary() {
    const seconds = (performance.now() - this.#began) / 1000;
    return {
      epoch: this.#lines.epoch,
      step: this.#step,
      seconds,
      metrics: this.#newestMetrics(),
      ...this.#end,
    };
  }

  /** What was measured last: by epochs, and as `train`, where they have no such group, the newest values of steps. */
  #newestMetrics(): MetricGroups {
    const { lr: _, ...train } = this.#lines.newest;
    return { ...(Object.keys(train).length === 0 ? {} : { train }), ...this.#metrics };
  }

  #at(op: string, step: number) {
    assertWhole(op, 'step', step, 0);
    return { type: 'sample', epoch: this.#lines.epoch, step, time: Date.now() } as const;
  }

  #emit(event: RunEvent): void {
    if (this.#end !== undefined) throw this.#over();
    const line = formatEvent(event);
    if (line.length > MAX_LINE_LENGTH) {
      throw new ArgumentError(
        `run ${this.name}: expected an event of at most ${MAX_LINE_LENGTH} characters, got ${line.length}; log fewer samples`,
      );
    }
    this.#record.append(`${line}\n`, event.time);
  }

  #over(): RunError {
    return new RunError(`run ${this.name}: expected a run that is not finished, got one that is`);
  }
}

function assertSeconds(seconds: unknown): void {
  if (!(typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds))) {
    throw new ArgumentError(
      `logEpoch: expected seconds to be a number of at least 0, got ${describeValue(seconds)}`,
    );
  }
}

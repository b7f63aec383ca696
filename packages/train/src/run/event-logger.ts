import { scope } from '@kindling/core';
import type { SampleEvent } from '../events/event.ts';
import type { Callback, EpochReport, Measured } from '../trainer/callback.ts';
import type { StepReport, TrainSteps } from '../trainer/train-steps.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { type EventLoggerState, eventLoggerStateSchema } from './event-logger-state.ts';
import { FIRST_BATCHES, type FirstBatches } from './first-batches.ts';
import type { RunFiles } from './run-files.ts';

export interface EventLoggerOptions {
  readonly logEvery: number;
  /** How many steps training will take, if nothing ends it before. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly batchesPerEpoch: number;
  /** Batches of a step. */
  readonly accumulateGradBatches: number;
  /** The batches that the first steps are taken by, where they are drawn. */
  readonly firstBatches?: FirstBatches | undefined;
  /** Names of the classes, for the confusion matrix. */
  readonly classes: readonly string[];
  readonly heldBack: boolean;
  /** Epochs between evaluations. */
  readonly evaluateEvery: number;
  /** What to show of the model: as it is at some evaluations on the way, and once training is through. */
  readonly samples?: (trainer: Trainer, moment: SampleMoment) => readonly SampleEvent[];
}

export type SampleMoment = 'course' | 'end';

/** The model is shown at about so many moments of a training. */
const SHOWN_MOMENTS = 20;

/** Of the samples of a batch no more than so many go into the log. */
const SHOWN_INDICES = 8;

/** Writes what happens in training to the log of a run. */
export class EventLogger implements Callback {
  readonly name = 'recorder';
  readonly interval = Number.POSITIVE_INFINITY;
  readonly #record: RunFiles;
  readonly #options: EventLoggerOptions;
  /** The step that the first of the batches is for. */
  #firstStep = 0;
  #last: StepReport | undefined;
  #lastIsLogged = true;
  #metrics: EventLoggerState['metrics'] = {};
  #trainer: Trainer | undefined;
  /** Those of the step that a resumed run goes on behind. */
  #gradients: EventLoggerState['gradients'] = null;
  #began = performance.now();

  constructor(record: RunFiles, options: EventLoggerOptions) {
    this.#record = record;
    this.#options = options;
  }

  /** What was measured last, with the weights of then. */
  get metrics(): { readonly train?: Measured | undefined; readonly validation?: Measured | undefined } {
    return this.#metrics;
  }

  /** The newest loss that is no finite number, and where it came up, in words. */
  get divergence(): string | undefined {
    const { step, loss } = this.#last ?? {};
    if (loss !== undefined && !Number.isFinite(loss)) return `loss ${loss} at step ${step}`;
    const { train, validation } = this.#metrics;
    const [split, measured] = Object.entries({ train, validation }).find(
      ([, values]) => values?.loss !== undefined && !Number.isFinite(values.loss),
    ) ?? ['train', undefined];
    return measured && `${split} loss ${measured.loss} in the evaluation after step ${step}`;
  }

  /** Seconds of training, over all resumptions. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  onTrainStart(trainer: Trainer): void {
    this.#firstStep = trainer.step;
    this.#trainer = trainer;
  }

  onTrainBatchEnd(steps: TrainSteps): void {
    const { logEvery, steps: all } = this.#options;
    for (const report of steps) {
      this.#last = report;
      this.#lastIsLogged = false;
      if (report.step < FIRST_BATCHES) this.#logBatch(report);
      const isDue = report.step % logEvery === 0 || report.step === all - 1;
      if (isDue || !Number.isFinite(report.loss)) this.logLast();
    }
  }

  /** Logs the newest step, unless it is in the log. */
  logLast(): void {
    if (this.#last === undefined || this.#lastIsLogged) return;
    this.#lastIsLogged = true;
    const { step, epoch, loss, lr, metrics } = this.#last;
    const further = metrics === undefined ? {} : { metrics };
    this.#record.emit({ type: 'step', step, epoch, loss, lr, ...further, time: Date.now() });
  }

  onTrainEpochEnd(report: EpochReport, trainer: Trainer): void {
    const { epoch, step, train, validation, trainEvaluation, seconds, evaluated } = report;
    const isLast = step >= this.#options.steps || trainer.isStopping;
    if (isLast) this.logLast();
    // An epoch of one step says no more than that step, unless something was measured.
    if (evaluated || this.#options.stepsPerEpoch > 1) {
      const time = Date.now();
      this.#record.emit({
        type: 'epoch',
        epoch,
        step,
        train,
        ...(validation ? { validation } : {}),
        seconds,
        time,
      });
    }
    if (!evaluated) return;
    this.#metrics = {
      ...(trainEvaluation ? { train: trainEvaluation } : {}),
      ...(validation ? { validation } : {}),
    };
    this.#record.summarize({ metrics: this.#metrics });
    for (const event of this.#sampleEvents(report, trainer)) this.#record.emit(event);
    const moment = isLast ? 'end' : this.#isMoment(step) ? 'course' : undefined;
    if (moment === undefined) return;
    for (const event of this.#options.samples?.(trainer, moment) ?? []) this.#record.emit(event);
  }

  stateDict(): EventLoggerState {
    const gradients = this.#trainer === undefined ? null : this.#gradientNorms(this.#trainer);
    const pending = this.#lastIsLogged ? null : (this.#last ?? null);
    return { seconds: this.seconds, metrics: this.#metrics, pending, gradients };
  }

  loadStateDict(state: unknown): void {
    const { seconds, metrics, pending, gradients } = eventLoggerStateSchema.parse(state);
    this.#last = pending ?? undefined;
    this.#lastIsLogged = pending === null;
    this.#gradients = gradients;
    this.#began = performance.now() - 1000 * seconds;
    this.#metrics = metrics;
    this.#record.summarize({ metrics });
  }

  /** Whether the evaluation after so many steps is the first of its part of the training. It depends on nothing else, as resuming does. */
  #isMoment(step: number): boolean {
    const { steps, stepsPerEpoch, evaluateEvery } = this.#options;
    const partOf = (at: number) => Math.floor((SHOWN_MOMENTS * Math.max(0, at)) / steps);
    return partOf(step) > partOf(step - evaluateEvery * stepsPerEpoch);
  }

  /** The first batch of a step, counted over all epochs. */
  #batchOf(step: number): number {
    const { stepsPerEpoch, batchesPerEpoch, accumulateGradBatches } = this.#options;
    const epoch = Math.floor(step / stepsPerEpoch);
    return epoch * batchesPerEpoch + (step - epoch * stepsPerEpoch) * accumulateGradBatches;
  }

  #logBatch({ step, epoch }: StepReport): void {
    const first = this.#batchOf(step) - this.#batchOf(this.#firstStep);
    const indices = this.#options.firstBatches?.at(first);
    if (indices === undefined) return;
    const shown = Array.from(indices.subarray(0, SHOWN_INDICES));
    this.#record.emit({ type: 'sample', kind: 'batch', epoch, step, indices: shown, time: Date.now() });
  }

  /** The confusion matrix, and how long the gradient of each parameter was in the last step. */
  #sampleEvents({ epoch, step, confusionMatrix }: EpochReport, trainer: Trainer): SampleEvent[] {
    const at = { type: 'sample', epoch, step, time: Date.now() } as const;
    const events: SampleEvent[] = [];
    if (confusionMatrix !== undefined) {
      const { classes: names, heldBack } = this.#options;
      const classes =
        names.length === confusionMatrix.length ? [...names] : confusionMatrix.map((_, i) => String(i));
      const split = heldBack ? 'validation' : 'train';
      events.push({ ...at, kind: 'confusionMatrix', split, classes, counts: confusionMatrix });
    }
    const gradients = this.#gradientNorms(trainer);
    if (gradients !== null) events.push({ ...at, kind: 'gradientNorms', ...gradients });
    return events;
  }

  /** Lengths of the gradients that the newest step computed, in this process or the one before. */
  #gradientNorms({ model }: Trainer): EventLoggerState['gradients'] {
    const gradients = model
      .namedParameters()
      .flatMap(([name, { grad }]) =>
        grad === null ? [] : [{ name, norm: scope(() => grad.norm().item()) }],
      );
    if (gradients.length === 0) return this.#gradients;
    return { parameters: gradients.map(({ name }) => name), norms: gradients.map(({ norm }) => norm) };
  }
}

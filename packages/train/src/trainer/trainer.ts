import { announceFallback, ArgumentError, defaultGenerator, type nn, noGrad, scope, type Tensor } from '@kindling/core';
import { assertWhole, checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { type Batches, lengthOf } from './batches.ts';
import { breathing } from './breath.ts';
import type { EpochReport, Evaluation, FitStatus } from './callback.ts';
import { Callbacks } from './callbacks.ts';
import { isDiverged } from './divergence.ts';
import { evaluate } from './evaluate.ts';
import { type FitOptions, fitOptionNames } from './fit-options.ts';
import { paceOf } from './pace.ts';
import { Progress } from './progress.ts';
import { StepFactory } from './step-factory.ts';
import { StepQueue } from './step-queue.ts';
import type { StepWatch } from './steps.ts';
import { type TrainerOptions, trainerOptionNames } from './trainer-options.ts';
import { parseTrainerState, type TrainerState } from './trainer-state.ts';

/**
 * Trains a model.
 *
 * ```ts
 * const trainer = new Trainer({ model, loss: crossEntropy, optimizer: new Adam(model.parameters()) });
 * await trainer.fit(new DataLoader(train, { batchSize: 256, shuffle: true }), { epochs: 10, validation });
 * ```
 *
 * With the same seed, data and settings the weights come out the same, bit for bit, whether training ran in one go or was
 * resumed from a `stateDict` on the way.
 */
export class Trainer {
  readonly model: nn.Module;
  readonly optimizer: Optimizer;
  readonly #options: TrainerOptions;
  readonly #steps: StepFactory;
  readonly #breathe = breathing();
  #progress = new Progress();
  /** Steps that were taken and not reported. */
  #queue = new StepQueue();
  #status: FitStatus = 'completed';
  #stopping = false;
  #stopReason: string | undefined;
  #batches: Batches | undefined;
  #fit: FitOptions | undefined;
  #callbacks = new Callbacks([], this);
  #restored: TrainerState | undefined;

  constructor(options: TrainerOptions) {
    checkOptions('Trainer', options, trainerOptionNames);
    this.model = options.model;
    this.optimizer = options.optimizer;
    this.#options = options;
    this.#steps = new StepFactory(options);
  }

  /**
   * Trains the model on the batches for a number of epochs.
   *
   * Results do not depend on callbacks. Where no callback waits for a step, many steps run in one call and are reported
   * afterwards: see `every` of `Callback`.
   *
   * @throws ArgumentError if the batches cannot resume from a loaded state; errors of callbacks, the loss and the model.
   */
  async fit(batches: Batches, options: FitOptions): Promise<FitStatus> {
    checkOptions('Trainer.fit', options, fitOptionNames);
    assertWhole('fit', 'epochs', options.epochs, 0);
    if (options.evaluateEvery !== undefined) assertWhole('fit', 'evaluateEvery', options.evaluateEvery, 1);
    const taken = this.#begin(batches, options);
    const [parameter] = this.model.parameters();
    if (parameter !== undefined) announceFallback(parameter.device);
    await this.#callbacks.start();
    const steps = this.#steps.stepsBy(batches, taken);
    const pace = paceOf(this.#options, options);

    while (this.#progress.epoch < options.epochs && !this.#isOver(options)) {
      this.model.train();
      while (!this.#progress.isTrained && !this.#isOver(options)) {
        const losses = await steps.take(pace.room(this.#progress), this.#watch);
        if (losses === undefined) break;
        this.#queue.pushLosses(losses);
        if (this.#queue.isFull || pace.isDue(this.step)) await this.#report(options);
        await this.#breathe();
      }
      await this.#report(options);
      if (this.#status !== 'completed') break;

      this.#progress.endBatches();
      const report = await this.#measure(options);
      if (report === undefined) break;
      // Where more steps follow, the next one's loss tells.
      const diverged = isDiverged(report, this.model);
      this.#endEpoch(report);
      if (diverged && (this.epoch >= options.epochs || this.#isOver(options))) this.#status = 'diverged';
      await this.#callbacks.epoch(report);
      if (diverged && this.#stopping) this.#status = 'diverged';
    }

    await this.#callbacks.finish(this.#status);
    return this.#status;
  }

  /** Asks `fit` to end before the next step, as completed. For callbacks. @param reason Why, in words. */
  stop(reason?: string): void {
    this.#stopping = true;
    this.#stopReason ??= reason;
  }

  /** How the newest `fit` stands: `completed` while nothing has ended it before its time. */
  get status(): FitStatus {
    return this.#status;
  }

  /** The reason that the newest `fit` was {@link stop}ped for. */
  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  /** Steps taken over all epochs. */
  get step(): number {
    return this.#progress.step;
  }

  /** Epochs that are through. */
  get epoch(): number {
    return this.#progress.epoch;
  }

  /** Epochs after which the newest `fit` ends, if nothing ends it before; 0 before the first. */
  get epochs(): number {
    return this.#fit?.epochs ?? 0;
  }

  /** Steps after which the newest `fit` ends, if nothing ends it before; undefined where batches do not tell how many they are. */
  get steps(): number | undefined {
    const { epochs, maxSteps = Number.POSITIVE_INFINITY } = this.#fit ?? { epochs: 0 };
    const length = this.#batches && lengthOf(this.#batches);
    const steps = Math.min(maxSteps, length === undefined ? Number.POSITIVE_INFINITY : epochs * length);
    return Number.isFinite(steps) ? steps : undefined;
  }

  /** Steps taken in the epoch that is not through yet. */
  get epochSteps(): number {
    return this.#progress.epochSteps;
  }

  /** Whether a callback asked for the end. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Learning rate of the first group of parameters. */
  get lr(): number {
    return this.optimizer.paramGroups[0].lr;
  }

  /**
   * Loss and metrics of the model in evaluation mode.
   *
   * @returns undefined if the signal came meanwhile.
   */
  evaluate(batches: Batches, signal?: AbortSignal): Promise<Evaluation | undefined> {
    const { loss, metrics } = this.#options;
    return evaluate(this.model, loss, batches, { metrics, signal });
  }

  /** What the model makes of inputs, in evaluation mode and without gradients. */
  predict(input: Tensor): Tensor {
    const wasTraining = this.model.training;
    this.model.eval();
    try {
      return scope(() => noGrad(() => this.model.forward(input)));
    } finally {
      this.model.train(wasTraining);
    }
  }

  /** All that the steps to come depend on; see {@link TrainerState}. */
  stateDict(): TrainerState {
    const { schedule } = this.#options;
    const { position } = this.#progress;
    const isWithinEpoch = position.epochSteps > 0 && !position.trained;
    return {
      ...position,
      model: this.model.stateDict(),
      optimizer: this.optimizer.stateDict(),
      schedule: schedule?.stateDict() ?? null,
      generator: defaultGenerator.getState(),
      batches: isWithinEpoch ? (this.#batches?.stateDict?.() ?? null) : null,
      callbacks: this.#callbacks.stateDict(),
    };
  }

  /**
   * Goes on where the trainer of a `stateDict` was: the next `fit`, with the same batches, options and callbacks, takes the
   * steps that the other would have taken. The default generator is set when it begins.
   *
   * @throws FormatError for a value that is no state; ArgumentError for that of another model, optimizer or schedule.
   */
  loadStateDict(state: unknown): void {
    const restored = parseTrainerState(state);
    const { step, epoch, epochSteps, lossSum, trained, epochSeconds } = restored;
    this.model.loadStateDict(restored.model);
    this.optimizer.loadStateDict(restored.optimizer);
    if (restored.schedule !== null) this.#options.schedule?.loadStateDict(restored.schedule);
    this.#progress = new Progress({ step, epoch, epochSteps, lossSum, trained, epochSeconds });
    this.#restored = restored;
  }

  /** @returns how many batches of the epoch a loaded state has behind it. */
  #begin(batches: Batches, options: FitOptions): number {
    const { callbacks = [] } = options;
    const before = this.#batches;
    this.#batches = batches;
    this.#fit = options;
    this.#callbacks = new Callbacks(callbacks, this);
    this.#queue = new StepQueue();
    this.#status = 'completed';
    this.#stopping = false;
    this.#stopReason = undefined;
    this.#progress.startClock();
    const restored = this.#restored;
    this.#restored = undefined;
    if (restored === undefined) return this.#takeUpEpoch(batches, before);
    defaultGenerator.setState(restored.generator);
    this.#callbacks.loadStateDict(restored.callbacks);
    if (restored.epochSteps === 0 || restored.trained) return 0;
    if (restored.batches === null || batches.loadStateDict === undefined) {
      throw new ArgumentError(
        'fit: expected batches with a state, such as a DataLoader, to resume in the middle of an epoch, got batches without one',
      );
    }
    batches.loadStateDict(restored.batches);
    return restored.epochSteps;
  }

  /**
   * Goes on with an epoch that an earlier `fit` was stopped in: with the batches that are left, where they are the same and know
   * their position; else from the epoch's first batch.
   *
   * @returns how many batches of the epoch were taken.
   */
  #takeUpEpoch(batches: Batches, before: Batches | undefined): number {
    const { epochSteps, isTrained } = this.#progress;
    if (epochSteps === 0 || isTrained) return 0;
    const state = batches === before ? batches.stateDict?.() : undefined;
    if (state === undefined || batches.loadStateDict === undefined) {
      this.#progress.restartEpoch();
      return 0;
    }
    batches.loadStateDict(state);
    return epochSteps;
  }

  /** Whether no more steps are to be taken. Takes notice of the signal. */
  #isOver({ maxSteps = Number.POSITIVE_INFINITY, signal }: FitOptions): boolean {
    if (signal?.aborted && this.#status === 'completed') this.#status = 'stopped';
    return this.#stopping || this.#status !== 'completed' || this.step >= maxSteps;
  }

  readonly #watch: StepWatch = {
    onStep: () => {
      this.#queue.push(this.#progress.countStep(this.lr));
      this.#stepSchedule('step');
    },
    onEpochEnd: () => {
      this.#stepSchedule('epoch');
      this.#progress.passEpoch();
    },
  };

  /** Steps the schedule, if it steps on that. */
  #stepSchedule(on: TrainerOptions['scheduleOn'], metric?: number): void {
    const { schedule, scheduleOn = 'epoch' } = this.#options;
    if (on === scheduleOn) schedule?.step(metric);
  }

  /** Reads the losses of the steps that were taken, and tells callbacks of them and of the epochs that were passed. */
  async #report({ evaluateEvery = 1 }: FitOptions): Promise<void> {
    const taken = this.#queue.take();
    if (taken.length === 0) return;
    const { reports, diverged } = this.#progress.report(taken, evaluateEvery);
    if (diverged) this.#status = 'diverged';
    await this.#callbacks.progress(reports);
  }

  /** What is known of the epoch whose batches are through; undefined if the signal came meanwhile. */
  async #measure(options: FitOptions): Promise<EpochReport | undefined> {
    const { epochs, evaluateEvery = 1, evaluation, validation, signal } = options;
    const { epoch, step, meanLoss } = this.#progress;
    const evaluated = (epoch + 1) % evaluateEvery === 0 || epoch + 1 >= epochs || this.#isOver(options);
    const measure = (samples: Batches | undefined) =>
      evaluated && samples ? this.evaluate(samples, signal) : undefined;
    const after = await measure(evaluation);
    const heldBack = await measure(validation);
    if (signal?.aborted) {
      this.#status = 'stopped';
      return undefined;
    }
    return {
      epoch,
      step,
      train: { ...after?.measured, loss: meanLoss },
      validation: heldBack?.measured,
      after: after?.measured,
      confusionMatrix: (heldBack ?? after)?.confusionMatrix,
      evaluated,
      seconds: this.#progress.epochSeconds,
    };
  }

  #endEpoch({ train, validation, evaluated }: EpochReport): void {
    const loss = validation?.loss ?? train.loss;
    this.#stepSchedule('epoch', loss);
    if (evaluated) this.#stepSchedule('evaluation', loss);
    this.#progress.endEpoch();
  }
}

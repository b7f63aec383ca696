import { ArgumentError, defaultGenerator, type nn, noGrad, scope, type Tensor } from '@kindling/core';
import { announceFallback, assertWhole, checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { type Batches, lengthOf } from './batches.ts';
import type { EpochReport, Evaluation, FitStatus } from './callback.ts';
import { Callbacks } from './callbacks.ts';
import { CompiledStep } from './compiled-step.ts';
import { isDiverged } from './divergence.ts';
import { evaluate } from './evaluate.ts';
import { eventLoopYield } from './event-loop.ts';
import { type FitOptions, fitOptionNames } from './fit-options.ts';
import { LearningRate } from './learning-rate.ts';
import { mergeable } from './merge-metrics.ts';
import { PendingSteps } from './pending-steps.ts';
import { Progress } from './progress.ts';
import { reportingIntervalOf, type StepBudget } from './reporting-interval.ts';
import type { StepRunner } from './step-runner.ts';
import { swapWeights } from './swap-weights.ts';
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
  readonly #step: CompiledStep;
  readonly #rate: LearningRate;
  readonly #yield = eventLoopYield();
  #progress = new Progress();
  #pending = new PendingSteps();
  #status: FitStatus = 'completed';
  #stopping = false;
  #stopReason: string | undefined;
  #batches: Batches | undefined;
  #fit: FitOptions | undefined;
  #callbacks = new Callbacks([], this);
  #restored: TrainerState | undefined;

  constructor(options: TrainerOptions) {
    checkOptions('Trainer', options, trainerOptionNames);
    const { accumulateGradBatches = 1, trainingStep, dataParallel, metrics = {} } = options;
    assertWhole('Trainer', 'accumulateGradBatches', accumulateGradBatches, 1);
    if (trainingStep !== undefined && accumulateGradBatches > 1) {
      throw new ArgumentError(
        `Trainer: expected accumulateGradBatches 1 with a trainingStep of one's own, got ${accumulateGradBatches}`,
      );
    }
    if (trainingStep !== undefined && dataParallel !== undefined) {
      throw new ArgumentError('Trainer: expected no trainingStep with several processes, got both');
    }
    if (dataParallel !== undefined && dataParallel.size > 1) mergeable('Trainer', metrics);
    this.model = options.model;
    this.optimizer = options.optimizer;
    this.#options = options;
    this.#rate = new LearningRate(options.optimizer, options.schedule, options.scheduleOn);
    this.#step = new CompiledStep(options, this.#rate);
  }

  /**
   * Trains the model on the batches for a number of epochs.
   *
   * Results do not depend on callbacks. Where no callback waits for a step, many steps run in one call and are reported
   * afterwards: see `interval` of `Callback`.
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
    const runner = this.#step.runner(batches, taken);
    const interval = reportingIntervalOf(this.#options, options);

    while (this.#progress.epoch < options.epochs && !this.#isOver(options)) {
      this.model.train();
      while (!this.#progress.isTrained && !this.#isOver(options)) {
        const steps = await runner.run(this.#agreed(interval.budget(this.#progress)));
        if (steps === undefined) break;
        this.#pending.push(steps);
        this.#progress.take(steps.rates.length, runner.stepsPerEpoch);
        if (this.#pending.isFull || interval.isDue(this.step)) await this.#report(runner, options);
        await this.#yield();
      }
      await this.#report(runner, options);
      if (this.#status !== 'completed') break;

      if (!this.#progress.isTrained) {
        this.#progress.endBatches();
        await this.#callbacks.batchesEnd(this.epoch);
      }
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
    const { accumulateGradBatches = 1 } = this.#options;
    const length = (this.#batches && lengthOf(this.#batches)) ?? Number.POSITIVE_INFINITY;
    const steps = Math.min(maxSteps, epochs * Math.ceil(length / accumulateGradBatches));
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
    return this.#rate.value;
  }

  /** The weights of evaluations and predictions: the model's, or those that a callback has in their place, such as averages. */
  get weights(): nn.StateDict {
    return this.#callbacks.evaluationWeights() ?? this.model.stateDict();
  }

  /**
   * Loss and metrics of the model in evaluation mode, with {@link weights}. Where processes train together, all of them evaluate, each its
   * share of the batches.
   *
   * @returns undefined if the signal came meanwhile.
   */
  async evaluate(batches: Batches, signal?: AbortSignal): Promise<Evaluation | undefined> {
    const { loss, metrics, dataParallel } = this.#options;
    const swapBack = swapWeights(this.model, this.#callbacks.evaluationWeights());
    try {
      return await evaluate(this.model, loss, batches, { metrics, signal, dataParallel });
    } finally {
      swapBack();
    }
  }

  /** The model's outputs for inputs, in evaluation mode and without gradients, with {@link weights}. */
  predict(input: Tensor): Tensor {
    const wasTraining = this.model.training;
    const swapBack = swapWeights(this.model, this.#callbacks.evaluationWeights());
    this.model.eval();
    try {
      return scope(() => noGrad(() => this.model.forward(input)));
    } finally {
      this.model.train(wasTraining);
      swapBack();
    }
  }

  /** All that the steps to come depend on; see {@link TrainerState}. */
  stateDict(): TrainerState {
    const { schedule, otherOptimizers = [], dataParallel } = this.#options;
    const { position } = this.#progress;
    const isWithinEpoch = position.epochSteps > 0 && !position.trained;
    return {
      ...position,
      model: this.model.stateDict(),
      optimizer: this.optimizer.stateDict(),
      ...(otherOptimizers.length === 0
        ? {}
        : { otherOptimizers: otherOptimizers.map((optimizer) => optimizer.stateDict()) }),
      schedule: schedule?.stateDict() ?? null,
      generator: defaultGenerator.getState(),
      batches: isWithinEpoch ? (this.#batches?.stateDict?.() ?? null) : null,
      ...(dataParallel !== undefined && dataParallel.size > 1 ? { processes: dataParallel.size } : {}),
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
    const { otherOptimizers = [], schedule } = this.#options;
    const others = restored.otherOptimizers ?? [];
    if (others.length !== otherOptimizers.length) {
      throw new ArgumentError(
        `Trainer: expected the state of ${otherOptimizers.length} other optimizers, got ${others.length}`,
      );
    }
    for (const [i, optimizer] of otherOptimizers.entries()) optimizer.loadStateDict(others[i]!);
    if (restored.schedule !== null) schedule?.loadStateDict(restored.schedule);
    this.#progress = new Progress({ step, epoch, epochSteps, lossSum, trained, epochSeconds });
    this.#restored = restored;
  }

  /** @returns how many steps of the epoch a loaded state has behind it. */
  #begin(batches: Batches, options: FitOptions): number {
    const { callbacks = [] } = options;
    const before = this.#batches;
    this.#batches = batches;
    this.#fit = options;
    this.#callbacks = new Callbacks(callbacks, this);
    this.#pending = new PendingSteps();
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
    const { size = 1 } = this.#options.dataParallel ?? {};
    const { processes = 1 } = restored;
    if (processes !== size) {
      throw new ArgumentError(
        `fit: expected ${processes} processes to go on in the middle of the epoch that they share, got ${size}`,
      );
    }
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
   * @returns how many steps of the epoch were taken.
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

  /** The budget that suits all processes: their callbacks may wait for different steps. */
  #agreed(own: StepBudget): StepBudget {
    const { dataParallel } = this.#options;
    if (dataParallel === undefined) return own;
    const [steps, epochs] = dataParallel.largest([-own.steps, -own.epochs]);
    return { steps: -steps!, epochs: -epochs! };
  }

  /**
   * Whether the signal came; with several processes, whether it came to one of them. What one of them stops, all do, and so they do where
   * one knows already that training diverged: it may read losses more often than the others.
   */
  #isAborted(signal: AbortSignal | undefined): boolean {
    const { dataParallel } = this.#options;
    const own = signal?.aborted ?? false;
    if (dataParallel === undefined) return own;
    const isEnding = this.#stopping || this.#status === 'diverged';
    const [aborted, stopping] = dataParallel.largest([Number(own), Number(isEnding)]);
    this.#stopping = stopping === 1;
    return aborted === 1;
  }

  /** Whether no more steps are to be taken. Takes notice of the signal. */
  #isOver({ maxSteps = Number.POSITIVE_INFINITY, signal }: FitOptions): boolean {
    if (this.#isAborted(signal) && this.#status === 'completed') this.#status = 'stopped';
    return this.#stopping || this.#status !== 'completed' || this.step >= maxSteps;
  }

  /** Reads the losses of the steps that were taken, and reports them and the epochs between them to callbacks. */
  async #report({ stepsPerEpoch }: StepRunner, { evaluateEvery = 1 }: FitOptions): Promise<void> {
    const steps = this.#pending.take(this.#step.metrics);
    if (steps.loss.length === 0) return;
    const { reports, diverged } = this.#progress.report(steps, stepsPerEpoch, evaluateEvery);
    if (diverged) this.#status = 'diverged';
    await this.#callbacks.progress(reports);
  }

  /** What is known of the epoch whose batches are through; undefined if the signal came meanwhile. */
  async #measure(options: FitOptions): Promise<EpochReport | undefined> {
    const { epochs, evaluateEvery = 1, validation, signal } = options;
    const { epoch, step, meanLoss } = this.#progress;
    const evaluated = (epoch + 1) % evaluateEvery === 0 || epoch + 1 >= epochs || this.#isOver(options);
    const measure = (samples: Batches | undefined) =>
      evaluated && samples ? this.evaluate(samples, signal) : undefined;
    const trainEvaluation = await measure(options.trainEvaluation);
    const validated = await measure(validation);
    if (this.#isAborted(signal)) {
      this.#status = 'stopped';
      return undefined;
    }
    return {
      epoch,
      step,
      train: { ...trainEvaluation?.measured, loss: meanLoss },
      validation: validated?.measured,
      trainEvaluation: trainEvaluation?.measured,
      confusionMatrix: (validated ?? trainEvaluation)?.confusionMatrix,
      evaluated,
      seconds: this.#progress.epochSeconds,
    };
  }

  #endEpoch({ train, validation, evaluated }: EpochReport): void {
    const loss = validation?.loss ?? train.loss;
    this.#rate.step('epoch', loss);
    if (evaluated) this.#rate.step('evaluation', loss);
    this.#progress.endEpoch();
  }
}

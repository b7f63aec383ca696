import {
  ArgumentError,
  compile,
  defaultGenerator,
  type nn,
  noGrad,
  scope,
  type Tensor,
} from '@kindling/core';
import { clipGradNorm, clipGradValue } from '../clip.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Batches } from './batches.ts';
import { breathing } from './breath.ts';
import type { Callback, EpochReport, Evaluation, FitStatus, StepReport } from './callback.ts';
import { evaluate, type Metrics } from './evaluate.ts';
import { Pace } from './pace.ts';
import { ResidentSteps } from './resident-steps.ts';
import { byEpoch, StepQueue } from './step-queue.ts';
import { BatchSteps, type Steps, type Update } from './steps.ts';
import { type Position, parseTrainerState, type TrainerState } from './trainer-state.ts';

export interface TrainerOptions {
  readonly model: nn.Module;
  /** The loss of a batch, a scalar: `mse`, or a function that calls it with options. */
  readonly loss: (output: Tensor, target: Tensor) => Tensor;
  readonly optimizer: Optimizer;
  readonly schedule?: Schedule | undefined;
  /**
   * When the schedule steps. With `evaluation`, which is for `ReduceLROnPlateau`, it is told the validation loss, or the
   * training loss where nothing is held back. Default `epoch`.
   */
  readonly scheduleOn?: 'step' | 'epoch' | 'evaluation' | undefined;
  /** A bound on the joint length of the gradients, or on each of their elements. Default: none. */
  readonly clip?: { readonly norm: number } | { readonly value: number } | undefined;
  /** What evaluation measures besides the loss. */
  readonly metrics?: Metrics | undefined;
  /**
   * Record steps and replay them, where the device can and the model, the loss and the optimizer do the same at each step. The
   * numbers are the same to the last bit without. Default true.
   */
  readonly compile?: boolean | undefined;
}

export interface FitOptions {
  /** How often to go through the batches, counted from the beginning of training. */
  readonly epochs: number;
  /** Ends training after this many steps over all epochs. Default: none. */
  readonly maxSteps?: number | undefined;
  /** Samples that are held back, to measure loss and metrics on. */
  readonly validation?: Batches | undefined;
  /**
   * The training samples once more, in an order that is not drawn, to measure metrics on. Default: of training, only the mean
   * loss is reported.
   */
  readonly evaluation?: Batches | undefined;
  /** Epochs from one evaluation to the next; there is one after the last epoch, too. Default 1. */
  readonly evaluateEvery?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** Ends training between two steps, with status `stopped`. */
  readonly signal?: AbortSignal | undefined;
}

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
  readonly #update: Update;
  /** The same, recorded for batches that are made one by one. */
  readonly #recorded: Update;
  /** What was recorded for batches that are gathered in the step. */
  readonly #resident = new WeakMap<Batches, ResidentSteps>();
  readonly #queue = new StepQueue();
  /** Steps that callbacks are told of together, unless they say otherwise: reading a loss makes most devices wait. */
  readonly #ordinary: number;
  readonly #breathe = breathing();
  #at: Position = { step: 0, epoch: 0, epochSteps: 0, lossSum: 0, trained: false, epochSeconds: 0 };
  #epochBegan = 0;
  /** Steps of the epoch that callbacks were told of. */
  #told = 0;
  #status: FitStatus = 'completed';
  #stopping = false;
  #batches: Batches | undefined;
  #callbacks: readonly Callback[] = [];
  #restored: TrainerState | undefined;

  constructor(options: TrainerOptions) {
    const { model, loss, optimizer, clip } = options;
    this.model = model;
    this.optimizer = optimizer;
    this.#options = options;
    const device = model.parameters()[0]?.device ?? 'cpu';
    this.#ordinary = device === 'cpu' ? 1 : Number.POSITIVE_INFINITY;
    this.#update = (input: Tensor, target: Tensor): Tensor => {
      const value = loss(model.forward(input), target);
      optimizer.zeroGrad();
      value.backward();
      if (clip && 'norm' in clip) clipGradNorm(model.parameters(), clip.norm);
      if (clip && 'value' in clip) clipGradValue(model.parameters(), clip.value);
      optimizer.step();
      return value.detach();
    };
    this.#recorded = options.compile === false ? this.#update : compile(this.#update, { strict: false });
  }

  /**
   * Goes through the batches, again and again, and changes the model's parameters after each.
   *
   * @throws ArgumentError where a state was loaded that the batches cannot take up; what a callback, the loss or the model throws.
   */
  async fit(batches: Batches, options: FitOptions): Promise<FitStatus> {
    const taken = this.#begin(batches, options);
    await this.#tell((callback) => callback.onStart?.(this));
    const steps = this.#stepsBy(batches, taken);
    const pace = this.#pace(options);

    while (this.#at.epoch < options.epochs && !this.#isOver(options)) {
      this.model.train();
      while (!this.#at.trained && !this.#isOver(options)) {
        const losses = await steps.take(pace.room(this.#at), this.#watch);
        if (losses === undefined) break;
        this.#queue.pushLosses(losses);
        if (this.#queue.isFull || pace.isDue(this.#at.step)) await this.#report(options);
        await this.#breathe();
      }
      await this.#report(options);
      if (this.#status !== 'completed') break;

      this.#at.trained = true;
      const report = await this.#measure(options);
      if (report === undefined) break;
      this.#endEpoch(report);
      await this.#tell((callback) => callback.onEpoch?.(report, this));
    }

    await this.#tell((callback) => callback.onFinish?.(this.#status, this));
    return this.#status;
  }

  /** Asks `fit` to end before the next step, as completed. For callbacks. */
  stop(): void {
    this.#stopping = true;
  }

  /** Steps taken over all epochs. */
  get step(): number {
    return this.#at.step;
  }

  /** Epochs that are through. */
  get epoch(): number {
    return this.#at.epoch;
  }

  /** Steps taken in the epoch that is not through yet. */
  get epochSteps(): number {
    return this.#at.epochSteps;
  }

  /** Whether a callback asked for the end. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Learning rate of the first group of parameters. */
  get lr(): number {
    return this.optimizer.paramGroups[0]!.lr;
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
    const { epochSteps, trained } = this.#at;
    const withinEpoch = epochSteps > 0 && !trained;
    return {
      ...this.#at,
      epochSeconds: this.#epochSeconds(),
      model: this.model.stateDict(),
      optimizer: this.optimizer.stateDict(),
      schedule: schedule?.stateDict() ?? null,
      generator: defaultGenerator.getState(),
      batches: withinEpoch ? (this.#batches?.stateDict?.() ?? null) : null,
      callbacks: Object.fromEntries(
        this.#callbacks.map((callback) => [callback.name, callback.stateDict?.() ?? null]),
      ),
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
    this.#at = { step, epoch, epochSteps, lossSum, trained, epochSeconds };
    this.#restored = restored;
  }

  /** @returns how many batches of the epoch a loaded state has behind it. */
  #begin(batches: Batches, { callbacks = [] }: FitOptions): number {
    this.#batches = batches;
    this.#callbacks = callbacks;
    this.#status = 'completed';
    this.#stopping = false;
    this.#epochBegan = performance.now() - 1000 * this.#at.epochSeconds;
    this.#told = this.#at.epochSteps;
    const restored = this.#restored;
    this.#restored = undefined;
    if (restored === undefined) return 0;
    defaultGenerator.setState(restored.generator);
    for (const callback of callbacks) {
      const state = restored.callbacks[callback.name];
      if (state !== null && state !== undefined) callback.loadStateDict?.(state);
    }
    if (restored.epochSteps === 0 || restored.trained) return 0;
    if (restored.batches === null || batches.loadStateDict === undefined) {
      throw new ArgumentError(
        'fit: expected batches with a state, such as a DataLoader, to go on in the middle of an epoch, got none',
      );
    }
    batches.loadStateDict(restored.batches);
    return restored.epochSteps;
  }

  /** Whether no more steps are to be taken. */
  #isOver({ maxSteps = Number.POSITIVE_INFINITY, signal }: FitOptions): boolean {
    if (signal?.aborted && this.#status === 'completed') this.#status = 'stopped';
    return this.#stopping || this.#status !== 'completed' || this.#at.step >= maxSteps;
  }

  #stepsBy(batches: Batches, taken: number): Steps {
    const { rows } = batches;
    const isPair = rows?.tensors.length === 2;
    if (rows === undefined || !isPair || this.#options.compile === false) {
      return new BatchSteps(batches, this.#recorded);
    }
    const steps = this.#resident.get(batches) ?? new ResidentSteps(rows, this.#update);
    this.#resident.set(batches, steps);
    steps.begin(taken);
    return steps;
  }

  #pace({ epochs, maxSteps = Number.POSITIVE_INFINITY, evaluateEvery = 1, ...samples }: FitOptions): Pace {
    const { schedule, scheduleOn = 'epoch' } = this.#options;
    const callbacks = this.#callbacks;
    const evaluates = samples.evaluation !== undefined || samples.validation !== undefined;
    const isAwaited =
      callbacks.some(({ onEpoch, every }) => onEpoch !== undefined && every === undefined) ||
      (schedule !== undefined && scheduleOn !== 'step' && !schedule.ignoresMetric);
    return new Pace({
      callbacks,
      ordinary: this.#ordinary,
      maxSteps,
      epochs,
      evaluateEvery: isAwaited ? 1 : evaluates ? evaluateEvery : Number.POSITIVE_INFINITY,
    });
  }

  /** Notes steps while they are taken. */
  readonly #watch = {
    onStep: (): void => {
      const { schedule, scheduleOn } = this.#options;
      this.#queue.push({ step: this.#at.step++, epoch: this.#at.epoch, lr: this.lr });
      this.#at.epochSteps++;
      if (scheduleOn === 'step') schedule?.step();
    },
    onEpochEnd: (): void => {
      const { schedule, scheduleOn = 'epoch' } = this.#options;
      if (scheduleOn === 'epoch') schedule?.step();
      this.#at.epoch++;
      this.#at.epochSteps = 0;
    },
  };

  /** Reads the losses of the steps that were taken, and tells of them and of the epochs that were passed. */
  async #report({ evaluateEvery = 1, ...samples }: FitOptions): Promise<void> {
    const taken = this.#queue.take();
    if (taken.length === 0) return;
    const diverged = taken.findIndex(({ loss }) => !Number.isFinite(loss));
    const steps = diverged >= 0 ? taken.slice(0, diverged + 1) : taken;
    const isMeasured = samples.evaluation !== undefined || samples.validation !== undefined;
    const secondsPerStep = this.#epochSeconds() / (this.#told + taken.length);
    const parts = byEpoch(steps).map((part, i): { steps: StepReport[]; passed?: EpochReport } => {
      if (i > 0) this.#at.lossSum = this.#told = 0;
      for (const { loss } of part) this.#at.lossSum += loss;
      this.#told += part.length;
      const { epoch, step } = part.at(-1)!;
      if (epoch === steps.at(-1)!.epoch) return { steps: part };
      const seconds = secondsPerStep * this.#told;
      this.#epochBegan += 1000 * seconds;
      const evaluated = !isMeasured && (epoch + 1) % evaluateEvery === 0;
      const train = { loss: this.#at.lossSum / this.#told };
      return { steps: part, passed: { epoch, step: step + 1, train, evaluated, seconds } };
    });
    if (diverged >= 0) {
      this.#status = 'diverged';
      const { step, epoch } = steps.at(-1)!;
      this.#at = { ...this.#at, step: step + 1, epoch, epochSteps: this.#told };
    }
    for (const callback of this.#callbacks) {
      for (const { steps, passed } of parts) {
        // What gives no promise is not waited for: there may be thousands of epochs.
        const afterSteps = callback.onSteps?.(steps, this);
        if (afterSteps !== undefined) await afterSteps;
        const afterEpoch = passed && callback.onEpoch?.(passed, this);
        if (afterEpoch !== undefined) await afterEpoch;
      }
    }
  }

  /** What is known of the epoch whose batches are through; undefined if the signal came meanwhile. */
  async #measure(options: FitOptions): Promise<EpochReport | undefined> {
    const { epochs, evaluateEvery = 1, evaluation, validation, signal } = options;
    const { epoch, step, epochSteps, lossSum } = this.#at;
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
      train: { ...after?.measured, loss: lossSum / epochSteps },
      validation: heldBack?.measured,
      after: after?.measured,
      confusionMatrix: (heldBack ?? after)?.confusionMatrix,
      evaluated,
      seconds: this.#epochSeconds(),
    };
  }

  #endEpoch({ train, validation, evaluated }: EpochReport): void {
    const { schedule, scheduleOn = 'epoch' } = this.#options;
    if (scheduleOn === 'epoch' || (scheduleOn === 'evaluation' && evaluated)) {
      schedule?.step(validation?.loss ?? train.loss);
    }
    const { step, epoch } = this.#at;
    this.#at = { step, epoch: epoch + 1, epochSteps: 0, lossSum: 0, trained: false, epochSeconds: 0 };
    this.#told = 0;
    this.#epochBegan = performance.now();
  }

  #epochSeconds(): number {
    return (performance.now() - this.#epochBegan) / 1000;
  }

  async #tell(hook: (callback: Callback) => void | Promise<void>): Promise<void> {
    for (const callback of this.#callbacks) await hook(callback);
  }
}

import type { nn, Tensor } from '@kindling/core';
import type { OptionNames } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Clip } from './clip-gradients.ts';
import type { DataParallel } from './data-parallel.ts';
import type { Metrics } from './evaluate.ts';
import type { TrainingStep } from './training-step.ts';

/** The model of a trainer, and how a step is taken. */
export interface TrainerOptions {
  readonly model: nn.Module;
  /** The loss of a batch, a scalar: `mse`, or a function that calls it with options. */
  readonly loss: (output: Tensor, target: Tensor) => Tensor;
  readonly optimizer: Optimizer;
  /**
   * A step of one's own, in place of forward, loss, backward, clip and the optimizer's step: with several optimizers, for example.
   * It zeroes gradients, calls `backward` and steps the optimizers itself. `loss` still measures evaluations. Further numbers that it
   * returns beside the loss are reported and logged with each step: `return { loss, 'discriminator/real': onReal }`.
   *
   * ```ts
   * const trainingStep = (real: Tensor): Tensor => {
   *   const fake = generator.forward(randn([real.shape[0]!, 8]));
   *   // …the discriminator's step on real and fake.detach(), then the generator's on fake
   *   return generatorLoss;
   * };
   * new Trainer({ model, loss, optimizer: generatorOptimizer, otherOptimizers: [discriminatorOptimizer], trainingStep });
   * ```
   */
  readonly trainingStep?: TrainingStep | undefined;
  /** Optimizers besides the first that `trainingStep` steps; their states are saved with it. Default: none. */
  readonly otherOptimizers?: readonly Optimizer[] | undefined;
  /**
   * Number of batches whose gradients are accumulated for one step of the optimizer: a step's loss is the mean of its batches' losses.
   * At the end of an epoch, fewer may be left. Default 1.
   */
  readonly accumulateGradBatches?: number | undefined;
  readonly schedule?: Schedule | undefined;
  /**
   * When the schedule steps. With `evaluation`, for `ReduceLROnPlateau`, it receives the validation loss, or the training loss
   * without validation samples. Default `epoch`.
   */
  readonly scheduleOn?: 'step' | 'epoch' | 'evaluation' | undefined;
  /** A bound on the total norm of the gradients, or on each of their elements. Default: none. */
  readonly clip?: Clip | undefined;
  /** Metrics of the evaluation besides the loss. */
  readonly metrics?: Metrics | undefined;
  /**
   * Record steps and replay them, if the device supports it and the model, the loss and the optimizer run the same operations at
   * each step. The results are bit-identical without. Default true.
   */
  readonly compile?: boolean | undefined;
  /**
   * Processes that train together. Gradients are averaged over them before they are clipped, and so are the losses of steps; all stop
   * after the same step. Batches are this process' share, those of evaluations too, whose losses and metrics are of the batches of all.
   * Default: this process alone.
   */
  readonly dataParallel?: DataParallel | undefined;
}

export const trainerOptionNames: OptionNames<TrainerOptions> = {
  trainingStep: true,
  otherOptimizers: true,
  accumulateGradBatches: true,
  model: true,
  loss: true,
  optimizer: true,
  schedule: true,
  scheduleOn: true,
  clip: true,
  metrics: true,
  compile: true,
  dataParallel: true,
};

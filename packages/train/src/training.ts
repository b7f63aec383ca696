// What trains, without experiments and runs: a door of its own, so that bundlers leave the others out of pages that do not use them.

export {
  AveragedWeights,
  type AveragedWeightsOptions,
} from './averaging/averaged-weights.ts';
export { WeightAveraging, type WeightAveragingOptions } from './averaging/weight-averaging.ts';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip.ts';
export { StraightThroughReLU } from './layers/straight-through-relu.ts';
export { ConsoleLogger, type ConsoleLoggerOptions, type ConsoleStream } from './logger/console-logger.ts';
export {
  bce,
  bceWithLogits,
  crossEntropy,
  gaussianNll,
  hingeEmbedding,
  huber,
  klDiv,
  type LossName,
  l1,
  losses,
  mse,
  nll,
  poissonNll,
  smoothL1,
} from './losses/losses.ts';
export { Accuracy, type AccuracyOptions } from './metrics/accuracy.ts';
export {
  type ClassScoreOptions,
  type ClassScores,
  classScores,
  F1,
  Precision,
  Recall,
} from './metrics/class-score.ts';
export { ConfusionMatrix, type ConfusionMatrixOptions } from './metrics/confusion-matrix.ts';
export type { DecisionOptions } from './metrics/decision.ts';
export { Mean } from './metrics/mean.ts';
export { MeanAbsoluteError } from './metrics/mean-absolute-error.ts';
export type { MergeableMetric, Metric } from './metrics/metric.ts';
export { type MetricName, metrics } from './metrics/metrics.ts';
export { R2Score } from './metrics/r2-score.ts';
export { Adadelta, type AdadeltaOptions } from './optimizers/adadelta.ts';
export { Adagrad, type AdagradOptions } from './optimizers/adagrad.ts';
export { Adam, type AdamOptions } from './optimizers/adam.ts';
export { AdamW, type AdamWOptions } from './optimizers/adam-w.ts';
export { Adamax, type AdamaxOptions } from './optimizers/adamax.ts';
export { LBFGS, type LBFGSOptions } from './optimizers/lbfgs.ts';
export { NAdam, type NAdamOptions } from './optimizers/nadam.ts';
export {
  type GroupOptions,
  Optimizer,
  type OptimizerParameters,
  type ParamGroup,
} from './optimizers/optimizer.ts';
export type { OptimizerStateDict, SavedGroup } from './optimizers/optimizer-state.ts';
export { type OptimizerName, optimizers } from './optimizers/optimizers.ts';
export { ParameterState } from './optimizers/parameter-state.ts';
export { RAdam, type RAdamOptions } from './optimizers/radam.ts';
export { RMSprop, type RMSpropOptions } from './optimizers/rmsprop.ts';
export { SGD, type SGDOptions } from './optimizers/sgd.ts';
export type { FusedStep, OptimizerOptions, ParameterUpdate, UpdateRule } from './optimizers/update-rule.ts';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedules/cosine-annealing-lr.ts';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedules/cosine-annealing-warm-restarts.ts';
export { CountedSchedule, type RateRule, type ScheduledGroup } from './schedules/counted-schedule.ts';
export { CyclicLR, type CyclicLROptions } from './schedules/cyclic-lr.ts';
export { ExponentialLR, type ExponentialLROptions } from './schedules/exponential-lr.ts';
export { LambdaLR } from './schedules/lambda-lr.ts';
export { LinearLR, type LinearLROptions } from './schedules/linear-lr.ts';
export { MultiStepLR, type MultiStepLROptions } from './schedules/multi-step-lr.ts';
export { OneCycleLR, type OneCycleLROptions } from './schedules/one-cycle-lr.ts';
export { PolynomialLR, type PolynomialLROptions } from './schedules/polynomial-lr.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedules/reduce-lr-on-plateau.ts';
export type { Schedule, ScheduleState } from './schedules/schedule.ts';
export { type ScheduleName, schedules } from './schedules/schedules.ts';
export { SequentialLR, type SequentialLROptions } from './schedules/sequential-lr.ts';
export { StepLR, type StepLROptions } from './schedules/step-lr.ts';
export type { Batch, Batches } from './trainer/batches.ts';
export type {
  Callback,
  EpochReport,
  Evaluation,
  FitStatus,
  Measured,
} from './trainer/callback.ts';
export type { DataParallel, EpochSampler } from './trainer/data-parallel.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './trainer/early-stopping.ts';
export { type EvaluateOptions, evaluate, type Metrics } from './trainer/evaluate.ts';
export type { FitOptions } from './trainer/fit-options.ts';
export { type StepReport, TrainSteps } from './trainer/train-steps.ts';
export { Trainer } from './trainer/trainer.ts';
export type { TrainerOptions } from './trainer/trainer-options.ts';
export type { TrainerState } from './trainer/trainer-state.ts';
export type { StepResult, TrainingStep } from './trainer/training-step.ts';
export { LeNet, type LeNetOptions } from './zoo/lenet.ts';
export { ResNet, type ResNetOptions, resnet18, resnet34 } from './zoo/resnet.ts';

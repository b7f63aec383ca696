// All that a browser gets of this package (package.json has the condition): documents in files, and sweeps, are Node.js'.

export {
  AveragedWeights,
  type AveragedWeightsOptions,
} from './averaging/averaged-weights.ts';
export { WeightAveraging, type WeightAveragingOptions } from './averaging/weight-averaging.ts';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip.ts';
export * from './events.ts';
export { type BuiltModel, buildModel, type ModelSettings } from './experiment/build-model.ts';
export { type BuiltinName, builtinNames, isBuiltinName } from './experiment/builtin.ts';
export type { Task } from './experiment/draft-columns.ts';
export { type DraftOptions, draftExperiment, type ExperimentDraft } from './experiment/draft-experiment.ts';
export {
  type DataOptions,
  type ExperimentData,
  loadExperimentData,
  type Samples,
} from './experiment/experiment-data.ts';
export { experimentJsonSchema } from './experiment/experiment-json-schema.ts';
export { type ExperimentKey, experimentKeys } from './experiment/experiment-keys.ts';
export { type Experiment, type ExperimentInput, experimentSchema } from './experiment/experiment-schema.ts';
export {
  type JsonDocument,
  type JsonPath,
  JsonSyntaxError,
  type Position,
  parseJsonDocument,
  type TextRange,
} from './experiment/json-document.ts';
export { applyOverrides, type Override, parseOverride } from './experiment/overrides.ts';
export { parseExperiment } from './experiment/parse-experiment.ts';
export { ExperimentError, type Problem } from './experiment/problem.ts';
export { buildTraining, checkLastBatch, type Training, type TrainingOptions } from './experiment/training.ts';
export { variantNames } from './experiment/variant.ts';
export { StraightThroughReLU } from './layers/straight-through-relu.ts';
export { ConsoleLogger, type ConsoleLoggerOptions, type ConsoleStream } from './logger/console-logger.ts';
export { type CreateRunOptions, createRun } from './logger/create-run.ts';
export type { LoggedImages } from './logger/image-sample.ts';
export type { Numbers } from './logger/logged-numbers.ts';
export { RunLogger, type RunLoggerOptions } from './logger/run-logger.ts';
export type { FinishOptions, LogEpochOptions, RunWriter } from './logger/run-writer.ts';
export type { LoggedConfusionMatrix, LoggedPredictions, SampleOptions } from './logger/sample-events.ts';
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
export type { Metric } from './metrics/metric.ts';
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
export { type EvaluateRunOptions, evaluateRun, type RunEvaluation } from './run/evaluate-run.ts';
export { type RunOptions, type RunResult, runExperiment } from './run/run-experiment.ts';
export type { Signature } from './run/signature.ts';
export {
  loadTrainedModel,
  type Predictions,
  TrainedModel,
  type TrainedModelOptions,
} from './run/trained-model.ts';
export * from './runs.ts';
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
export { EarlyStopping, type EarlyStoppingOptions } from './trainer/early-stopping.ts';
export { type EvaluateOptions, evaluate, type Metrics } from './trainer/evaluate.ts';
export type { FitOptions } from './trainer/fit-options.ts';
export { type StepReport, TrainSteps } from './trainer/train-steps.ts';
export { Trainer } from './trainer/trainer.ts';
export type { TrainerOptions } from './trainer/trainer-options.ts';
export type { TrainerState } from './trainer/trainer-state.ts';
export type { TrainingStep } from './trainer/training-step.ts';

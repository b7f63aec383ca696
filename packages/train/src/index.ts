export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip.ts';
export { type BuiltModel, buildModel, type ModelSettings } from './experiment/build-model.ts';
export { type BuiltinName, builtinNames, isBuiltinName } from './experiment/builtin.ts';
export {
  type DataOptions,
  type ExperimentData,
  loadExperimentData,
  type Samples,
} from './experiment/experiment-data.ts';
export { experimentJsonSchema } from './experiment/experiment-json-schema.ts';
export { type Experiment, type ExperimentInput, experimentSchema } from './experiment/experiment-schema.ts';
export {
  type JsonDocument,
  type JsonPath,
  JsonSyntaxError,
  type Position,
  parseJsonDocument,
} from './experiment/json-document.ts';
export {
  type ExperimentSource,
  type LoadOptions,
  loadExperiment,
  readExperimentSource,
} from './experiment/load-experiment.ts';
export { applyOverrides, type Override, parseOverride } from './experiment/overrides.ts';
export { parseExperiment } from './experiment/parse-experiment.ts';
export { ExperimentError, type Problem } from './experiment/problem.ts';
export { StraightThroughReLU } from './experiment/straight-through-relu.ts';
export { buildTraining, type Training, type TrainingOptions } from './experiment/training.ts';
export { variantNames } from './experiment/variant.ts';
export { type BceOptions, bce } from './losses/bce.ts';
export { type BceWithLogitsOptions, bceWithLogits } from './losses/bce-with-logits.ts';
export type { ClassOptions } from './losses/class-target.ts';
export { type CrossEntropyOptions, crossEntropy } from './losses/cross-entropy.ts';
export { type HuberOptions, huber } from './losses/huber.ts';
export { type KlDivOptions, klDiv } from './losses/kl-div.ts';
export { type L1Options, l1 } from './losses/l1.ts';
export { type LossName, losses } from './losses/losses.ts';
export { type MseOptions, mse } from './losses/mse.ts';
export { type NllOptions, nll } from './losses/nll.ts';
export type { Reduction } from './losses/reduction.ts';
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
export { Adagrad, type AdagradOptions } from './optimizers/adagrad.ts';
export { Adam, type AdamOptions } from './optimizers/adam.ts';
export { AdamW, type AdamWOptions } from './optimizers/adam-w.ts';
export {
  type GroupOptions,
  Optimizer,
  type OptimizerParameters,
  type ParamGroup,
} from './optimizers/optimizer.ts';
export type { OptimizerStateDict, SavedGroup } from './optimizers/optimizer-state.ts';
export { type OptimizerName, optimizers } from './optimizers/optimizers.ts';
export { ParameterState } from './optimizers/parameter-state.ts';
export { RMSprop, type RMSpropOptions } from './optimizers/rmsprop.ts';
export { SGD, type SGDOptions } from './optimizers/sgd.ts';
export type { OptimizerOptions, UpdateRule } from './optimizers/update-rule.ts';
export { type EvaluateRunOptions, evaluateRun, type RunEvaluation } from './run/evaluate-run.ts';
export {
  type EpochEvent,
  formatEvent,
  type RunEvent,
  type RunStatus,
  runEventSchema,
  type SampleEvent,
  type StepEvent,
} from './run/event.ts';
export { parseEvent, parseEvents } from './run/parse-events.ts';
export { findRun, listRuns, type Run, type RunOverview, type RunState, readRun } from './run/read-run.ts';
export { type RunOptions, type RunResult, runExperiment } from './run/run-experiment.ts';
export { type CheckpointKind, RunError, RunFolder } from './run/run-folder.ts';
export type { Signature } from './run/signature.ts';
export { type RunSummary, runSummarySchema } from './run/summary.ts';
export {
  loadTrainedModel,
  type Predictions,
  TrainedModel,
  type TrainedModelOptions,
} from './run/trained-model.ts';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedules/cosine-annealing-lr.ts';
export { CountedSchedule, type RateRule, type ScheduledGroup } from './schedules/counted-schedule.ts';
export { ExponentialLR, type ExponentialLROptions } from './schedules/exponential-lr.ts';
export { LambdaLR } from './schedules/lambda-lr.ts';
export { LinearLR, type LinearLROptions } from './schedules/linear-lr.ts';
export { MultiStepLR, type MultiStepLROptions } from './schedules/multi-step-lr.ts';
export { OneCycleLR, type OneCycleLROptions } from './schedules/one-cycle-lr.ts';
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
  StepReport,
} from './trainer/callback.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './trainer/early-stopping.ts';
export { type EvaluateOptions, evaluate, type Metrics } from './trainer/evaluate.ts';
export type { FitOptions } from './trainer/fit-options.ts';
export { Trainer } from './trainer/trainer.ts';
export type { TrainerOptions } from './trainer/trainer-options.ts';
export type { TrainerState } from './trainer/trainer-state.ts';

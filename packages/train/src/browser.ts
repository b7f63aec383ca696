// All that a browser gets of this package (package.json has the condition): documents in files, and sweeps, are Node.js'.

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
export { type CreateRunOptions, createRun } from './logger/create-run.ts';
export type { LoggedImages } from './logger/image-sample.ts';
export type { Numbers } from './logger/logged-numbers.ts';
export { RunLogger, type RunLoggerOptions } from './logger/run-logger.ts';
export type { FinishOptions, LogEpochOptions, RunWriter } from './logger/run-writer.ts';
export type { LoggedConfusionMatrix, LoggedPredictions, SampleOptions } from './logger/sample-events.ts';
export { type EvaluateRunOptions, evaluateRun, type RunEvaluation } from './run/evaluate-run.ts';
export { type JointRunOptions, joinRun } from './run/joint-run.ts';
export { type RunOptions, type RunResult, runExperiment } from './run/run-experiment.ts';
export type { Signature } from './run/signature.ts';
export {
  loadTrainedModel,
  type Predictions,
  TrainedModel,
  type TrainedModelOptions,
} from './run/trained-model.ts';
export * from './runs.ts';
export * from './training.ts';

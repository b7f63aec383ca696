// For the other packages of Kindling; not part of the public interface.
export { inputDType } from './experiment/input-indices.ts';
export {
  discriminatorColumns,
  type LayerRow,
  layerRows,
  type ModelColumns,
  modelColumns,
} from './experiment/model-columns.ts';
export { modelInputShape, sampleShape } from './experiment/sample-shape.ts';
export { CausalEncoder } from './layers/causal-encoder.ts';
export { LastStep } from './layers/last-step.ts';
export { PositionEmbedding } from './layers/position-embedding.ts';
export { RecurrentOutputs } from './layers/recurrent-outputs.ts';
export { Reshape } from './layers/reshape.ts';
export { Residual } from './layers/residual.ts';
export { lossDescriptor, outputKind } from './losses/loss-descriptors.ts';
export { Replacement, writeAll, writeFileAtomic } from './run/atomic-file.ts';
export { LogSnapshot } from './run/log-snapshot.ts';
export { readShared } from './run/shared-value.ts';
export { MedianRule } from './sweep/median-rule.ts';
export { claimSweepFolder, SweepFolder } from './sweep/sweep-folder.ts';
export {
  bestTrial,
  isDone,
  rankTrials,
  readTrialResult,
  type SweepSummary,
  type TrialResult,
  type TrialStatus,
} from './sweep/sweep-summary.ts';
export { monitored } from './trainer/monitor.ts';

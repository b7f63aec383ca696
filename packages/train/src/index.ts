export * from './browser.ts';
export { checkExperiment, type ExperimentCheck, problemsOf } from './experiment/check-experiment.ts';
export {
  type ExperimentSource,
  type LoadExperimentOptions,
  loadExperiment,
  readExperimentSource,
} from './experiment/load-experiment.ts';
export { type BuiltinSweepName, builtinSweepNames, isBuiltinSweepName } from './sweep/builtin-sweeps.ts';
export { loadSweep, type Sweep, type SweepOptions, type SweepTrial } from './sweep/load-sweep.ts';
export type { SweepDefinition } from './sweep/sweep-folder.ts';
export { sweepJsonSchema } from './sweep/sweep-json-schema.ts';
export type { PruneSettings, SweepAxisInput, SweepInput } from './sweep/sweep-schema.ts';

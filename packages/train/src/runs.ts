// The folders of runs: to read, stop, annotate, archive and remove them. No engine comes with it.
export { downloadRun } from './run/download-run.ts';
export { flatSettings } from './run/flat-settings.ts';
export { loadRuns, runsSaved } from './run/load-runs.ts';
export { EventFile, readEvents } from './run/read-events.ts';
export {
  type DamagedRun,
  findRun,
  listRuns,
  type Run,
  type RunOverview,
  type RunReading,
  type RunState,
  readRun,
  readRunColumns,
  readRunDocument,
  readRunExperiment,
  readRunOverview,
  readRunSettings,
} from './run/read-run.ts';
export { folderBytes, removableRun, removeRun } from './run/remove-run.ts';
export { type CheckpointKind, createRunFolder, RunError, RunFolder } from './run/run-folder.ts';
export { readRunNotes, writeRunNotes } from './run/run-notes.ts';
export { requestStop } from './run/stop-request.ts';
export { type RunSummary, runSummarySchema } from './run/summary.ts';
export { zipRun } from './run/zip-run.ts';

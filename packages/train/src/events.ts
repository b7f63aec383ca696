// What readers of runs need, in Node.js, a browser or a webview: it imports nothing but zod.
export { EpochColumns } from './events/epoch-columns.ts';
export {
  type CheckpointEvent,
  type EpochEvent,
  epochGroups,
  formatEvent,
  type RunEvent,
  type RunFinishedEvent,
  type RunStartedEvent,
  type RunStatus,
  runEventSchema,
  runStatuses,
  type SampleEvent,
  type SampleKind,
  type StepEvent,
  sampleSchema,
} from './events/event.ts';
export {
  EventReader,
  type EventReading,
  type EventSink,
  type FileState,
} from './events/event-reader.ts';
export { heldBackName } from './events/held-back-name.ts';
export { metricGoal } from './events/metric-goal.ts';
export { EventError, parseEvent, parseEvents } from './events/parse-events.ts';
export {
  type GridSamples,
  type PredictionGrid,
  predictionGrid,
  samplesOfGrid,
} from './events/prediction-grid.ts';
export { RunColumns } from './events/run-columns.ts';
export { type RunNotes, runNotesSchema } from './events/run-notes.ts';
export { StepColumns } from './events/step-columns.ts';
export type { StepRow } from './events/step-scanner.ts';

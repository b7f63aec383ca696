// How progress is written to a terminal; for the other packages of Kindling, not part of the public interface. It loads no engine.
export {
  formatBytes,
  formatClock,
  formatCount,
  formatLoss,
  formatMetric,
  formatMoment,
  formatSeconds,
  plural,
} from './console/format.ts';
export { isPlainOutput } from './console/plain-output.ts';
export { ProgressLines } from './console/progress-lines.ts';
export { type Progress, progressText } from './console/progress-text.ts';
export { Rate } from './console/rate.ts';
export { RedrawnLine, type TerminalSize, terminalSize } from './console/redrawn-line.ts';
export { safeJson, safeLine, safeStyledText, safeText } from './console/safe-text.ts';
export { type TrainingExtent, TrainingProgress } from './console/training-progress.ts';

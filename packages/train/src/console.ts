// How progress is written to a terminal; for the other packages of Kindling, not part of the public interface. It loads no engine.
export {
  formatClock,
  formatCount,
  formatLoss,
  formatMetric,
  formatSeconds,
  plural,
} from './console/format.ts';
export { isPlainOutput } from './console/plain-output.ts';
export { type Progress, progressText } from './console/progress-text.ts';
export { Rate } from './console/rate.ts';

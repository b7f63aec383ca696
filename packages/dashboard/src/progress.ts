// What a host needs that is a page itself: how a log becomes messages. It imports nothing of Node.js.
export { extend, type MetricRange, MetricRanges } from './host/metric-ranges.ts';
export type { ProgressCursor, ProgressSource } from './host/progress-cursor.ts';
export { RunProgress } from './host/run-progress.ts';

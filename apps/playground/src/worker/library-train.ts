// What programs import as `@kindling/train`: their runs are sent to the page.
import { forwardedRuns } from './page.ts';

// biome-ignore lint/performance/noReExportAll: all of it, but one function
export * from '@kindling/train';
export const createRun = forwardedRuns.create;

// What programs import as `@kindling/train`: the page is told of their runs.
import { toldRuns } from './page.ts';

// biome-ignore lint/performance/noReExportAll: all of it, but one function
export * from '@kindling/train';
export const createRun = toldRuns.create;

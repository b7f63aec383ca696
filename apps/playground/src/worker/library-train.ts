export * from '@kindling/train';
export { createRun } from './create-run.ts';

export { useTensorflow } from './backend/tfjs/engines.ts';
export { searchWorkingFolder } from './backend/tfjs/lookup.ts';
export type { Tensorflow } from './backend/tfjs/tensorflow.ts';

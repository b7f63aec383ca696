export { useTensorflow } from './backend/tfjs/engines.ts';
export { searchWorkingFolder } from './backend/tfjs/lookup.ts';
export type { TensorflowModule } from './backend/tfjs/tensorflow-module.ts';

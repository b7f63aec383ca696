export { useTensorflow } from './backend/tfjs/engines.ts';
export type { TensorflowModule } from './backend/tfjs/tensorflow-module.ts';

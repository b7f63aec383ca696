export { useTensorflow } from './backend/tfjs/engines.ts';
export type { Tensorflow } from './backend/tfjs/tensorflow.ts';

/**
 * TensorFlow.js as a program has loaded it, such as `import * as tf from '@tensorflow/tfjs-core'`: what is looked at before anything is
 * computed. Declared here, so that these types do not need TensorFlow.js to be installed.
 */
export interface TensorflowModule {
  engine(): { backendNames(): string[] };
  backend(): object;
  getBackend(): string;
}

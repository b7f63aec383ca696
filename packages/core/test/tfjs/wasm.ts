import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { useTensorflow } from '@kindling/core/tfjs';

await tf.setBackend('wasm');
useTensorflow(tf);

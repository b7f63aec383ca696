import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { useTensorflow } from '@kindling/core/tfjs';

await tf.setBackend('cpu');
useTensorflow(tf);

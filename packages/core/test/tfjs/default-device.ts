import { setDefaultDevice } from '@kindling/core';

// What tests make stands on TensorFlow.js' engine unless they say otherwise.
setDefaultDevice('tfjs');

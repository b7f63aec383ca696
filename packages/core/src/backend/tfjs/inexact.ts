import type { BinaryOp, UnaryOp } from '../kernels.ts';
import type { Tensorflow } from './tensorflow.ts';

/**
 * Operations that an engine computes with another result than PyTorch, beyond rounding. They are done on the host, where the memory of
 * these two engines is anyway.
 */
const inexact: { readonly [engine: string]: readonly (UnaryOp | BinaryOp)[] } = {
  // erf is good to 1e-7 absolutely, round loses the sign of -0, pow gives NaN for 1 to the power of NaN.
  cpu: ['erf', 'round', 'pow'],
  // Besides, log1p is log(1 + x), sin and cos are wrong for large angles, and maximum and minimum may lose a NaN.
  wasm: ['erf', 'round', 'pow', 'log1p', 'softplus', 'sin', 'cos', 'maximum', 'minimum'],
};

export const isExact = (tf: Tensorflow, op: UnaryOp | BinaryOp): boolean =>
  !inexact[tf.getBackend()]?.includes(op);

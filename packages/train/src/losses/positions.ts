import type { Tensor } from '@kindling/core';

/** Outputs [N, L, C] with the classes [N, L] of their places as N · L samples; others stay as they are. */
export function byPosition(output: Tensor, target: Tensor): readonly [output: Tensor, target: Tensor] {
  if (output.ndim !== 3 || target.ndim !== 2) return [output, target];
  return [output.reshape([-1, output.shape[2]!]), target.reshape([-1])];
}

import type { Tensor } from '../tensor.ts';
import type { Dropout } from './dropout.ts';

/**
 * Dropout of what an attention gives. As in PyTorch, whose attentions compute [L, N, E], all of a batch is drawn position by position, also
 * where the batch comes first.
 */
export function attentionDropout(dropout: Dropout, x: Tensor, batchFirst: boolean): Tensor {
  const isTurned = batchFirst && x.ndim === 3 && dropout.training && dropout.p > 0;
  return isTurned ? dropout.forward(x.transpose(0, 1)).transpose(0, 1) : dropout.forward(x);
}

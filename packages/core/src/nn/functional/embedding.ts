import { assertTensor, assertWhole } from '../../arguments.ts';
import { embedding as rows, where } from '../../combine.ts';
import { checkOptions } from '../../options.ts';
import { normalizeDim } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

export interface EmbeddingLookupOptions {
  /** An index whose row gets no gradient; counts from the end when negative. Default: none. */
  readonly paddingIdx?: number | undefined;
}

/**
 * Rows of a [count, size] table for a tensor of int32 indices of any shape: [...input.shape, size].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.embedding.html
 */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingLookupOptions = {}): Tensor {
  const { paddingIdx } = checkOptions('embedding', options, { paddingIdx: true });
  assertTensor('embedding', 'input', input);
  const found = rows(weight, input);
  if (paddingIdx === undefined) return found;
  assertWhole('embedding', 'paddingIdx', paddingIdx);
  const padding = normalizeDim('embedding', paddingIdx, weight.shape[0]!);
  return where(input.eq(padding).unsqueeze(-1), found.detach(), found);
}

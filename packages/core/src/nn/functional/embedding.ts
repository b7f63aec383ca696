import { assertNumber, assertTensor, assertWhole } from '../../arguments.ts';
import { noGrad } from '../../autograd/mode.ts';
import { embedding as rows, where } from '../../combine.ts';
import { ArgumentError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { scope } from '../../scope.ts';
import { normalizeDim } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

export interface EmbeddingLookupOptions {
  /** An index whose row gets no gradient; counts from the end when negative. Default: none. */
  readonly paddingIdx?: number | undefined;
  /**
   * The largest norm of a row. Before the look-up, rows at the indices that are longer are scaled down to it in the table itself, in place
   * and without recording; the whole table is written. Default: none.
   */
  readonly maxNorm?: number | undefined;
  /** The p of that norm. Default 2. */
  readonly normType?: number | undefined;
}

/** @throws {ArgumentError} for a norm that is not above 0. */
export function assertNorm(
  owner: string,
  options: { readonly maxNorm: number | undefined; readonly normType: number },
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    assertNumber(owner, name, value);
    if (!(value > 0)) throw new ArgumentError(`${owner}: expected a ${name} above 0, got ${value}`);
  }
}

/** Keeps a row that is scaled below the limit, as in PyTorch. */
const NORM_EPS = 1e-7;

function renormalize(weight: Tensor, index: Tensor, maxNorm: number, normType: number): void {
  noGrad(() =>
    scope(() => {
      const places = index.flatten();
      const found = weight.indexSelect(0, places);
      const norms = found.norm(normType, 1, { keepdim: true });
      const scaled = found.mul(norms.add(NORM_EPS).reciprocal().mul(maxNorm));
      weight.indexPut_([places], scaled.where(norms.gt(maxNorm), found));
    }),
  );
}

/**
 * Rows of a [count, size] table for a tensor of int32 indices of any shape: [...input.shape, size].
 *
 * @throws {ArgumentError} for a `maxNorm` or a `normType` that is not above 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.embedding.html
 */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingLookupOptions = {}): Tensor {
  const {
    paddingIdx,
    maxNorm,
    normType = 2,
  } = checkOptions('embedding', options, { paddingIdx: true, maxNorm: true, normType: true });
  assertTensor('embedding', 'input', input);
  assertTensor('embedding', 'weight', weight);
  assertNorm('embedding', { maxNorm, normType });
  if (maxNorm !== undefined) renormalize(weight, input, maxNorm, normType);
  const found = rows(weight, input);
  if (paddingIdx === undefined) return found;
  assertWhole('embedding', 'paddingIdx', paddingIdx);
  const padding = normalizeDim('embedding', paddingIdx, weight.shape[0]!);
  return where(input.eq(padding).unsqueeze(-1), found.detach(), found);
}

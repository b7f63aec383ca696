import { assertBoolean, assertTensor } from '../../arguments.ts';
import { DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * A mask as numbers that are added to scores of the dtype of `like`: a bool one has −∞ where it equals `hidden`, else 0.
 *
 * @throws {DTypeError} unless it is bool, or of that dtype.
 */
export function additiveMask(op: string, name: string, mask: Tensor, hidden: boolean, like: Tensor): Tensor {
  assertTensor(op, name, mask);
  if (mask.dtype === like.dtype) return mask;
  if (mask.dtype !== 'bool') {
    throw new DTypeError(`${op}: expected ${name} of bool or ${like.dtype}, got ${mask.dtype}`);
  }
  const hides = hidden ? mask : mask.logicalNot();
  return like.newZeros(mask.shape).maskedFill(hides, Number.NEGATIVE_INFINITY);
}

/** The mask [length, keys] that hides the keys behind each query's own position: −∞ there, else 0. */
export const causalMask = (like: Tensor, length: number, keys: number): Tensor =>
  like.newFull([length, keys], Number.NEGATIVE_INFINITY).triu(1);

/** What hides keys from the queries of sequences. */
export interface SequenceMasks {
  readonly keyPaddingMask?: Tensor | undefined;
  readonly attnMask?: Tensor | undefined;
  readonly isCausal?: boolean;
}

/**
 * The masks of queries [N, heads, L, d] and keys [N, heads, S, d] as one that is added to the scores, and whether the keys behind each
 * query's position are hidden besides. `added` keys more, behind the others, are always seen.
 *
 * @throws {ShapeError} unless `attnMask` is [L, S] or [N·heads, L, S] and `keyPaddingMask` [N, S], or [S] of one sequence.
 */
export function mergedMask(
  op: string,
  query: Tensor,
  key: Tensor,
  { keyPaddingMask, attnMask, isCausal = false }: SequenceMasks,
  added: number,
): { readonly mask: Tensor | undefined; readonly isCausal: boolean } {
  assertBoolean(op, 'isCausal', isCausal);
  const [batch, heads, length] = query.shape as [number, number, number];
  const keys = key.shape[2]!;
  const masks: Tensor[] = [];
  if (attnMask !== undefined) {
    const mask = additiveMask(op, 'attnMask', attnMask, true, query);
    const isShared = sameShape(mask.shape, [length, keys]);
    if (!isShared && !sameShape(mask.shape, [batch * heads, length, keys])) {
      throw new ShapeError(
        `${op}: expected an attnMask of shape [${length}, ${keys}] or [${batch * heads}, ${length}, ${keys}], got ${formatShape(mask.shape)}`,
      );
    }
    masks.push(isShared ? mask : mask.reshape([batch, heads, length, keys]));
  }
  if (keyPaddingMask !== undefined) {
    const mask = additiveMask(op, 'keyPaddingMask', keyPaddingMask, true, query);
    if (!sameShape(mask.shape, [batch, keys]) && !(batch === 1 && sameShape(mask.shape, [keys]))) {
      throw new ShapeError(
        `${op}: expected a keyPaddingMask of shape [${batch}, ${keys}], got ${formatShape(mask.shape)}`,
      );
    }
    masks.push(mask.reshape([batch, 1, 1, keys]));
  }
  const isMasked = isCausal && added > 0;
  if (isMasked) masks.push(causalMask(query, length, keys));
  const [first, ...others] = masks;
  const sum = first && others.reduce((all, mask) => all.add(mask), first);
  return { mask: added > 0 ? sum?.pad([0, added]) : sum, isCausal: isCausal && !isMasked };
}

import { assertBoolean, assertTensor } from '../../arguments.ts';
import { DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { causalMask } from '../../ops/attention.ts';
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

/** What hides keys from the queries of sequences. */
export interface SequenceMasks {
  readonly keyPaddingMask?: Tensor | undefined;
  readonly attnMask?: Tensor | undefined;
  readonly isCausal?: boolean;
}

/** Sizes of the scores of sequences. */
export interface ScoreSizes {
  readonly batch: number;
  readonly heads: number;
  readonly length: number;
  readonly keys: number;
}

/**
 * The masks of scores [batch, heads, length, keys] as one that is added to them, in the dtype of `like`, and whether the keys behind each
 * query's position are hidden besides. `added` keys more, behind the others, are always seen.
 *
 * @throws {ShapeError} unless `attnMask` is [length, keys] or [batch·heads, length, keys] and `keyPaddingMask` [batch, keys], or [keys] of
 * one sequence.
 */
export function mergedMask(
  op: string,
  { batch, heads, length, keys }: ScoreSizes,
  { keyPaddingMask, attnMask, isCausal = false }: SequenceMasks,
  like: Tensor,
  added = 0,
): { readonly mask: Tensor | undefined; readonly causal: boolean } {
  assertBoolean(op, 'isCausal', isCausal);
  const masks: Tensor[] = [];
  if (attnMask !== undefined) {
    const mask = additiveMask(op, 'attnMask', attnMask, true, like);
    const isShared = sameShape(mask.shape, [length, keys]);
    if (!isShared && !sameShape(mask.shape, [batch * heads, length, keys])) {
      throw new ShapeError(
        `${op}: expected an attnMask of shape [${length}, ${keys}] or [${batch * heads}, ${length}, ${keys}], got ${formatShape(mask.shape)}`,
      );
    }
    masks.push(isShared ? mask : mask.reshape([batch, heads, length, keys]));
  }
  if (keyPaddingMask !== undefined) {
    const mask = additiveMask(op, 'keyPaddingMask', keyPaddingMask, true, like);
    if (!sameShape(mask.shape, [batch, keys]) && !(batch === 1 && sameShape(mask.shape, [keys]))) {
      throw new ShapeError(
        `${op}: expected a keyPaddingMask of shape [${batch}, ${keys}], got ${formatShape(mask.shape)}`,
      );
    }
    masks.push(mask.reshape([batch, 1, 1, keys]));
  }
  const isMasked = isCausal && added > 0;
  if (isMasked) masks.push(causalMask(like, length, keys));
  const [first, ...others] = masks;
  const sum = first && others.reduce((all, mask) => all.add(mask), first);
  return { mask: added > 0 ? sum?.pad([0, added]) : sum, causal: isCausal && !isMasked };
}

import { apply } from '../../autograd/apply.ts';
import * as ops from '../../ops/attention.ts';
import { broadcastShapes } from '../../shape.ts';
import { hasKernel } from '../../tensor/has-kernel.ts';
import type { Tensor } from '../../tensor.ts';

/** Whether the engine computes attention in one kernel: with no gradient of the mask, and with something to compute. */
const isFused = (operands: readonly Tensor[], mask: Tensor | undefined): boolean =>
  operands.every((operand) => operand.numel > 0) &&
  mask?.requiresGrad !== true &&
  hasKernel(operands[0]!, 'scaledDotProductAttention', ...operands.slice(1), mask);

/** [batch, heads, rows, columns] of a tensor with any axes in front of the last two. */
function asHeads(x: Tensor): Tensor {
  if (x.ndim === 4) return x;
  if (x.ndim < 4) return x.ndim === 2 ? x.unsqueeze(0).unsqueeze(0) : x.unsqueeze(1);
  return x.flatten(0, x.ndim - 4);
}

/** softmax(scale · Q·Kᵀ + mask)·V, some weights dropped. The axes in front of the last two broadcast. */
export function attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | undefined,
  attributes: ops.AttentionAttributes,
  dropoutP: number,
): Tensor {
  if (dropoutP > 0 || !isFused([query, key, value], mask)) {
    return ops.attentionWeights(query, key, mask, attributes).dropout(dropoutP).matmul(value);
  }
  const op = 'scaledDotProductAttention';
  const fronts = [query, key, value].map(({ shape }) => shape.slice(0, -2));
  const front = fronts.reduce((all, one) => broadcastShapes(op, all, one));
  const heads = (x: Tensor, rows: number, columns: number): Tensor =>
    asHeads(x.expand([...front, rows, columns]));
  const [length, keys] = [query.shape.at(-2)!, key.shape.at(-2)!];
  const operands = [query, key, value].map((x) => heads(x, x.shape.at(-2)!, x.shape.at(-1)!));
  const masks = mask === undefined ? [] : [heads(mask, length, keys)];
  const out = apply(ops.attention, [...operands, ...masks], attributes);
  return front.length === 2 ? out : out.reshape([...front, length, value.shape.at(-1)!]);
}

/** How the heads of a tensor [batch, length, heads · size], or one with the positions first, lie. */
export interface HeadLayout {
  readonly heads: number;
  readonly batchFirst: boolean;
}

/** The heads [batch, heads, length, size] of a tensor. */
export const splitHeads = (x: Tensor, { heads, batchFirst }: HeadLayout): Tensor =>
  x.unflatten(-1, [heads, x.shape.at(-1)! / heads]).permute(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);

/** The tensor of heads: the inverse of {@link splitHeads}. */
export const joinHeads = (x: Tensor, { batchFirst }: HeadLayout): Tensor =>
  x.permute(batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]).flatten(2);

/** Attention of sequences to themselves whose queries, keys and values lie side by side along the last axis; their heads are joined. */
export function packedAttention(
  packed: Tensor,
  mask: Tensor | undefined,
  attributes: ops.PackedAttentionAttributes,
  dropoutP: number,
): Tensor {
  if (dropoutP > 0 || !isFused([packed], mask)) {
    const parts = packed.chunk(3, -1).map((x) => splitHeads(x, attributes));
    const [query, key, value] = parts as [Tensor, Tensor, Tensor];
    return joinHeads(attention(query, key, value, mask, attributes, dropoutP), attributes);
  }
  const { heads, batchFirst } = attributes;
  const [first, second] = packed.shape as [number, number];
  const [batch, length] = batchFirst ? [first, second] : [second, first];
  const masks = mask === undefined ? [] : [mask.expand([batch, heads, length, length])];
  return apply(ops.packedAttention, [packed, ...masks], attributes);
}

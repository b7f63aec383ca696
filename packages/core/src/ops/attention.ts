import type { View } from '../backend/backend.ts';
import type { KernelAttributes } from '../backend/kernels.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { GradientContext, Op } from './op.ts';

export interface AttentionAttributes {
  /** Factor of the products. */
  readonly scale: number;
  /** Whether the keys behind each query's own position are hidden. */
  readonly causal: boolean;
}

/**
 * The softmax of scores along the keys, with 0 in the rows of queries that see no key at all.
 *
 * PyTorch gives 0 there, too, where a softmax has NaN.
 */
function maskedSoftmax(scores: Tensor): Tensor {
  const blind = scores.eq(Number.NEGATIVE_INFINITY).all(-1, { keepdim: true });
  return scores.maskedFill(blind, 0).softmax(-1).maskedFill(blind, 0);
}

/** The mask [length, keys] that hides the keys behind each query's own position: −∞ there, else 0. */
export const causalMask = (like: Tensor, length: number, keys: number): Tensor =>
  like.newFull([length, keys], Number.NEGATIVE_INFINITY).triu(1);

/** The weight of each key for each query: the softmax of scale · Q·Kᵀ + mask. */
export function attentionWeights(
  query: Tensor,
  key: Tensor,
  mask: Tensor | undefined,
  { scale, causal }: AttentionAttributes,
): Tensor {
  const scores = query.mul(scale).matmul(key.transpose(-2, -1));
  const masked = mask === undefined ? scores : scores.add(mask);
  const seen = causal ? masked.add(causalMask(query, query.shape.at(-2)!, key.shape.at(-2)!)) : masked;
  return mask === undefined && !causal ? seen.softmax(-1) : maskedSoftmax(seen);
}

type Three<T> = readonly [query: T, key: T, value: T];

const ofThree = <T, U>([query, key, value]: Three<T>, of: (x: T) => U): Three<U> => [
  of(query),
  of(key),
  of(value),
];

/** Gradients of query, key and value in operations. */
function gradientsOf(
  grad: Tensor,
  [query, key, value]: Three<Tensor>,
  mask: Tensor | undefined,
  attributes: AttentionAttributes,
): Three<Tensor> {
  const weights = attentionWeights(query, key, mask, attributes);
  const byWeight = grad.matmul(value.transpose(-2, -1));
  const slopes = byWeight
    .sub(byWeight.mul(weights).sum(-1, { keepdim: true }))
    .mul(weights)
    .mul(attributes.scale);
  return [slopes.matmul(key), slopes.transpose(-2, -1).matmul(query), weights.transpose(-2, -1).matmul(grad)];
}

function attributesOf(
  [query, key, value]: Three<View>,
  { scale, causal }: AttentionAttributes,
): KernelAttributes['scaledDotProductAttention'] {
  const [batch, heads, length, size] = query.shape as [number, number, number, number];
  const [keys, valueSize] = [key.shape[2]!, value.shape[3]!];
  return { batch, heads, length, keys, size, valueSize, scale, causal };
}

/** Writes the heads of `out`, and keeps what the backward pass needs of each query. */
function attend(
  out: View,
  operands: Three<View>,
  mask: View | undefined,
  attributes: AttentionAttributes,
  kept: View[] | undefined,
): void {
  const { storage, dtype, shape } = operands[0];
  const statistics = [0, 1].map(() => allocate(storage.backend, dtype, shape.slice(0, 3)));
  launch(
    'scaledDotProductAttention',
    [out, ...statistics],
    mask === undefined ? operands : [...operands, mask],
    attributesOf(operands, attributes),
  );
  if (kept === undefined) for (const view of statistics) view.storage.release();
  else kept.push(...statistics);
}

/** Writes the gradients of query, key and value. */
function attendBackward(
  targets: Three<View>,
  grad: View,
  out: View,
  operands: Three<View>,
  mask: View | undefined,
  { attributes, kept }: GradientContext<AttentionAttributes>,
): void {
  launch(
    'scaledDotProductAttentionBackward',
    targets,
    [grad, out, kept(0).strided, kept(1).strided, ...operands, ...(mask === undefined ? [] : [mask])],
    attributesOf(operands, attributes),
  );
}

/** New memory of the shape [batch, heads, length, size] in which the heads of a position lie side by side. */
function allocateHeads({ storage, dtype }: View, shape: readonly number[]): View {
  const [batch, heads, length, size] = shape as [number, number, number, number];
  const view = allocate(storage.backend, dtype, [batch, length, heads, size]);
  const [perBatch, perPosition, perHead] = view.strides as [number, number, number];
  return { ...view, shape, strides: [perBatch, perHead, perPosition, 1] };
}

const saved = (count: number): readonly (number | 'output')[] => [...Array(count).keys(), 'output'];

/**
 * softmax(scale · Q·Kᵀ + mask) · V of heads: [batch, heads, length, size] each, and a mask of the shape of the scores, through which no
 * gradient flows. For engines that have the kernel; `F.scaledDotProductAttention` is a composition on the others.
 */
export const attention: Op<AttentionAttributes> = {
  name: 'scaledDotProductAttention',
  forward: (inputs, attributes, _out, kept) => {
    const [query, key, value, mask] = inputs as readonly [View, View, View, View?];
    const out = allocateHeads(query, [...query.shape.slice(0, 3), value.shape[3]!]);
    attend(out, [query, key, value], mask, attributes, kept);
    return out;
  },
  saves: (_attributes, needs) => saved(needs.length),
  gradient: (grad, context) => {
    const { needs, tensor, output, differentiable, attributes } = context;
    const operands = [tensor(0), tensor(1), tensor(2)] as const;
    const mask = needs.length > 3 ? tensor(3) : undefined;
    if (differentiable || !grad.storage.backend.supports('scaledDotProductAttentionBackward'))
      return gradientsOf(grad, operands, mask, attributes);
    const views = ofThree(operands, ({ strided }) => strided);
    const targets = ofThree(views, (view) => allocateHeads(view, view.shape));
    attendBackward(targets, grad.strided, output().strided, views, mask?.strided, context);
    return targets.map((view) => grad.wrap(view, undefined));
  },
};

export interface PackedAttentionAttributes extends AttentionAttributes {
  readonly heads: number;
  /** Whether the first axis is the batch, else the positions. */
  readonly batchFirst: boolean;
}

/** Part `i` of `count` along the last axis of a contiguous view, by heads: [batch, heads, length, size]. */
function headsOf(
  view: View,
  i: number,
  count: number,
  { heads, batchFirst }: PackedAttentionAttributes,
): View {
  const [first, second, width] = view.shape as [number, number, number];
  const [batch, length] = batchFirst ? [first, second] : [second, first];
  const size = width / count / heads;
  const [perBatch, perPosition] = batchFirst ? [second * width, width] : [width, second * width];
  return {
    ...view,
    shape: [batch, heads, length, size],
    strides: [perBatch, size, perPosition, 1],
    offset: view.offset + i * heads * size,
  };
}

const threeOf = (view: View, attributes: PackedAttentionAttributes): Three<View> => [
  headsOf(view, 0, 3, attributes),
  headsOf(view, 1, 3, attributes),
  headsOf(view, 2, 3, attributes),
];

/**
 * Attention of sequences to themselves whose queries, keys and values lie side by side: [batch, length, 3 · heads · size], or with the
 * positions first, gives [batch, length, heads · size]. The second input is a mask as above. Its gradient is one tensor, which the kernel
 * writes part by part.
 */
export const packedAttention: Op<PackedAttentionAttributes> = {
  name: 'scaledDotProductAttention',
  forward: (inputs, attributes, _out, kept) => {
    const [given, mask] = inputs as readonly [View, View?];
    const packed = contiguous(given);
    const [first, second, width] = packed.shape as [number, number, number];
    const out = allocate(packed.storage.backend, packed.dtype, [first, second, width / 3]);
    attend(headsOf(out, 0, 1, attributes), threeOf(packed, attributes), mask, attributes, kept);
    discard(packed, given);
    return out;
  },
  saves: (_attributes, needs) => saved(needs.length),
  gradient: (grad, context) => {
    const { needs, tensor, output, differentiable, attributes } = context;
    const mask = needs.length > 1 ? tensor(1) : undefined;
    if (differentiable || !grad.storage.backend.supports('scaledDotProductAttentionBackward'))
      return [packedGradient(grad, tensor(0), mask, attributes)];
    const given = [grad.strided, output().strided, tensor(0).strided] as const;
    const [g, y, packed] = given.map(contiguous) as [View, View, View];
    const target = allocate(packed.storage.backend, packed.dtype, packed.shape);
    attendBackward(
      threeOf(target, attributes),
      headsOf(g, 0, 1, attributes),
      headsOf(y, 0, 1, attributes),
      threeOf(packed, attributes),
      mask?.strided,
      context,
    );
    [g, y, packed].forEach((view, i) => {
      discard(view, given[i]!);
    });
    return [grad.wrap(target, undefined)];
  },
};

/** The gradient of what is packed, in operations. */
function packedGradient(
  grad: Tensor,
  packed: Tensor,
  mask: Tensor | undefined,
  attributes: PackedAttentionAttributes,
): Tensor {
  const { heads, batchFirst } = attributes;
  const width = grad.shape[2]!;
  const axes = batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3];
  const back = batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3];
  const split = (x: Tensor): Tensor => x.unflatten(-1, [heads, width / heads]).permute(axes);
  const parts = ofThree(packed.chunk(3, -1) as [Tensor, Tensor, Tensor], split);
  const gradients = gradientsOf(split(grad), parts, mask, attributes);
  return gradients
    .map((part, i) =>
      part
        .permute(back)
        .flatten(2)
        .pad([i * width, (2 - i) * width]),
    )
    .reduce((sum, part) => sum.add(part));
}

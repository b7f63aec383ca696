import type { KernelAttributes } from '../../kernels.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Attention } from './parameters.ts';

/** Queries, or keys, that a block works on, and columns of their results. */
const ROWS = 32;
const COLUMNS = 64;

/** A structure's operand: where its heads lie. */
const headsOf = (context: PlanContext, view: BufferView | undefined) =>
  view === undefined ? { data: 0n } : { data: context.address(view), strides: view.strides };

const sizesOf = ({ heads, length, keys, size, valueSize, scale, causal }: Attributes) => ({
  ...{ heads, length, keys, size, valueSize, scale },
  causal: causal ? 1 : 0,
});

type Attributes = KernelAttributes['scaledDotProductAttention'];

const grid = (
  { batch, heads }: Attributes,
  rows: number,
  columns: number,
): readonly [number, number, number] => [
  batch * heads * blocksFor(rows, ROWS),
  blocksFor(columns, COLUMNS),
  1,
];

export function forward(call: LoweredCallOf<'scaledDotProductAttention'>, context: PlanContext): Launch[] {
  const { attributes } = call;
  if (attributes.batch * attributes.heads === 0) return [];
  const [out, maximum, total] = call.outputs as readonly BufferView[];
  const [query, key, value, mask] = call.inputs as readonly BufferView[];
  const values = Attention.pack({
    query: headsOf(context, query),
    key: headsOf(context, key),
    value: headsOf(context, value),
    mask: headsOf(context, mask),
    out: headsOf(context, out),
    maximum: context.address(maximum!),
    total: context.address(total!),
    ...sizesOf(attributes),
  });
  const blocks = grid(attributes, attributes.length, attributes.valueSize);
  return [launch('attention', `attention_${suffixes[query!.dtype]}`, blocks, THREADS, values)];
}

export function backward(
  call: LoweredCallOf<'scaledDotProductAttentionBackward'>,
  context: PlanContext,
): Launch[] {
  const { attributes } = call;
  if (attributes.batch * attributes.heads === 0) return [];
  const [queryGrad, keyGrad, valueGrad] = call.outputs as readonly BufferView[];
  const [grad, out, maximum, total, query, key, value, mask] = call.inputs as readonly BufferView[];
  const values = Attention.pack({
    query: headsOf(context, query),
    key: headsOf(context, key),
    value: headsOf(context, value),
    mask: headsOf(context, mask),
    out: headsOf(context, out),
    grad: headsOf(context, grad),
    queryGrad: headsOf(context, queryGrad),
    keyGrad: headsOf(context, keyGrad),
    valueGrad: headsOf(context, valueGrad),
    maximum: context.address(maximum!),
    total: context.address(total!),
    ...sizesOf(attributes),
  });
  const { length, keys, size, valueSize } = attributes;
  const suffix = suffixes[query!.dtype];
  return [
    launch('attention', `attentionQueryGradient_${suffix}`, grid(attributes, length, size), THREADS, values),
    launch(
      'attention',
      `attentionKeyGradient_${suffix}`,
      grid(attributes, keys, Math.max(size, valueSize)),
      THREADS,
      values,
    ),
  ];
}

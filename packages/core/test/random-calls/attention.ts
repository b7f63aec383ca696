import fc from 'fast-check';
import { F, type Tensor } from '../../src/index.ts';
import { packedAttention } from '../../src/nn/functional/attention.ts';
import { type Case, views } from '../native/fused-case.ts';
import { floatDType } from './operand.ts';

/** Lengths: mostly short, and some of several blocks. */
const length = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  fc.integer({ min: 60, max: 150 }),
);
const width = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }) },
  fc.integer({ min: 13, max: 70 }),
);

/** Numbers as a mask: −∞ where they are below −1.5, and so for whole rows where those of the first column are above 3. */
function maskOf(x: Tensor): Tensor {
  const hidden = x.lt(-1.5).logicalOr(x.narrow(-1, 0, 1).gt(3));
  return x.maskedFill(hidden, Number.NEGATIVE_INFINITY).detach();
}

/** Attention of any layout, with and without masks. */
export const attentionCase = fc
  .record({
    dtype: floatDType,
    front: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    queries: length,
    keys: length,
    size: width,
    valueSize: width,
    scale: fc.constantFrom(0.7, -0.5),
    masked: fc.constantFrom('no' as const, 'causal' as const, 'rows' as const, 'all' as const),
  })
  .chain(({ dtype, front, queries, keys, size, valueSize, scale, masked }) => {
    const mask = masked === 'rows' ? [[1, keys]] : masked === 'all' ? [[...front, queries, keys]] : [];
    return views(
      dtype,
      [...front, queries, size],
      [...front, keys, size],
      [...front, keys, valueSize],
      ...mask,
    ).map(
      (inputs): Case => ({
        title: `attention of [${front}] x ${queries} x ${keys} of ${size} and ${valueSize}, masked: ${masked}`,
        inputs,
        // A weight's gradient is that of its value less that of all, each a sum over the size of values.
        cancels: 4 * valueSize,
        fn: (q, k, v, m) => {
          const attnMask = m === undefined ? undefined : maskOf(m);
          const out = F.scaledDotProductAttention(q!, k!, v!, {
            attnMask,
            isCausal: masked === 'causal',
            scale: scale / size,
          });
          // The mask gets a gradient of zeros, so that every input has one.
          return m === undefined ? out : out.add(m.mul(0).sum());
        },
      }),
    );
  });

/** Attention of queries, keys and values side by side. */
export const packedCase = fc
  .record({
    dtype: floatDType,
    batch: fc.integer({ min: 1, max: 4 }),
    positions: length,
    heads: fc.integer({ min: 1, max: 4 }),
    size: width,
    batchFirst: fc.boolean(),
    causal: fc.boolean(),
  })
  .chain(({ dtype, batch, positions, size, ...attributes }) => {
    const [first, second] = attributes.batchFirst ? [batch, positions] : [positions, batch];
    return views(dtype, [first, second, 3 * attributes.heads * size]).map(
      (inputs): Case => ({
        title: `packed attention of ${batch} x ${positions} x 3 x ${attributes.heads} x ${size}`,
        inputs,
        cancels: 4 * size,
        fn: (x) => packedAttention(x!, undefined, { ...attributes, scale: 0.7 / size }, 0),
      }),
    );
  });

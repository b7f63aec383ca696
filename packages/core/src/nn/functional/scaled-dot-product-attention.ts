import { assertBoolean, assertNumber, assertProbability, assertTensor } from '../../arguments.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { broadcastShapes, broadcasts } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { attention } from './attention.ts';
import { additiveMask } from './attention-mask.ts';
import { assertFloat } from './loss-operands.ts';

export interface ScaledDotProductAttentionOptions {
  /**
   * What broadcasts to the scores […, L, S]: bool, true where a query sees a key, or numbers of the query's dtype that are added to the
   * scores. Default: none.
   */
  readonly attnMask?: Tensor | undefined;
  /** Probability with which a weight becomes 0; the others grow by 1/(1 − p). Applies whenever it is given. Default 0. */
  readonly dropoutP?: number;
  /** Hide the keys behind each query's own position. Excludes `attnMask`. Default false. */
  readonly isCausal?: boolean;
  /** Factor of the products. Default 1/√E. */
  readonly scale?: number | undefined;
  /** Let the heads (axis −3) of key and value be fewer: each serves as many heads of the query in a row. Default false. */
  readonly enableGqa?: boolean;
}

/** Throws unless query, key and value are floats of one dtype and shapes [..., L, E], [..., S, E] and [..., S, Ev]. */
function assertOperands(op: string, query: Tensor, key: Tensor, value: Tensor): void {
  assertFloat(op, 'query', query);
  assertTensor(op, 'key', key);
  assertTensor(op, 'value', value);
  if (key.dtype !== query.dtype || value.dtype !== query.dtype) {
    const got = [query, key, value].map(({ dtype }) => dtype).join(', ');
    throw new DTypeError(`${op}: expected query, key and value of one dtype, got ${got}`);
  }
  const fits =
    Math.min(query.ndim, key.ndim, value.ndim) >= 2 &&
    key.shape.at(-1) === query.shape.at(-1) &&
    value.shape.at(-2) === key.shape.at(-2);
  if (fits) return;
  const got = [query, key, value].map(({ shape }) => formatShape(shape)).join(', ');
  throw new ShapeError(`${op}: expected shapes [..., L, E], [..., S, E] and [..., S, Ev], got ${got}`);
}

/** Key or value with as many heads as the query has, each repeated in a row. */
function repeatHeads(op: string, name: string, x: Tensor, query: Tensor): Tensor {
  const heads = x.shape.at(-3);
  const queryHeads = query.shape.at(-3);
  if (heads === undefined || queryHeads === undefined || heads === 0 || queryHeads % heads !== 0) {
    throw new ShapeError(
      `${op}: expected a number of heads of ${name} (axis -3) that divides the query's, got ${formatShape(x.shape)} and ${formatShape(query.shape)}`,
    );
  }
  return heads === queryHeads ? x : x.repeatInterleave(queryHeads / heads, -3);
}

/**
 * softmax(scale · Q·Kᵀ + mask)·V: for each query the mean of the values, weighted by how well their keys fit it. A query that the mask lets
 * see no key gets 0.
 *
 * @param query Q, floating-point, of shape […, L, E].
 * @param key K, of shape […, S, E]; the axes in front broadcast.
 * @param value V, of shape […, S, Ev].
 * @returns a tensor of shape […, L, Ev].
 * @throws {ShapeError} for shapes that do not belong together. {@link DTypeError} unless the three have one float dtype and the mask that
 * one or bool. {@link ArgumentError} where both `attnMask` and `isCausal` are given.
 *
 * Sources: https://arxiv.org/abs/1706.03762, https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.scaled_dot_product_attention.html
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: ScaledDotProductAttentionOptions = {},
): Tensor {
  const op = 'scaledDotProductAttention';
  const {
    attnMask,
    dropoutP = 0,
    isCausal = false,
    scale,
    enableGqa = false,
  } = checkOptions(op, options, {
    attnMask: true,
    dropoutP: true,
    isCausal: true,
    scale: true,
    enableGqa: true,
  });
  assertOperands(op, query, key, value);
  assertProbability(op, dropoutP);
  assertBoolean(op, 'isCausal', isCausal);
  assertBoolean(op, 'enableGqa', enableGqa);
  if (scale !== undefined) assertNumber(op, 'scale', scale);
  if (isCausal && attnMask !== undefined) {
    throw new ArgumentError(`${op}: expected attnMask or isCausal, got both`);
  }
  const keys = enableGqa ? repeatHeads(op, 'key', key, query) : key;
  const values = enableGqa ? repeatHeads(op, 'value', value, query) : value;
  const [length, size] = query.shape.slice(-2) as [number, number];
  const batch = broadcastShapes(op, query.shape.slice(0, -2), keys.shape.slice(0, -2));
  broadcastShapes(op, batch, values.shape.slice(0, -2));
  const shape = [...batch, length, keys.shape.at(-2)!];
  const mask = attnMask && additiveMask(op, 'attnMask', attnMask, false, query);
  if (mask !== undefined && !broadcasts(mask.shape, shape)) {
    throw new ShapeError(
      `${op}: expected attnMask to broadcast to ${formatShape(shape)}, got ${formatShape(mask.shape)}`,
    );
  }
  const factor = scale ?? 1 / Math.sqrt(Math.max(size, 1));
  return attention(query, keys, values, mask, { causal: isCausal, scale: factor }, dropoutP);
}

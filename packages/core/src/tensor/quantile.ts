import { assertChoice, assertList, describe } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { cat } from '../ops/views.ts';
import { checkOptions } from '../options.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { assertFloat, type KeepdimOptions, keepdimOf } from './axes.ts';

const interpolations = ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const;

export interface QuantileOptions extends KeepdimOptions {
  /** What lies between two elements. Default `'linear'`. */
  readonly interpolation?: (typeof interpolations)[number];
}

/** The share of the upper of two elements between which a position lies. */
function weightOf(position: number, interpolation: (typeof interpolations)[number]): number {
  const share = position - Math.floor(position);
  if (interpolation === 'linear') return share;
  if (interpolation === 'midpoint') return share > 0 ? 0.5 : 0;
  if (interpolation === 'nearest')
    return share > 0.5 || (share === 0.5 && Math.floor(position) % 2 === 1) ? 1 : 0;
  return interpolation === 'higher' && share > 0 ? 1 : 0;
}

/** Quantiles along an axis, or of all elements; see `Tensor.quantile`. */
export function quantile(
  tensor: Tensor,
  q: number | readonly number[],
  dim: number | undefined,
  options: QuantileOptions,
): Tensor {
  assertFloat('quantile', tensor);
  const { interpolation = 'linear', ...rest } = checkOptions('quantile', options, {
    keepdim: true,
    interpolation: true,
  });
  const keepdim = keepdimOf('quantile', rest);
  assertChoice('quantile', 'interpolation', interpolation, interpolations);
  const shares = typeof q === 'number' ? [q] : q;
  assertList('quantile', 'q', shares);
  const wrong = shares.find((share) => !(typeof share === 'number' && share >= 0 && share <= 1));
  if (wrong !== undefined) throw new ArgumentError(`quantile: expected q in [0, 1], got ${describe(wrong)}`);
  const all = dim === undefined || tensor.ndim === 0;
  if (dim !== undefined) normalizeDim('quantile', dim, tensor.ndim);
  const axis = all ? 0 : normalizeDim('quantile', dim, tensor.ndim);
  const x = all ? tensor.flatten() : tensor;
  const size = x.shape[axis]!;
  if (size === 0) {
    throw new ShapeError(`quantile: expected at least one element, got shape ${formatShape(tensor.shape)}`);
  }
  const sorted = x.sort(axis).values;
  const last = sorted.narrow(axis, size - 1, 1);
  const parts = shares.map((share) => {
    const position = share * (size - 1);
    const low = Math.floor(position);
    const lower = sorted.narrow(axis, low, 1);
    const upper = sorted.narrow(axis, Math.min(low + 1, size - 1), 1);
    const value = lower.lerp(upper, weightOf(position, interpolation));
    const kept = last.where(last.isnan(), value);
    const shape =
      keepdim && all ? tensor.shape.map(() => 1) : kept.shape.filter((_, d) => keepdim || d !== axis);
    return kept.reshape(shape).unsqueeze(0);
  });
  if (typeof q === 'number') return parts[0]!.squeeze(0);
  return parts.length === 0
    ? x.newZeros([0, ...x.shape.filter((_, d) => d !== axis)])
    : apply(cat, parts, { axis: 0 });
}

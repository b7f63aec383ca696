import { assertBoolean, assertChoice, assertTensor, describe } from '../../arguments.ts';
import { isFloat } from '../../dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { upload } from '../../ops/launch.ts';
import { checkOptions, type OptionNames } from '../../options.ts';
import { MAX_POSITIONS, type PerAxis, perAxis } from '../../spatial.ts';
import { indexTensor } from '../../tensor/index-tensor.ts';
import type { Tensor } from '../../tensor.ts';
import { adaptiveAvgPool1d, adaptiveAvgPool2d } from './avg-pool.ts';

/** What an element that lies between others is; see {@link interpolate}. */
export type InterpolationMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'area';

export interface InterpolateOptions {
  /** The sizes to come: one for all axes or one for each. Either these or `scaleFactor`. */
  readonly size?: PerAxis | undefined;
  /** What sizes are multiplied by, rounded down. */
  readonly scaleFactor?: PerAxis | undefined;
  /** Default 'nearest'. */
  readonly mode?: InterpolationMode;
  /** For linear and bilinear: whether the centres of the outermost elements stay where they are, instead of their edges. Default false. */
  readonly alignCorners?: boolean | undefined;
  /** Take the ratio of the sizes for the scale, instead of `scaleFactor` itself. Default false. */
  readonly recomputeScaleFactor?: boolean | undefined;
}

const names: OptionNames<InterpolateOptions> = {
  size: true,
  scaleFactor: true,
  mode: true,
  alignCorners: true,
  recomputeScaleFactor: true,
};

const modes: readonly InterpolationMode[] = ['nearest', 'nearest-exact', 'linear', 'bilinear', 'area'];

/** An axis that is resampled. */
interface Resampling {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  /** Elements that one of the output is as wide as. */
  readonly step: number;
  /** Rounds to the precision in which PyTorch computes positions. */
  readonly round: (x: number) => number;
}

const at = ({ to }: Resampling, position: (i: number) => number): number[] =>
  Array.from({ length: to }, (_, i) => position(i));

function nearest(x: Tensor, resampling: Resampling, isExact: boolean): Tensor {
  const { axis, from, step, round } = resampling;
  const positions = at(resampling, (i) => {
    const source = isExact ? round(round(step * (i + 0.5)) - 0.5) + 0.5 : step * i;
    return Math.min(Math.floor(round(source)), from - 1);
  });
  return x.indexSelect(axis, indexTensor(x, [positions.length], positions));
}

function linear(x: Tensor, resampling: Resampling, alignCorners: boolean): Tensor {
  const { axis, from, to, step, round } = resampling;
  const sources = at(resampling, (i) => {
    if (alignCorners) return round((to > 1 ? round((from - 1) / (to - 1)) : 0) * i);
    return Math.max(0, round(round(step * (i + 0.5)) - 0.5));
  });
  const lower = sources.map((source) => Math.min(Math.floor(source), from - 1));
  const shares = sources.map((source, i) => Math.min(Math.max(round(source - lower[i]!), 0), 1));
  const shape = x.shape.map((_, d) => (d === axis ? to : 1));
  const part = (positions: number[], weights: number[]): Tensor => {
    const elements = x.dtype === 'float64' ? Float64Array.from(weights) : Float32Array.from(weights);
    const weight = x.wrap(upload(x.storage.backend, x.dtype, shape, elements), undefined);
    return x.indexSelect(axis, indexTensor(x, [to], positions)).mul(weight);
  };
  const upper = lower.map((position) => Math.min(position + 1, from - 1));
  return part(
    lower,
    shares.map((share) => 1 - share),
  ).add(part(upper, shares));
}

/** The number for each axis of `scaleFactor`. */
function factors(value: unknown, axes: number): number[] {
  const list: unknown = Array.isArray(value) ? value : Array.from({ length: axes }, () => value);
  const fits = (factor: unknown): boolean => typeof factor === 'number' && factor > 0 && factor < Infinity;
  if (Array.isArray(list) && list.length === axes && list.every(fits)) return list;
  throw new ArgumentError(
    `interpolate: expected scaleFactor to be a number above 0, or ${axes} of them, got ${describe(value)}`,
  );
}

/**
 * Checks of what needs no input.
 *
 * @throws {ArgumentError} unless there is either `size` or `scaleFactor`, and for `alignCorners` where the mode has none.
 */
export function checkInterpolation(op: string, options: InterpolateOptions): void {
  const {
    size,
    scaleFactor,
    mode = 'nearest',
    alignCorners,
    recomputeScaleFactor,
  } = checkOptions(op, options, names);
  assertChoice(op, 'mode', mode, modes);
  if (alignCorners !== undefined) assertBoolean(op, 'alignCorners', alignCorners);
  if (recomputeScaleFactor !== undefined) assertBoolean(op, 'recomputeScaleFactor', recomputeScaleFactor);
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new ArgumentError(
      `${op}: expected either size or scaleFactor, got ${size === undefined ? 'neither' : 'both'}`,
    );
  }
  if (recomputeScaleFactor && size !== undefined)
    throw new ArgumentError(
      `${op}: expected recomputeScaleFactor together with scaleFactor, got it with size`,
    );
  if (alignCorners !== undefined && mode !== 'linear' && mode !== 'bilinear')
    throw new ArgumentError(`${op}: expected alignCorners with the mode linear or bilinear, got '${mode}'`);
}

/**
 * Signals [N, C, L] or images [N, C, H, W] in other sizes.
 *
 * | mode | an element is |
 * |---|---|
 * | `nearest` (default) | the one at ⌊i · scale⌋, with scale = from/to |
 * | `nearest-exact` | the one whose centre is nearest |
 * | `linear`, `bilinear` | the mean of the 2 or 4 around it, by distance |
 * | `area` | the mean of those it covers, as in `adaptiveAvgPool2d` |
 *
 * @throws {ArgumentError} unless there is either `size` or `scaleFactor`, and for `alignCorners` where the mode has none.
 * @throws {ShapeError} for a rank that the mode is not for, and where a size is 0.
 * @throws {DTypeError} for other than floats, unless elements are copied.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.interpolate.html
 */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  checkInterpolation('interpolate', options);
  assertTensor('interpolate', 'input', input);
  const { size, scaleFactor, mode = 'nearest', alignCorners = false, recomputeScaleFactor = false } = options;
  const axes = input.ndim - 2;
  const ranks = mode === 'linear' ? [1] : mode === 'bilinear' ? [2] : [1, 2];
  const sizes = input.shape.slice(2);
  if (!ranks.includes(axes) || input.shape.slice(1).includes(0)) {
    const forms = ranks.map((rank) => (rank === 1 ? '[N, C, L]' : '[N, C, H, W]')).join(' or ');
    throw new ShapeError(
      `interpolate: expected an input of shape ${forms} whose sizes are not 0 for mode '${mode}', got ${formatShape(input.shape)}`,
    );
  }
  const scales = scaleFactor === undefined ? undefined : factors(scaleFactor, axes);
  const targets = scales
    ? sizes.map((from, d) => Math.floor(from * scales[d]!))
    : perAxis('interpolate', 'size', size!, axes, 1, MAX_POSITIONS);
  if (targets.some((target) => target < 1 || target > MAX_POSITIONS)) {
    throw new ShapeError(
      `interpolate: expected sizes in [1, ${MAX_POSITIONS}], got ${formatShape(targets)} from ${formatShape(sizes)}`,
    );
  }
  if (!mode.startsWith('nearest') && !isFloat(input.dtype))
    throw new DTypeError(`interpolate: expected floats for mode '${mode}', got ${input.dtype}`);
  if (mode === 'area')
    return axes === 1 ? adaptiveAvgPool1d(input, targets) : adaptiveAvgPool2d(input, targets);

  const round = input.dtype === 'float64' ? (x: number): number => x : Math.fround;
  let result = input;
  for (let d = axes - 1; d >= 0; d--) {
    const [from, to] = [sizes[d]!, targets[d]!];
    if (from === to) continue;
    const step = round(scales && !recomputeScaleFactor ? 1 / scales[d]! : from / to);
    const resampling = { axis: d + 2, from, to, step, round };
    result = mode.startsWith('nearest')
      ? nearest(result, resampling, mode === 'nearest-exact')
      : linear(result, resampling, alignCorners);
  }
  return result === input ? input.clone() : result;
}

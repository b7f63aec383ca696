import type { Column, Tolerance } from './fixture.ts';

/**
 * The suite's one rule of equality.
 *
 * Shapes, dtypes, integers, bools, NaN and infinities agree exactly. Floats agree within
 * rtol · |expected| + atol · (largest finite |expected|) + the smallest normal number of the dtype.
 *
 * The second term stands for cancellation: a sum of large terms that cancel is as wrong as its terms, in PyTorch as here. The
 * third lets a device flush subnormal numbers to zero. float32 has an ulp of 1.2e-7 relative, so the defaults are about 16 ulp of
 * the value and 2 of the tensor's scale.
 */
const defaults = {
  float32: { rtol: 2e-6, atol: 2e-7, tiny: 2 ** -126 },
  float64: { rtol: 1e-12, atol: 1e-14, tiny: 2 ** -1022 },
} as const;

export interface ClosenessOptions {
  readonly tolerance?: Tolerance | undefined;
  /** Whether 0 and −0 differ. */
  readonly signedZero?: boolean | undefined;
}

function position(shape: readonly number[], flat: number): string {
  const index: number[] = [];
  let rest = flat;
  for (let d = shape.length - 1; d >= 0; d--) {
    index.unshift(rest % shape[d]!);
    rest = Math.floor(rest / shape[d]!);
  }
  return `[${index.join(', ')}]`;
}

function largestFinite(data: Column['data']): number {
  let largest = 0;
  for (const value of data) {
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

/** What is different between two tensors, in a sentence, or undefined when they agree. */
export function difference(
  name: string,
  actual: Column,
  expected: Column,
  options: ClosenessOptions = {},
): string | undefined {
  if (actual.dtype !== expected.dtype)
    return `${name}: expected dtype ${expected.dtype}, got ${actual.dtype}`;
  if (`${actual.shape}` !== `${expected.shape}`) {
    return `${name}: expected shape [${expected.shape}], got [${actual.shape}]`;
  }
  const float =
    expected.dtype === 'float32' || expected.dtype === 'float64' ? defaults[expected.dtype] : undefined;
  const { rtol, atol, tiny, infiniteFrom } = {
    ...(float ?? { rtol: 0, atol: 0, tiny: 0 }),
    infiniteFrom: Number.POSITIVE_INFINITY,
    ...(float && options.tolerance),
  };
  const floor = atol * largestFinite(expected.data) + tiny;

  const allowed = (e: number): number => rtol * Math.abs(e) + floor;
  const agrees = (a: number, e: number): boolean => {
    if (a === e) return !(options.signedZero && e === 0) || Object.is(a, e);
    if (Math.abs(a) === Number.POSITIVE_INFINITY && Math.abs(e) >= infiniteFrom) return a > 0 === e > 0;
    if (!Number.isFinite(e) || !Number.isFinite(a)) return Object.is(a, e);
    return Math.abs(a - e) <= allowed(e);
  };
  const wrong = Array.from(expected.data.keys()).filter((i) => !agrees(actual.data[i]!, expected.data[i]!));
  const first = wrong[0];
  if (first === undefined) return undefined;
  const a = actual.data[first]!;
  const e = expected.data[first]!;
  const text = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));
  const excess =
    Number.isFinite(a - e) && a !== e ? ` (off by ${Math.abs(a - e)}, allowed ${allowed(e)})` : '';
  return `${name}${position(expected.shape, first)}: expected ${text(e)}, got ${text(a)}${excess}; ${wrong.length} of ${expected.data.length} elements differ`;
}

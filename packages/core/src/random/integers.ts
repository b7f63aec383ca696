import { describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import type { Generator } from './generator.ts';

/** The integers that each dtype can be asked for: all that it holds without a gap. */
const BOUNDS = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  float32: [-(2 ** 24), 2 ** 24],
  float64: [-(2 ** 53), 2 ** 53],
} as const;

/** Ranges from here on take two words a number: the remainder of one would favour small integers by 1 in 16. */
const WIDE_RANGE = 2 ** 28;

/**
 * Integers in [low, high), equally likely but for the bias of a remainder: low + w mod (high − low), where w is one
 * word of 32 bits, or two where the range is 2²⁸ or more, whatever the dtype.
 *
 * @throws ArgumentError unless low < high, both are integers, and the array's dtype holds all of them.
 * @see https://docs.pytorch.org/docs/2.15/generated/torch.randint.html
 */
export function fillIntegers<T extends Float32Array | Float64Array | Int32Array | Uint8Array>(
  out: T,
  generator: Generator,
  low: number,
  high: number,
): T {
  if (!Number.isInteger(low) || !Number.isInteger(high) || low >= high) {
    throw new ArgumentError(
      `randint: expected integers low < high, got low=${describe(low)} and high=${describe(high)}`,
    );
  }
  const dtype = dtypeOf(out);
  const [least, most] = BOUNDS[dtype];
  if (low < least || high - 1 > most) {
    throw new ArgumentError(
      `randint: expected integers in [${least}, ${most}] for ${dtype}, got [${low}, ${high - 1}]`,
    );
  }
  if (high - low < WIDE_RANGE) {
    const range = high - low;
    for (let i = 0; i < out.length; i++) out[i] = (generator.random() % range) + low;
  } else {
    const base = BigInt(low);
    const range = BigInt(high) - base;
    for (let i = 0; i < out.length; i++) out[i] = Number((generator.random64() % range) + base);
  }
  return out;
}

function dtypeOf(out: Float32Array | Float64Array | Int32Array | Uint8Array): keyof typeof BOUNDS {
  if (out instanceof Int32Array) return 'int32';
  if (out instanceof Uint8Array) return 'uint8';
  return out instanceof Float32Array ? 'float32' : 'float64';
}

/**
 * A random order of 0 … n − 1 (Fisher and Yates from the front, one word for each place but the last).
 *
 * @see https://docs.pytorch.org/docs/2.15/generated/torch.randperm.html
 */
export function drawPermutation(generator: Generator, n: number): Int32Array {
  if (!Number.isInteger(n) || n < 0) {
    throw new ArgumentError(`randperm: expected an integer n >= 0, got ${describe(n)}`);
  }
  let order: Int32Array;
  try {
    order = new Int32Array(n);
  } catch {
    throw new ArgumentError(`randperm: expected an n whose permutation fits into memory, got ${n}`);
  }
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const j = i + (generator.random() % (n - i));
    const taken = order[j]!;
    order[j] = order[i]!;
    order[i] = taken;
  }
  return order;
}

/**
 * A seed in [0, 2⁶³) for another generator: what `torch.empty((), dtype=torch.int64).random_().item()` draws.
 *
 * A `DataLoader` of PyTorch takes two of them from the default generator each epoch: making its iterator draws
 * the first (the worker processes' base seed, without shuffling too), and with `shuffle=True` reading the first batch
 * makes `RandomSampler` draw the second and order the n samples by `drawPermutation(new Generator(second), n)`.
 *
 * A loader with a generator of its own leaves the default one alone. It draws the base seed from its own and orders the
 * samples by that generator itself; and when it is asked for more samples than there are (by reading on after the last
 * full batch), it draws one more permutation in vain.
 */
export function drawSeed(generator: Generator): bigint {
  return BigInt.asUintN(63, generator.random64());
}

/** Draws what {@link drawSeed} draws, for `count` seeds that are not needed. */
export function passSeeds(generator: Generator, count: number): void {
  generator.skip(2 * count);
}

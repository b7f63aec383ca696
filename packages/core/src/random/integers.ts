import { ArgumentError } from '../errors.ts';
import type { Generator } from './generator.ts';

/** The integers low … high of each kind of array that can be drawn exactly. */
const BOUNDS = {
  Int32Array: [-(2 ** 31), 2 ** 31 - 1],
  Uint8Array: [0, 255],
  Float32Array: [-(2 ** 24), 2 ** 24],
  Float64Array: [-(2 ** 53), 2 ** 53],
} as const;

/**
 * Integers in [low, high), equally likely but for the bias of a remainder: low + w mod (high − low), where w is one
 * word, or two in a float64 array whose range is 2³² or more.
 *
 * @throws ArgumentError unless low < high, both are integers, and the array's dtype holds all of them.
 * @see https://pytorch.org/docs/1.13/generated/torch.randint.html
 */
export function fillIntegers<T extends Float32Array | Float64Array | Int32Array | Uint8Array>(
  out: T,
  generator: Generator,
  low: number,
  high: number,
): T {
  if (!Number.isInteger(low) || !Number.isInteger(high) || low >= high) {
    throw new ArgumentError(`randint: expected integers low < high, got low=${low} and high=${high}`);
  }
  const kind = kindOf(out);
  const [least, most] = BOUNDS[kind];
  if (low < least || high - 1 > most) {
    throw new ArgumentError(
      `randint: expected integers that a ${kind} holds, ${least} … ${most}, got ${low} … ${high - 1}`,
    );
  }
  const range = high - low;
  if (range < 2 ** 32 || kind !== 'Float64Array') {
    for (let i = 0; i < out.length; i++) out[i] = (generator.random() % range) + low;
  } else {
    const wide = BigInt(range);
    for (let i = 0; i < out.length; i++) out[i] = Number(generator.random64() % wide) + low;
  }
  return out;
}

function kindOf(out: Float32Array | Float64Array | Int32Array | Uint8Array): keyof typeof BOUNDS {
  if (out instanceof Int32Array) return 'Int32Array';
  if (out instanceof Uint8Array) return 'Uint8Array';
  return out instanceof Float32Array ? 'Float32Array' : 'Float64Array';
}

/**
 * A random order of 0 … n − 1 (Fisher and Yates from the front, one word for each place but the last).
 *
 * @see https://pytorch.org/docs/1.13/generated/torch.randperm.html
 */
export function drawPermutation(generator: Generator, n: number): Int32Array {
  if (!Number.isInteger(n) || n < 0)
    throw new ArgumentError(`randperm: expected an integer n >= 0, got ${n}`);
  const order = Int32Array.from({ length: n }, (_, i) => i);
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
 * A `DataLoader` of PyTorch 1.13 without worker processes takes two of them each epoch. Making its iterator draws the
 * first (the workers' base seed, from the loader's generator, shuffled or not); asking it for the first batch makes
 * `RandomSampler` draw the second, from the default generator, and order the samples with
 * `drawPermutation(new Generator(second), n)`. A loader that was given a generator draws the first from that, draws no
 * second, and orders the samples with that generator itself; when such an epoch is run to its end, the sampler draws
 * one more permutation from it and uses none of it.
 */
export function drawSeed(generator: Generator): bigint {
  return BigInt.asUintN(63, generator.random64());
}

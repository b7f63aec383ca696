import { describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { MersenneTwister, STATE_WORDS } from './mersenne-twister.ts';

const STATE_BYTES = 5056;

/** Where each field lies in a state; the layout of `at::CPUGeneratorImplState`, little-endian. */
const FIELD = {
  seed: 0,
  left: 8,
  seeded: 12,
  next: 16,
  words: 24,
  cachedNormal: 5024,
  hasCachedNormal: 5040,
  cachedNormal32: 5048,
  hasCachedNormal32: 5052,
} as const;

/**
 * PyTorch's CPU random number generator: a Mersenne Twister, its seed, and the second half of the last pair of
 * normal numbers. The same seed and the same draws give the numbers that `torch.Generator` gives.
 *
 * @see https://docs.pytorch.org/docs/2.15/generated/torch.Generator.html
 */
export class Generator {
  readonly #twister = new MersenneTwister();
  #seed = 0n;

  /** The normal number that the next small {@link fillNormal} starts with, if the last one left one over. */
  cachedNormal: number | undefined;

  /** Starts from PyTorch's default seed, 67280421310721. */
  constructor(seed: number | bigint = 67280421310721n) {
    this.manualSeed(seed);
  }

  /**
   * Starts anew from `seed` and returns this generator. Negative seeds count from 2⁶⁴; the twister takes the low 32
   * bits, as PyTorch's does.
   *
   * @throws ArgumentError unless `seed` is an integer in [−2⁶³, 2⁶⁴ − 1].
   */
  manualSeed(seed: number | bigint): this {
    const integer = typeof seed === 'bigint' || Number.isInteger(seed) ? BigInt(seed) : undefined;
    if (integer === undefined || integer < -(2n ** 63n) || integer >= 2n ** 64n) {
      throw new ArgumentError(`manualSeed: expected an integer in [-2^63, 2^64 - 1], got ${describe(seed)}`);
    }
    this.#seed = BigInt.asUintN(64, integer);
    this.#twister.seed(Number(this.#seed & 0xffffffffn));
    this.cachedNormal = undefined;
    return this;
  }

  /** The seed that this generator last started from. */
  initialSeed(): bigint {
    return this.#seed;
  }

  /** Starts anew from 64 bits of the system's entropy, and returns them. */
  seed(): bigint {
    return this.manualSeed(crypto.getRandomValues(new BigUint64Array(1))[0]!).initialSeed();
  }

  /** The next 32 random bits: an integer in [0, 2³²). */
  random(): number {
    return this.#twister.next();
  }

  /** Leaves out the next 32 random bits `count` times: the state afterwards is that after as many draws of {@link random}. */
  skip(count: number): void {
    this.#twister.skip(count);
  }

  /** The next 64 random bits, the first 32 drawn being the upper: an integer in [0, 2⁶⁴). */
  random64(): bigint {
    const upper = BigInt(this.#twister.next());
    return (upper << 32n) | BigInt(this.#twister.next());
  }

  /** The whole state, in the 5,056 bytes of `torch.get_rng_state()`. */
  getState(): Uint8Array {
    return this.snapshot()();
  }

  /** What gives the state as it is now, and writes it down only when it is asked for. */
  snapshot(): () => Uint8Array {
    const { position } = this.#twister;
    const words = this.#twister.share();
    const seed = this.#seed;
    const { cachedNormal } = this;
    return () => {
      const view = new DataView(new ArrayBuffer(STATE_BYTES));
      view.setBigUint64(FIELD.seed, seed, true);
      view.setInt32(FIELD.left, left(position), true);
      view.setInt32(FIELD.seeded, 1, true);
      view.setBigUint64(FIELD.next, BigInt(position), true);
      words.forEach((word, i) => {
        view.setUint32(FIELD.words + 8 * i, word, true);
      });
      view.setFloat64(FIELD.cachedNormal, cachedNormal ?? 0, true);
      view.setInt32(FIELD.hasCachedNormal, cachedNormal === undefined ? 0 : 1, true);
      return new Uint8Array(view.buffer);
    };
  }

  /**
   * Takes over a state that {@link getState} or `torch.get_rng_state()` gave, and returns this generator.
   *
   * @throws ArgumentError when the bytes are not such a state; the generator is then unchanged.
   */
  setState(state: Uint8Array): this {
    if (!(state instanceof Uint8Array) || state.length !== STATE_BYTES) {
      const got = state instanceof Uint8Array ? state.length : describe(state);
      throw new ArgumentError(`setState: expected ${STATE_BYTES} bytes, got ${got}`);
    }
    const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
    const position = Number(view.getBigUint64(FIELD.next, true));
    const storedLeft = view.getInt32(FIELD.left, true);
    const isSeeded = view.getInt32(FIELD.seeded, true) === 1;
    if (!isSeeded || position > STATE_WORDS || storedLeft !== left(position)) {
      const got = isSeeded
        ? `position ${position} with ${storedLeft} words left`
        : 'one that was never seeded';
      throw new ArgumentError(`setState: expected the state of a Mersenne Twister, got ${got}`);
    }
    if (view.getUint8(FIELD.hasCachedNormal32) !== 0) {
      throw new ArgumentError(
        'setState: expected no cached float32 normal number (PyTorch draws none on the CPU), got one',
      );
    }
    this.#seed = view.getBigUint64(FIELD.seed, true);
    const words = Uint32Array.from({ length: STATE_WORDS }, (_, i) =>
      view.getUint32(FIELD.words + 8 * i, true),
    );
    this.#twister.copyFrom({ words, position });
    const hasCachedNormal = view.getInt32(FIELD.hasCachedNormal, true) !== 0;
    this.cachedNormal = hasCachedNormal ? view.getFloat64(FIELD.cachedNormal, true) : undefined;
    return this;
  }

  /** An independent generator in the same state. */
  clone(): Generator {
    const copy = new Generator(this.#seed);
    copy.#twister.copyFrom(this.#twister);
    copy.cachedNormal = this.cachedNormal;
    return copy;
  }
}

/** PyTorch's count of draws until the next twist, plus one. */
function left(position: number): number {
  return position === 0 ? 1 : STATE_WORDS + 1 - position;
}

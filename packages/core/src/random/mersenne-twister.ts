/** Words of state, and the distance of the word each step mixes in (Matsumoto & Nishimura 1998, table II). */
export const STATE_WORDS = 624;
const SHIFT_WORDS = 397;

const UPPER = 0x80000000;
const LOWER = 0x7fffffff;
const MATRIX = 0x9908b0df;

/**
 * MT19937: 32-bit words with period 2^19937 − 1.
 *
 * `words` and `position` are the whole state. `position` is the index of the word that comes next; the words are twisted before the
 * first draw (position 0) and after the last (624).
 *
 * @see Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998, with the 2002 initialization.
 */
export class MersenneTwister {
  words = new Uint32Array(STATE_WORDS);
  position = 0;
  #isShared = false;

  /** Seeds from the low 32 bits of `seed` (`init_genrand` of the 2002 reference). */
  seed(seed: number): void {
    const words = this.#own();
    let word = seed >>> 0;
    words[0] = word;
    for (let i = 1; i < STATE_WORDS; i++) {
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + i) >>> 0;
      words[i] = word;
    }
    this.position = 0;
  }

  /** Seeds from every 32-bit word of a non-empty `key` (`init_by_array` of the 2002 reference). */
  seedByArray(key: ArrayLike<number>): void {
    this.seed(19650218);
    const words = this.words;
    let i = 1;
    const advance = (): void => {
      i++;
      if (i === STATE_WORDS) {
        words[0] = words[STATE_WORDS - 1]!;
        i = 1;
      }
    };
    for (let step = 0, j = 0; step < Math.max(STATE_WORDS, key.length); step++) {
      const before = words[i - 1]!;
      words[i] = (words[i]! ^ Math.imul(before ^ (before >>> 30), 1664525)) + key[j]! + j;
      j = (j + 1) % key.length;
      advance();
    }
    for (let step = 1; step < STATE_WORDS; step++) {
      const before = words[i - 1]!;
      words[i] = (words[i]! ^ Math.imul(before ^ (before >>> 30), 1566083941)) - i;
      advance();
    }
    words[0] = UPPER;
    this.position = 0;
  }

  /** The next word: an integer in [0, 2^32). */
  next(): number {
    if (this.position === 0 || this.position === STATE_WORDS) this.#twist();
    let y = this.words[this.position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Leaves out the next `count` words. */
  skip(count: number): void {
    for (let left = count; left > 0; ) {
      if (this.position === 0 || this.position === STATE_WORDS) this.#twist();
      const skipped = Math.min(left, STATE_WORDS - this.position);
      this.position += skipped;
      left -= skipped;
    }
  }

  /** Takes over the state of `other`. */
  copyFrom(other: Pick<MersenneTwister, 'words' | 'position'>): void {
    this.#own().set(other.words);
    this.position = other.position;
  }

  /** The words as they are now: later draws leave this array alone. */
  share(): Readonly<Uint32Array> {
    this.#isShared = true;
    return this.words;
  }

  /** Words that nobody else reads. */
  #own(): Uint32Array {
    if (this.#isShared) this.words = this.words.slice();
    this.#isShared = false;
    return this.words;
  }

  #twist(): void {
    // Engines compute in integers of 32 bits with a sign.
    const words = new Int32Array(this.#own().buffer);
    const wrap = STATE_WORDS - SHIFT_WORDS;
    for (let i = 0; i < wrap; i++) words[i] = words[i + SHIFT_WORDS]! ^ twisted(words[i]!, words[i + 1]!);
    for (let i = wrap; i < STATE_WORDS - 1; i++)
      words[i] = words[i - wrap]! ^ twisted(words[i]!, words[i + 1]!);
    words[STATE_WORDS - 1] = words[SHIFT_WORDS - 1]! ^ twisted(words[STATE_WORDS - 1]!, words[0]!);
    this.position = 0;
  }
}

/** The upper bit of `u` joined to the lower bits of `v`, times the companion matrix over GF(2). */
function twisted(u: number, v: number): number {
  return (((u & UPPER) | (v & LOWER)) >>> 1) ^ (-(v & 1) & MATRIX);
}

import { type DecimalMark, parseNumber } from '../format/csv-number.ts';

/** How often a value comes. */
export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** What a column of a table holds. */
export interface ColumnProfile {
  readonly name: string;
  /** `empty`: no value is known. `mixed`: numbers and words. */
  readonly kind: 'number' | 'word' | 'mixed' | 'empty';
  readonly numbers: number;
  /** Fields that are neither numbers nor missing. */
  readonly words: number;
  readonly missing: number;
  /** Different values; no more than {@link maxDistinct} are counted. */
  readonly distinct: number;
  /** Whether all numbers are whole. */
  readonly isWhole: boolean;
  /** Whether each number is the one before it and 1, as row numbers are. */
  readonly isSequence: boolean;
  /** Of the numbers; absent where there are none. */
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  /** Of the sample, divided by n − 1; 0 for one number. */
  readonly std?: number;
  /** The most frequent values, the most frequent first; ties in the order in which they came. */
  readonly top: readonly ValueCount[];
  /** The row and the text of the first word among numbers, or of the first number among words. */
  readonly odd?: { readonly row: number; readonly field: string };
}

/** The most different values of a column that are counted. */
export const maxDistinct = 10_000;

/** Frequent values that a profile lists. */
const maxTop = 100;

/** Fields that usually stand for a value that is not known. */
const missingMarkers = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-', 'missing', '#n/a']);

export const isMissingMarker = (field: string): boolean => missingMarkers.has(field.trim().toLowerCase());

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) with two primes, over a field and a mark behind it. */
function hashed([a, b]: readonly [number, number], text: string): readonly [number, number] {
  let [first, second] = [a, b];
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x1ffff;
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x85ebca6b) ^ (second >>> 15);
  }
  return [first, second];
}

/** Gathers what a column holds, field by field, in one pass (mean and variance by Welford's recurrence). */
export class ColumnProfiler {
  readonly name: string;
  readonly #decimal: DecimalMark;
  readonly #counts = new Map<string, number>();
  readonly #markers = new Set<string>();
  #numbers = 0;
  #words = 0;
  #missing = 0;
  #isWhole = true;
  #isSequence = true;
  #last: number | undefined;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #mean = 0;
  /** Sum of the squared distances from the mean. */
  #squares = 0;
  #hashes: readonly [number, number] = [0x811c9dc5, 0x12345];
  #firstNumber: ColumnProfile['odd'];
  #firstWord: ColumnProfile['odd'];

  constructor(name: string, decimal: DecimalMark = '.') {
    this.name = name;
    this.#decimal = decimal;
  }

  /** Spellings of missing values that came. */
  get markers(): ReadonlySet<string> {
    return this.#markers;
  }

  /** The same for columns with the same fields in the same rows; the chance that others share one is 2⁻⁶⁴. */
  get fingerprint(): string {
    return this.#hashes.join();
  }

  add(field: string, row: number): void {
    const text = field.trim();
    this.#hashes = hashed(this.#hashes, text);
    const value = parseNumber(text, this.#decimal);
    if (value === undefined && isMissingMarker(text)) {
      this.#missing++;
      this.#markers.add(text);
      return;
    }
    const count = this.#counts.get(text);
    if (count !== undefined || this.#counts.size < maxDistinct) this.#counts.set(text, (count ?? 0) + 1);
    if (value === undefined) {
      this.#words++;
      this.#firstWord ??= { row, field: text };
    } else {
      this.#firstNumber ??= { row, field: text };
      this.#addNumber(value);
    }
  }

  #addNumber(value: number): void {
    this.#numbers++;
    this.#isWhole &&= Number.isInteger(value);
    this.#isSequence &&= this.#last === undefined || value === this.#last + 1;
    this.#last = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const distance = value - this.#mean;
    this.#mean += distance / this.#numbers;
    this.#squares += distance * (value - this.#mean);
  }

  profile(): ColumnProfile {
    const [numbers, words] = [this.#numbers, this.#words];
    const kind = numbers > 0 && words > 0 ? 'mixed' : numbers > 0 ? 'number' : words > 0 ? 'word' : 'empty';
    const odd = kind === 'mixed' ? (numbers >= words ? this.#firstWord : this.#firstNumber) : undefined;
    const top = Array.from(this.#counts, ([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, maxTop);
    return {
      name: this.name,
      kind,
      numbers,
      words,
      missing: this.#missing,
      distinct: this.#counts.size,
      isWhole: numbers > 0 && this.#isWhole,
      isSequence: numbers > 1 && this.#isSequence,
      ...(numbers === 0
        ? {}
        : {
            min: this.#min,
            max: this.#max,
            mean: this.#mean,
            std: numbers > 1 ? Math.sqrt(this.#squares / (numbers - 1)) : 0,
          }),
      top,
      ...(odd === undefined ? {} : { odd }),
    };
  }
}

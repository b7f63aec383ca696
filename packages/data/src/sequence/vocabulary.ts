import { ArgumentError } from '@kindling/core';
import { assertWhole, checkOptions, describeValue, type OptionNames } from '@kindling/core/internal';
import { byCodePoint } from '../code-point-order.ts';
import { DataError } from '../data-error.ts';
import { quote } from '../quote.ts';

export interface VocabularyOptions {
  /** The entry that stands for all that are not in the vocabulary, such as `<unk>`; the first if it is not among them. Default: none. */
  readonly unknown?: string | undefined;
}

export interface VocabularyOfOptions extends VocabularyOptions {
  /**
   * Order of the entries: `codePoint`, that of Python's `sorted`, or `frequency`, the most frequent first and equally frequent ones by
   * code point. Default `codePoint`.
   */
  readonly order?: 'codePoint' | 'frequency' | undefined;
  /** Entries that come less often are left out. Default 1. */
  readonly minFrequency?: number | undefined;
  /** The most frequent entries are kept, up to this number, the one of `unknown` included. Default: all. */
  readonly maxSize?: number | undefined;
}

const ofOptionNames: OptionNames<VocabularyOfOptions> = {
  unknown: true,
  order: true,
  minFrequency: true,
  maxSize: true,
};

/**
 * Characters or tokens, and their indices: those of `sorted(set(text))` in Python.
 *
 * ```ts
 * const vocabulary = Vocabulary.of('hello'); // e h l o
 * vocabulary.encode('hole'); // Int32Array [1, 3, 2, 0]
 * vocabulary.decode([1, 3, 2, 0]).join(''); // 'hole'
 * ```
 */
export class Vocabulary {
  readonly entries: readonly string[];
  /** The entry for what is not in the vocabulary. */
  readonly unknown: string | undefined;
  readonly #indices: ReadonlyMap<string, number>;

  /**
   * @param entries in the order of their indices; a string is one of characters.
   * @throws {ArgumentError} for no entries, one that is no string, and one that comes twice.
   */
  constructor(entries: Iterable<string>, options: VocabularyOptions = {}) {
    const { unknown } = checkOptions('Vocabulary', options, { unknown: true });
    if (unknown !== undefined) assertText('Vocabulary', 'unknown', unknown);
    const list = listOf('Vocabulary', entries);
    this.entries = unknown === undefined || list.includes(unknown) ? list : [unknown, ...list];
    this.unknown = unknown;
    this.#indices = new Map(this.entries.map((entry, i) => [entry, i]));
    if (this.#indices.size < this.entries.length) {
      const twice = this.entries.find((entry, i) => this.#indices.get(entry) !== i) ?? '';
      throw new ArgumentError(`Vocabulary: expected different entries, got ${quote(twice)} twice`);
    }
    if (list.length === 0) throw new ArgumentError('Vocabulary: expected at least one entry, got none');
  }

  /**
   * The vocabulary of a text (its characters) or of tokens.
   *
   * @throws {ArgumentError} for options that are none, and where no entry is left.
   */
  static of(tokens: Iterable<string>, options: VocabularyOfOptions = {}): Vocabulary {
    const name = 'Vocabulary.of';
    const {
      unknown,
      order = 'codePoint',
      minFrequency = 1,
      maxSize,
    } = checkOptions(name, options, ofOptionNames);
    if (order !== 'codePoint' && order !== 'frequency') {
      throw new ArgumentError(
        `${name}: expected order to be 'codePoint' or 'frequency', got ${describeValue(order)}`,
      );
    }
    assertWhole(name, 'minFrequency', minFrequency, 1);
    if (maxSize !== undefined) assertWhole(name, 'maxSize', maxSize, unknown === undefined ? 1 : 2);
    const frequencies = new Map<string, number>();
    for (const token of listOf(name, tokens)) frequencies.set(token, (frequencies.get(token) ?? 0) + 1);
    if (unknown !== undefined) frequencies.delete(unknown);
    const frequent = [...frequencies]
      .filter(([, frequency]) => frequency >= minFrequency)
      .sort(([a, often], [b, rare]) => rare - often || byCodePoint(a, b))
      .slice(0, maxSize === undefined ? undefined : maxSize - (unknown === undefined ? 0 : 1))
      .map(([token]) => token);
    return new Vocabulary(order === 'frequency' ? frequent : frequent.sort(byCodePoint), { unknown });
  }

  /** Number of entries. */
  get length(): number {
    return this.entries.length;
  }

  /** The index of an entry, or that of `unknown`; undefined where there is neither. */
  indexOf(entry: string): number | undefined {
    return (
      this.#indices.get(entry) ?? (this.unknown === undefined ? undefined : this.#indices.get(this.unknown))
    );
  }

  /**
   * The indices of characters or tokens.
   *
   * @param place what errors call the text. Default `text`.
   * @throws {DataError} at the first that is not in the vocabulary, unless `unknown` stands for it.
   */
  encode(tokens: Iterable<string>, place = 'text'): Int32Array {
    return Int32Array.from(listOf('Vocabulary.encode', tokens), (token, i) => {
      const index = this.indexOf(token);
      if (index !== undefined) return index;
      throw new DataError({
        place: `${place}, position ${i}`,
        expected: `one of ${this.length} entries of the vocabulary`,
        got: quote(token),
      });
    });
  }

  /** The entries at indices. @throws {ArgumentError} for an index of none. */
  decode(indices: Iterable<number>): string[] {
    return Array.from(indices, (index) => {
      const entry = this.entries[index];
      if (entry !== undefined) return entry;
      throw new ArgumentError(
        `Vocabulary.decode: expected indices in [0, ${this.length - 1}], got ${describeValue(index)}`,
      );
    });
  }
}

function assertText(op: string, name: string, value: unknown): void {
  if (typeof value === 'string') return;
  throw new ArgumentError(`${op}: expected ${name} to be a string, got ${describeValue(value)}`);
}

function listOf(op: string, tokens: Iterable<string>): string[] {
  const isList =
    typeof tokens === 'string' ||
    (typeof tokens === 'object' && tokens !== null && Symbol.iterator in tokens);
  const list = isList ? [...tokens] : [];
  if (isList && list.every((token) => typeof token === 'string')) return list;
  throw new ArgumentError(`${op}: expected a string or strings, got ${describeValue(tokens)}`);
}

import { ArgumentError, tensor } from '@kindling/core';
import { checkOptions, describeValue, type OptionNames } from '@kindling/core/internal';
import { tokenize } from './tokenize.ts';
import { Vocabulary } from './vocabulary.ts';
import { WindowDataset, type WindowOptions, type WindowTensors } from './window-dataset.ts';

export interface CharacterWindowOptions extends WindowOptions {
  /** The characters in the order of their indices. Default: those of the text by code point, as `sorted(set(text))` in Python. */
  readonly vocabulary?: Vocabulary | Iterable<string> | undefined;
  /** Inputs as rows of zeros with 1 at the index, float32 [window, entries], or as indices, int32 [window]. Default `oneHot`. */
  readonly encoding?: 'oneHot' | 'index' | undefined;
  /** What errors call the text. Default `text`. */
  readonly place?: string | undefined;
}

export interface TokenWindowOptions extends CharacterWindowOptions {
  /** The tokens in the order of their indices. Default: those of the text by code point. */
  readonly vocabulary?: Vocabulary | Iterable<string> | undefined;
  /** Inputs as indices, int32 [window], or as rows of zeros with 1 at the index, float32 [window, entries]. Default `index`. */
  readonly encoding?: 'oneHot' | 'index' | undefined;
  /** Divides the text. Default {@link tokenize}. */
  readonly tokenize?: ((text: string) => Iterable<string>) | undefined;
}

const optionNames: OptionNames<CharacterWindowOptions> = {
  window: true,
  stride: true,
  vocabulary: true,
  encoding: true,
  place: true,
};

/**
 * Pieces of a text: the input is `window` characters or tokens, the target those one further, as class indices, int32 [window].
 */
export class TextWindows extends WindowDataset {
  readonly kind = 'text';
  readonly vocabulary: Vocabulary;
  readonly encoding: 'oneHot' | 'index';
  /** The text as indices into the vocabulary. */
  readonly codes: Int32Array;

  /** @internal */
  constructor(
    op: string,
    tokens: Iterable<string>,
    encoding: 'oneHot' | 'index',
    options: CharacterWindowOptions,
  ) {
    const { place = 'text', window } = options;
    if (encoding !== 'oneHot' && encoding !== 'index') {
      throw new ArgumentError(
        `${op}: expected encoding to be 'oneHot' or 'index', got ${describeValue(encoding)}`,
      );
    }
    const list = [...tokens];
    super({ op, place, elements: list.length }, options, window + 1);
    const { vocabulary = Vocabulary.of(list) } = options;
    this.vocabulary = vocabulary instanceof Vocabulary ? vocabulary : new Vocabulary(vocabulary);
    this.encoding = encoding;
    this.codes = this.vocabulary.encode(list, place);
  }

  protected override windowsAt(starts: Int32Array, device: string | undefined): WindowTensors {
    const { window, codes } = this;
    const pieces = (offset: number): Int32Array => {
      const all = new Int32Array(starts.length * window);
      starts.forEach((start, i) => {
        all.set(codes.subarray(start + offset, start + offset + window), i * window);
      });
      return all;
    };
    const shape = [starts.length, window];
    const target = tensor(pieces(1), { shape, device });
    if (this.encoding === 'index') return [tensor(pieces(0), { shape, device }), target];
    const count = this.vocabulary.length;
    const rows = new Float32Array(starts.length * window * count);
    pieces(0).forEach((code, i) => {
      rows[i * count + code] = 1;
    });
    return [tensor(rows, { shape: [...shape, count], device }), target];
  }
}

function checkText(op: string, text: unknown): void {
  if (typeof text === 'string') return;
  throw new ArgumentError(`${op}: expected a string, got ${describeValue(text)}`);
}

/**
 * A text as characters: each window of them is an input, and the target is the next character at each of its places.
 *
 * ```ts
 * const windows = characterWindows('hihello', { window: 6, vocabulary: 'hielo' });
 * const [input, target] = windows.get(0); // 'hihell' as [6, 5] one-hot, 'ihello' as [6] class indices
 * windows.vocabulary.decode(target.data()).join(''); // 'ihello'
 * ```
 *
 * Characters are code points.
 *
 * @throws {ArgumentError} for options that are none.
 * @throws {DataError} for a text shorter than `window` + 1, and for a character that is not in the vocabulary.
 */
export function characterWindows(text: string, options: CharacterWindowOptions): TextWindows {
  const op = 'characterWindows';
  checkText(op, text);
  const { encoding = 'oneHot' } = checkOptions(op, options, optionNames);
  return new TextWindows(op, text, encoding, options);
}

/**
 * A text as tokens: each window of them is an input, and the target is the next token at each of its places.
 *
 * ```ts
 * const text = await readText('poems.txt');
 * const vocabulary = Vocabulary.of(tokenize(text), { minFrequency: 2, unknown: '<unk>' });
 * const windows = tokenWindows(text, { window: 32, stride: 32, vocabulary });
 * ```
 *
 * @throws {ArgumentError} for options that are none.
 * @throws {DataError} for fewer tokens than `window` + 1, and for a token that is not in the vocabulary.
 */
export function tokenWindows(text: string, options: TokenWindowOptions): TextWindows {
  const op = 'tokenWindows';
  checkText(op, text);
  const { encoding = 'index', tokenize: divide = tokenize } = checkOptions(op, options, {
    ...optionNames,
    tokenize: true,
  });
  if (typeof divide !== 'function') {
    throw new ArgumentError(`${op}: expected tokenize to be a function, got ${describeValue(divide)}`);
  }
  return new TextWindows(op, divide(text), encoding, options);
}

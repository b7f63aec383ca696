// Blocks of East Asian Width W or F (Unicode Standard Annex #11), joined where what lies between is unassigned.
const wideRanges = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
] as const;

/** Whether a text is of ASCII, and the lines and dots of charts: each character is one, and takes one column. */
const isPlain = (text: string): boolean => /^[ -~\u2500-\u257f\u2800-\u28ff]*$/.test(text);

/** Made for the first text that is not plain: it takes 7 ms. */
let graphemes: Intl.Segmenter | undefined;

/** One character as people count them, and the terminal columns it takes. */
export interface Glyph {
  readonly text: string;
  readonly columns: 0 | 1 | 2;
}

/** The characters of a text, composed ones together: 한, é, 👩‍🔬 are one each. */
export function glyphs(text: string): Glyph[] {
  if (isPlain(text)) return Array.from(text, (character) => ({ text: character, columns: 1 }));
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(graphemes.segment(text), ({ segment }) => ({
    text: segment,
    columns: glyphColumns(segment),
  }));
}

/** Terminal columns that a text takes: Hangul, Han, Kana and emoji take two each, combining marks none. */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let columns = 0;
  for (const glyph of glyphs(text)) columns += glyph.columns;
  return columns;
}

/** The text in at most `columns` columns; what is too long loses its middle: `lenet-ad…-seed-3`. */
export function shorten(text: string, columns: number): string {
  const all = glyphs(text);
  if (all.reduce((sum, glyph) => sum + glyph.columns, 0) <= columns) return text;
  if (columns < 1) return '';
  const tail = take(all.toReversed(), Math.floor((columns - 1) / 2)).toReversed();
  const tailColumns = tail.reduce((sum, glyph) => sum + glyph.columns, 0);
  const head = take(all, columns - 1 - tailColumns);
  return [...head, { text: '…' }, ...tail].map((glyph) => glyph.text).join('');
}

/** The text without what would move a cursor, turn the writing direction or be no XML: each becomes a space. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, ' ');
}

/**
 * Printable text that ECharts may measure. It keeps the width of each line in an object, by the line itself, and so takes what
 * `Object.prototype` has by that name (`constructor`, `__proto__`) for its own and writes to it. Such words get a combining mark that
 * shows nothing.
 */
export function drawable(text: string): string {
  return printable(text).replace(/\S+/g, (word) => (word in Object.prototype ? `${word}\u034f` : word));
}

/** Lines of at most `columns` columns, broken at spaces; a longer word is shortened. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (displayWidth(longer) <= columns) {
      line = longer;
    } else {
      if (line) lines.push(line);
      line = shorten(word, columns);
    }
  }
  if (line) lines.push(line);
  return lines;
}

function take(all: readonly Glyph[], columns: number): Glyph[] {
  const taken: Glyph[] = [];
  let used = 0;
  for (const glyph of all) {
    used += glyph.columns;
    if (used > columns) break;
    taken.push(glyph);
  }
  return taken;
}

function glyphColumns(segment: string): 0 | 1 | 2 {
  if (/^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u.test(segment)) return 0;
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(segment)) return 2;
  const code = segment.codePointAt(0)!;
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

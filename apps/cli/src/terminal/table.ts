export type Cell = string | number;

export interface TableOptions {
  /** Columns that are right-aligned although their cells are strings. */
  readonly numeric?: readonly string[];
  /** Whether the header is in bold. */
  readonly color?: boolean;
  /** Columns of the terminal: the last column's words go on in further lines rather than beyond. Default: no limit. */
  readonly width?: number;
}

const gap = '  ';

/** The last column is never made narrower than this. */
const narrowest = 24;

/** Rows under a header and a line; numbers are right-aligned. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  { numeric = [], color = false, width = Number.POSITIVE_INFINITY }: TableOptions = {},
): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const isNumeric = header.map(
    (name, column) =>
      numeric.includes(name) || (rows.length > 0 && rows.every((row) => typeof row[column] === 'number')),
  );
  const widths = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, columns) => sum + columns + gap.length, 0);
  const last = widths.length - 1;
  widths[last] = Math.min(widths[last] ?? 0, Math.max(narrowest, width - before));

  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(Math.max(0, widths[column]! - displayWidth(cell)));
        return isNumeric[column] ? space + cell : cell + space;
      })
      .join(gap)
      .trimEnd();
  const lines = (row: readonly string[]): string =>
    wrapped(row[last] ?? '', widths[last]!)
      .map((part, i) => line([...row.slice(0, last).map((cell) => (i === 0 ? cell : '')), part]))
      .join('\n');

  const rule = widths.map((columns) => '─'.repeat(columns)).join(gap);
  const [head = '', ...body] = cells.map(lines);
  return [color ? `\x1b[1m${head}\x1b[22m` : head, rule, ...body].join('\n');
}

/** A text in lines that are no wider than `width`, broken between words. */
function wrapped(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const joined = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && displayWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}

/** East Asian letters take two columns, marks above and below letters none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

import { displayWidth, glyphs, shorten } from '../text/glyph.ts';
import { type Colors, colorCode } from './terminal-color.ts';

/** How a piece of text is set. A colour is one of the terminal's 256, or `#rrggbb`, shown as exactly as the terminal can. */
export interface TextStyle {
  readonly color?: number | string;
  readonly background?: number | string;
  readonly bold?: boolean;
  readonly faint?: boolean;
}

interface Cell {
  /** Empty for the right half of a wide character. */
  readonly text: string;
  readonly style: TextStyle | undefined;
}

const blank: Cell = { text: ' ', style: undefined };

/** A page of `columns` × `rows` terminal cells, beyond which nothing can be written. */
export class TextGrid {
  readonly columns: number;
  private readonly cells: Cell[][];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => blank));
  }

  /** Writes from `column` on; what would reach `end` (default: the edge of the page) is shortened. */
  write(row: number, column: number, text: string, style?: TextStyle, end = this.columns): void {
    const cells = this.cells[row];
    if (!cells || column < 0) return;
    let at = column;
    for (const glyph of glyphs(shorten(text, Math.min(end, this.columns) - column))) {
      if (glyph.columns === 0) continue;
      put(cells, at, { text: glyph.text, style });
      if (glyph.columns === 2) put(cells, at + 1, { text: '', style });
      at += glyph.columns;
    }
  }

  /** Writes so that the text ends before the column `end`. */
  writeBefore(row: number, end: number, text: string, style?: TextStyle): void {
    this.write(row, Math.max(0, end - displayWidth(text)), text, style, end);
  }

  /** Puts another page on this one, its upper left corner at `row` and `column`. */
  place(page: TextGrid, row: number, column: number): void {
    for (const [r, line] of page.cells.entries()) {
      const cells = this.cells[row + r];
      if (!cells) return;
      for (const [c, cell] of line.entries()) if (column + c < this.columns) cells[column + c] = cell;
    }
  }

  /** The lines without trailing blanks, with SGR sequences for so many colours. */
  lines(colors: Colors): string[] {
    return this.cells.map((cells) => {
      let end = cells.length;
      while (end > 0 && cells[end - 1]!.text === ' ' && cells[end - 1]!.style?.background === undefined)
        end--;
      const shown = cells.slice(0, end);
      return colors ? colored(shown, colors) : shown.map(({ text }) => text).join('');
    });
  }
}

/** A wide character of which one half is overwritten leaves a blank in the other. */
function put(cells: Cell[], at: number, cell: Cell): void {
  if (cells[at]!.text === '' && cell.text !== '') cells[at - 1] = blank;
  if (cells[at + 1]?.text === '') cells[at + 1] = blank;
  cells[at] = cell;
}

/** ECMA-48, "Select graphic rendition", with the usual extensions to 256 and to 2²⁴ colours. */
function colored(cells: readonly Cell[], colors: Colors): string {
  let line = '';
  let current = '';
  for (const { text, style } of cells) {
    const codes = text === ' ' && style?.background === undefined ? '' : codesOf(style, colors);
    if (codes !== current) {
      if (current) line += '\u001b[0m';
      if (codes) line += `\u001b[${codes}m`;
      current = codes;
    }
    line += text;
  }
  return current ? `${line}\u001b[0m` : line;
}

function codesOf(style: TextStyle | undefined, colors: Colors): string {
  if (!style) return '';
  const codes: string[] = [];
  if (style.bold) codes.push('1');
  if (style.faint) codes.push('2');
  if (style.color !== undefined) codes.push(colorCode(style.color, colors, false));
  if (style.background !== undefined) codes.push(colorCode(style.background, colors, true));
  return codes.join(';');
}

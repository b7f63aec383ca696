import { glyphs } from '../text/glyph.ts';

/** Fonts of the common systems, Korean ones among them, and what every renderer has. */
export const fontFamily =
  'Helvetica, Arial, Apple SD Gothic Neo, Malgun Gothic, Noto Sans CJK KR, NanumGothic, sans-serif';

export const fontSizes = { title: 15, panel: 13, text: 12 } as const;

/** Width of a terminal column in units of the font size, for texts whose letters are not known. */
const column = 0.56;

/**
 * About how many pixels a text takes, on the generous side: without a browser there is no font to ask, so letters
 * count by their class with the widths of Helvetica.
 */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const glyph of glyphs(text))
    width += glyph.columns === 2 ? 1.05 : glyph.columns * letterWidth(glyph.text);
  return width * fontSize;
}

/** Terminal columns of text that fit into so many pixels. */
export function columnsIn(pixels: number, fontSize: number): number {
  return Math.max(1, Math.floor(pixels / (fontSize * column)));
}

function letterWidth(letter: string): number {
  if (/[ijl.,:;'|!ftI ]/.test(letter)) return 0.29;
  if (/[r()[\]{}"*/-]/.test(letter)) return 0.36;
  if (/[a-z0-9_+?$]/.test(letter)) return 0.56;
  return /[MW@%m\u2026\u2192]/.test(letter) ? 0.95 : 0.72;
}

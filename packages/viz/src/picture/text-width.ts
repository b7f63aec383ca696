import { displayWidth } from '../text/glyph.ts';

/** Fonts of the common systems, Korean ones among them, and what every renderer has. */
export const fontFamily =
  'Helvetica, Arial, Apple SD Gothic Neo, Malgun Gothic, Noto Sans CJK KR, NanumGothic, sans-serif';

export const fontSizes = { title: 15, text: 12 } as const;

/** Width of a column in units of the font size: an average letter of a sans-serif face, on the generous side. */
const letter = 0.58;

/** About how many pixels a text takes. There is no font to ask without a browser, so this is an estimate. */
export function textWidth(text: string, fontSize: number): number {
  return displayWidth(text) * fontSize * letter;
}

/** Terminal columns of text that fit into so many pixels. */
export function columnsIn(pixels: number, fontSize: number): number {
  return Math.max(1, Math.floor(pixels / (fontSize * letter)));
}

import { safeLine } from '@kindling/train/internal/console';

/** A text in lines that are no wider than `width`, broken between words. */
export function wrapped(text: string, width: number): readonly string[] {
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
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** A text behind a label: its further lines begin where the first does. */
export function hanging(label: string, text: string, width: number): string {
  const indent = displayWidth(label);
  return label + wrapped(safeLine(text), Math.max(narrowest, width - indent)).join(`\n${' '.repeat(indent)}`);
}

/** Text is never made narrower than this. */
export const narrowest = 24;

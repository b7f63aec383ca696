import { shortNumber } from '../axes/number-label.ts';
import type { ChartOption } from '../option.ts';
import { displayWidth, printable } from '../text/glyph.ts';
import { mixColors } from '../theme/palette.ts';
import type { ColorFill } from './field.ts';
import type { TextStyle } from './text-grid.ts';

const steps = 12;
const shades = ['░', '▒', '▓', '█'] as const;

/** The row that explains the colours of a heat map or a field: name, lowest value, colours, highest value. */
export function colorKey(
  { name, min, max }: NonNullable<ChartOption['visualMap']>,
  { colors }: ColorFill,
): { column: number; text: string; style?: TextStyle }[] {
  const before = `${name ? `${printable(name)} ` : ''}${shortNumber(min, 3)} `;
  const at = displayWidth(before);
  const bar = Array.from({ length: steps }, (_, i) =>
    colors
      ? { column: at + i, text: '█', style: { color: mixColors(colors, i / (steps - 1)) } }
      : { column: at + i, text: shades[Math.floor((i * shades.length) / steps)]! },
  );
  return [{ column: 0, text: before }, ...bar, { column: at + steps, text: ` ${shortNumber(max, 3)}` }];
}

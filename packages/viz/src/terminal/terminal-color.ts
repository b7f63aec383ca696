import { colorChannels } from '../theme/palette.ts';

/** How many colours a terminal has; 0 for none. */
export type Colors = 0 | 16 | 256 | 16777216;

/** The usual colours of the codes 30 to 37 and 90 to 97 (those of xterm). */
const sixteen = [
  '#000000',
  '#cd0000',
  '#00cd00',
  '#cdcd00',
  '#0000ee',
  '#cd00cd',
  '#00cdcd',
  '#e5e5e5',
  '#7f7f7f',
  '#ff0000',
  '#00ff00',
  '#ffff00',
  '#5c5cff',
  '#ff00ff',
  '#00ffff',
  '#ffffff',
].map(colorChannels);

/** The parameters of the SGR sequence that sets a colour: a code of the 256, or `#rrggbb`. */
export function colorCode(color: number | string, colors: Colors, isBackground: boolean): string {
  const ground = isBackground ? 48 : 38;
  if (colors === 16) {
    const index = nearestOf16(typeof color === 'string' ? colorChannels(color) : channelsOfCode(color));
    return String((isBackground ? 40 : 30) + (index < 8 ? index : 60 + index - 8));
  }
  if (typeof color === 'string' && colors > 256) return `${ground};2;${colorChannels(color).join(';')}`;
  return `${ground};5;${typeof color === 'string' ? nearestColor(color) : color}`;
}

/** The nearest grey, or the nearest colour of the 6 × 6 × 6 cube, to `#rrggbb`. */
export function nearestColor(color: string): number {
  const [red = 0, green = 0, blue = 0] = colorChannels(color);
  if (red === green && green === blue) return nearestGrey(red);
  const level = (value: number) =>
    value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.round((value - 55) / 40));
  return 16 + 36 * level(red) + 6 * level(green) + level(blue);
}

/** Black, the 24 greys 8, 18, … 238 of the codes 232 to 255, or white. */
function nearestGrey(level: number): number {
  if (level < 4) return 16;
  return level > 246 ? 231 : 232 + Math.min(23, Math.max(0, Math.round((level - 8) / 10)));
}

function channelsOfCode(code: number): readonly number[] {
  if (code < 16) return sixteen[code]!;
  if (code >= 232) return [8 + 10 * (code - 232), 8 + 10 * (code - 232), 8 + 10 * (code - 232)];
  const level = (index: number) => (index === 0 ? 0 : 55 + 40 * index);
  return [Math.floor((code - 16) / 36), Math.floor((code - 16) / 6) % 6, (code - 16) % 6].map(level);
}

function nearestOf16(channels: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  for (const [index, other] of sixteen.entries()) {
    const distance = other.reduce((sum, value, c) => sum + (value - channels[c]!) ** 2, 0);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

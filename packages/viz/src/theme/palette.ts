/**
 * Colours that stay distinct under each of the common colour deficiencies.
 * Source: Okabe & Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/.
 */
export const okabeIto = {
  blue: '#0072B2',
  vermillion: '#D55E00',
  green: '#009E73',
  purple: '#CC79A7',
  orange: '#E69F00',
  sky: '#56B4E9',
  black: '#000000',
  yellow: '#F0E442',
} as const;

export type Hue = keyof typeof okabeIto;

/** The hues of series 0, 1, …; yellow is left out, since a thin yellow line can't be seen on white. */
const cycle: readonly Hue[] = ['blue', 'vermillion', 'green', 'purple', 'orange', 'sky', 'black'];

/** Colour of the `index`th series, from the start again after the seventh. */
export function seriesColor(index: number): string {
  return okabeIto[cycle[index % cycle.length]!];
}

/** Whether `seriesColor` has begun its cycle again, so that another trait has to distinguish two series. */
export function seriesRound(index: number): number {
  return Math.floor(index / cycle.length);
}

const hueByColor = new Map<string, Hue>(
  (Object.keys(okabeIto) as Hue[]).map((hue) => [okabeIto[hue].toLowerCase(), hue]),
);

/** The hue a colour of the palette stands for; `undefined` for any other colour. */
export function hueOf(color: string): Hue | undefined {
  return hueByColor.get(color.toLowerCase());
}

/** Colours in order. */
export const ramps = {
  /** From nothing to much. */
  sequential: ['#f3f7fb', '#9ecae1', '#3182bd', '#08306b'],
  /** From one class through the undecided middle to the other: vermillion and blue, apart for every colour vision. */
  diverging: ['#d55e00', '#f2b48a', '#f5f5f5', '#8fbfdd', '#0072b2'],
  /** From the first to the last of several lines. */
  ordered: ['#08306b', '#0072b2', '#009e73', '#b8860b', '#d55e00'],
} as const;

export type Ramp = keyof typeof ramps;

/** Colours of things that have an order, as the layers of a network: `count` of them from the first to the last. */
export function orderedColors(count: number): string[] {
  return Array.from({ length: count }, (_, i) => mixColors(ramps.ordered, orderedShare(i, count)));
}

/** Steps in which `orderedColors` moves along its ramp, so that a theme can find a colour's place again. */
export const orderedSteps = 255;

function orderedShare(index: number, count: number): number {
  return count < 2 ? 0 : Math.round((index / (count - 1)) * orderedSteps) / orderedSteps;
}

/** The colour at a share (0 to 1) of the way through equally spaced colours `#rrggbb`. */
export function mixColors(colors: readonly string[], share: number): string {
  const at = share * (colors.length - 1);
  const index = Math.max(0, Math.min(colors.length - 2, Math.floor(at)));
  const [from, to] = [colorChannels(colors[index]!), colorChannels(colors[index + 1]!)];
  const part = (i: number) => Math.round(from[i]! + (at - index) * (to[i]! - from[i]!));
  return `#${[0, 1, 2].map((i) => part(i).toString(16).padStart(2, '0')).join('')}`;
}

/** Red, green and blue, 0 to 255, of `#rrggbb`. */
export function colorChannels(color: string): number[] {
  return (color.match(/[\da-f]{2}/gi) ?? []).map((pair) => Number.parseInt(pair, 16));
}

/** Relative luminance, 0 to 1. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
export function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = colorChannels(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

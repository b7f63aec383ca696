/**
 * Colours that people with any of the common colour deficiencies can tell apart.
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

/** Whether `seriesColor` has begun its cycle again, so that another trait has to tell two series apart. */
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

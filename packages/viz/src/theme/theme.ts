import { type Hue, hueOf, mixColors, okabeIto, orderedSteps, type Ramp, ramps } from './palette.ts';

/** Colours of everything in a picture; chart options name the palette's hues, a theme says how each one looks. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  /** Notes, axis names, tick labels. */
  readonly mutedText: string;
  readonly axisLine: string;
  readonly gridLine: string;
  readonly hues: Readonly<Record<Hue, string>>;
  readonly ramps: Readonly<Record<Ramp, readonly string[]>>;
}

export type ThemeName = 'light' | 'dark' | 'high-contrast';

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    mutedText: '#59636e',
    axisLine: '#8c959f',
    gridLine: '#e4e7eb',
    hues: { ...okabeIto, black: '#333333' },
    ramps,
  },
  // The same hues, lightened until each has a contrast of at least 4.5 : 1 with the background.
  dark: {
    background: '#1f1f1f',
    text: '#e6e6e6',
    mutedText: '#a8b0b8',
    axisLine: '#6e7681',
    gridLine: '#323639',
    hues: {
      blue: '#4BA3E3',
      vermillion: '#FF7A2E',
      green: '#2CC295',
      purple: '#E59BC7',
      orange: '#F2B233',
      sky: '#A5DAF7',
      black: '#D9D9D9',
      yellow: '#F0E442',
    },
    ramps: {
      sequential: ['#272b30', '#1f5f8f', '#4ba3e3', '#d8eeff'],
      diverging: ['#ff7a2e', '#8f4d26', '#2b2b2b', '#2a5f86', '#4ba3e3'],
      ordered: ['#a5daf7', '#4ba3e3', '#2cc295', '#f2b233', '#ff7a2e'],
    },
  },
  // Text has 21 : 1 with the background, every line and mark at least 7 : 1.
  'high-contrast': {
    background: '#000000',
    text: '#ffffff',
    mutedText: '#ffffff',
    axisLine: '#ffffff',
    gridLine: '#4d4d4d',
    hues: {
      blue: '#6FB8FF',
      vermillion: '#FF9A4D',
      green: '#3FE0AE',
      purple: '#FFB0E0',
      orange: '#FFC933',
      sky: '#BFE8FF',
      black: '#FFFFFF',
      yellow: '#FFF75E',
    },
    ramps: {
      sequential: ['#1c1c1c', '#205f9c', '#6fb8ff', '#ffffff'],
      diverging: ['#ff9a4d', '#8a4a17', '#000000', '#1f5689', '#6fb8ff'],
      ordered: ['#bfe8ff', '#6fb8ff', '#3fe0ae', '#ffc933', '#ff9a4d'],
    },
  },
};

const rampByColors = new Map<string, Ramp>(
  (Object.keys(ramps) as Ramp[]).map((ramp) => [ramps[ramp].join(), ramp]),
);

/** Colours of a ramp as this theme shows them; those of no ramp stay. */
export function themedRamp(colors: readonly string[], theme: Theme): readonly string[] {
  const ramp = rampByColors.get(colors.join());
  return ramp ? theme.ramps[ramp] : colors;
}

/** The colour as this theme shows it: colours of the palette and of `orderedColors` change with the theme, all others stay. */
export function themed(color: string, theme: Theme): string {
  const hue = hueOf(color);
  if (hue) return theme.hues[hue];
  const share = orderedShares.get(color);
  return share === undefined ? color : mixColors(theme.ramps.ordered, share);
}

const orderedShares = new Map<string, number>(
  Array.from({ length: orderedSteps + 1 }, (_, step) => [
    mixColors(ramps.ordered, step / orderedSteps),
    step / orderedSteps,
  ]),
);

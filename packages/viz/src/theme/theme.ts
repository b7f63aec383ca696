import { type Hue, hueOf, okabeIto } from './palette.ts';

/** Colours of everything in a picture; chart options name the palette's hues, a theme says how each one looks. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  /** Notes, axis names, tick labels. */
  readonly mutedText: string;
  readonly axisLine: string;
  readonly gridLine: string;
  readonly hues: Readonly<Record<Hue, string>>;
}

export type ThemeName = 'light' | 'dark';

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    mutedText: '#59636e',
    axisLine: '#8c959f',
    gridLine: '#e4e7eb',
    hues: { ...okabeIto, black: '#333333' },
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
  },
};

/** The colour as this theme shows it: palette colours change with the theme, all others stay. */
export function themed(color: string, theme: Theme): string {
  const hue = hueOf(color);
  return hue ? theme.hues[hue] : color;
}

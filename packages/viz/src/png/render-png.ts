import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Chart } from '../option.ts';
import { renderSvg, type SvgOptions } from '../svg/render-svg.ts';
import { type Fonts, installedFonts } from './fonts.ts';

export interface PngOptions extends SvgOptions {
  /** Pixels of the image for one pixel of `width` and `height`: 2 for a dense screen. Default 1. */
  readonly scale?: number;
  /**
   * The font of all texts: a family and its files (TrueType, OpenType). Default: Nanum Gothic from the package
   * `@expo-google-fonts/nanum-gothic` if it is installed, else the fonts of the system.
   */
  readonly fonts?: Fonts;
}

type Resvg = typeof import('@resvg/resvg-js');

/**
 * The chart as a PNG. It is drawn by resvg: install `@resvg/resvg-js` beside this package. Texts need a font: install
 * `@expo-google-fonts/nanum-gothic`, which has Latin and Hangul, and pictures are the same on every machine, also on one
 * without fonts; without it the system's fonts are taken, and characters that they lack are not shown.
 *
 *     writeFileSync('loss.png', renderPng(chart, { scale: 2 }))
 *
 * @param options pixels, default 800 × 450, the theme, default `light`, `scale` and `fonts`
 * @throws {RangeError} for a size that is not of positive integers, a scale out of (0, 16], font files that are missing
 * @throws {Error} where `@resvg/resvg-js` is not installed, with the command that installs it
 */
export function renderPng(chart: Chart, options: PngOptions = {}): Buffer {
  const { scale = 1, fonts = installedFonts(), ...size } = options;
  if (!(scale > 0 && scale <= 16)) {
    throw new RangeError(`renderPng: expected a scale in (0, 16], got ${String(scale)}`);
  }
  const missing = fonts?.files.filter((file) => !existsSync(file)) ?? [];
  if (missing.length > 0) {
    throw new RangeError(`renderPng: expected font files that exist, got ${missing.join(', ')}`);
  }
  const { Resvg } = loadResvg();
  // Resvg takes the attribute image-rendering; a style that it does not know would hide that.
  const svg = renderSvg(chart, size).replaceAll(' style="image-rendering:pixelated"', '');
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: fonts
      ? { loadSystemFonts: false, fontFiles: [...fonts.files], defaultFontFamily: fonts.family }
      : { loadSystemFonts: true },
  });
  return picture.render().asPng();
}

function loadResvg(): Resvg {
  try {
    return createRequire(import.meta.url)('@resvg/resvg-js') as Resvg;
  } catch (error) {
    throw new Error(
      'renderPng: expected the package @resvg/resvg-js, got none that loads; to install it: npm install @resvg/resvg-js @expo-google-fonts/nanum-gothic',
      { cause: error },
    );
  }
}

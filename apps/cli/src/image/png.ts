import { pngSamples } from '@kindling/data/internal/images';
import type { GreyImage } from './grey-image.ts';

/**
 * Reads a PNG picture of any kind: gray or color, with a palette, 1 to 16 bits, transparent in parts. Colors become their
 * luma (Rec. 601), and what is transparent shows white paper.
 *
 * @throws DataError for a file that is damaged, and for a picture of more than 2²⁵ pixels.
 * @see https://www.w3.org/TR/png-3/
 */
export function parsePng(bytes: Uint8Array, place: string): GreyImage {
  const { width, height, data, channels, white } = pngSamples(bytes, place);
  const hasAlpha = channels === 2 || channels === 4;
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const at = i * channels;
    const grey = channels < 3 ? data[at]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    const alpha = hasAlpha ? data[at + channels - 1]! / white : 1;
    pixels[i] = Math.round(255 * ((grey / white) * alpha + 1 - alpha));
  }
  return { width, height, pixels };
}

import { DataError } from '@kindling/data';
import { checkImageSize } from '@kindling/data/internal/images';
import type { GreyImage } from './grey-image.ts';

const space = /\s/;

/** Letters of a number that are looked at. */
const maxWord = 20;

/**
 * Reads a PGM picture, plain (`P2`) or binary (`P5`), with one byte or two a pixel.
 *
 * @throws DataError for a header that is none, and for missing pixels.
 * @see https://netpbm.sourceforge.net/doc/pgm.html
 */
export function parsePgm(bytes: Uint8Array, place: string): GreyImage {
  const isPlain = bytes[1] === 0x32;
  let at = 2;

  /** The next word; what stands between # and the end of the line is a comment. */
  const word = (): string => {
    let text = '';
    for (; at < bytes.length && text.length < maxWord; at++) {
      const character = String.fromCharCode(bytes[at]!);
      if (character === '#') while (at < bytes.length && bytes[at] !== 0x0a) at++;
      else if (!space.test(character)) text += character;
      if (text !== '' && space.test(String.fromCharCode(bytes[at + 1] ?? 0x20))) break;
    }
    at++;
    return text;
  };
  const number = (what: string, most: number): number => {
    const text = word();
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= 0 && value <= most) return value;
    const got = text === '' ? 'the end of the file' : JSON.stringify(text.slice(0, 20));
    throw new DataError({ place, expected: `${what}, an integer up to ${most}`, got });
  };

  const width = number('the width of a PGM image', 65_535);
  const height = number('its height', 65_535);
  const white = number('its maximum value', 65_535);
  if (width === 0 || height === 0 || white === 0) {
    throw new DataError({
      place,
      expected: 'a PGM image with at least one pixel and a maximum value above 0',
      got: `${width} × ${height} pixels, maximum ${white}`,
    });
  }
  checkImageSize(width, height, place);
  const count = width * height;
  // The pixels must be there before memory is taken for them: plain, a digit and a space for each but the last.
  const left = Math.max(0, bytes.length - at - (isPlain ? 0 : 1));
  const needed = isPlain ? 2 * count - 1 : count * (white > 255 ? 2 : 1);
  if (left < needed) {
    const expected = `${isPlain ? 'at least ' : ''}${needed} bytes for ${width} × ${height} pixels`;
    throw new DataError({ place, expected, got: `${left}` });
  }
  const pixels = new Uint8Array(count);
  const shade = (value: number): number => Math.round((255 * Math.min(value, white)) / white);
  if (isPlain) {
    for (let i = 0; i < count; i++) pixels[i] = shade(number(`pixel ${i + 1} of ${count}`, white));
    return { width, height, pixels };
  }
  // One white space ends the header; the pixels follow.
  at++;
  const bytesEach = white > 255 ? 2 : 1;
  for (let i = 0; i < count; i++) {
    const first = bytes[at + i * bytesEach]!;
    pixels[i] = shade(bytesEach === 1 ? first : first * 256 + bytes[at + 2 * i + 1]!);
  }
  return { width, height, pixels };
}

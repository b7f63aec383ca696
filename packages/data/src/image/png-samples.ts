import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import { DataError } from '../data-error.ts';
import { checkedPng } from './png-chunks.ts';

/** The samples of an image, pixel by pixel. */
export interface PngSamples {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel: 1 gray, 2 gray and alpha, 3 red, green and blue, 4 these and alpha. */
  readonly channels: number;
  readonly data: ArrayLike<number>;
  /** The value of full brightness. */
  readonly white: number;
}

/**
 * Reads a PNG image of any kind: gray or color, with a palette, 1 to 16 bits, transparent in parts.
 *
 * @throws DataError for a file that is damaged, and for an image of more than 2²⁵ pixels.
 * @see https://www.w3.org/TR/png-3/
 */
export function pngSamples(bytes: Uint8Array, place: string): PngSamples {
  let png: DecodedPng;
  try {
    png = decode(checkedPng(bytes, place), { checkCrc: true });
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DataError({ place, expected: 'a complete PNG image', got }, { cause });
  }
  const { width, height, palette, depth } = png;
  const samples =
    palette !== undefined
      ? { data: convertIndexedToRgb(png), channels: palette[0]?.length ?? 3, white: 255 }
      : { data: depth < 8 ? unpacked(png) : png.data, channels: png.channels, white: 2 ** depth - 1 };
  if (samples.data.length < width * height * samples.channels) {
    const got = `${samples.data.length} samples for ${width} × ${height} pixels of ${samples.channels}`;
    throw new DataError({ place, expected: 'a complete PNG image', got });
  }
  return { width, height, ...samples };
}

/** Gray of 1, 2 or 4 bits: several pixels a byte, the first in the high bits, each row from a byte of its own. */
function unpacked({ data, width, height, depth }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const values = new Uint8Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)]!;
    values[i] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  }
  return values;
}

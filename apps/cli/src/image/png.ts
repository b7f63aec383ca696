import { DataError } from '@kindling/data';
import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import type { GreyImage } from './grey-image.ts';
import { checkedPng } from './png-chunks.ts';

/**
 * Reads a PNG picture of any kind: gray or color, with a palette, 1 to 16 bits, transparent in parts. Colors become their
 * luma (Rec. 601), and what is transparent shows white paper.
 *
 * @throws DataError for a file that is damaged, and for a picture of more than 2²⁵ pixels.
 * @see https://www.w3.org/TR/png-3/
 */
export function parsePng(bytes: Uint8Array, place: string): GreyImage {
  let png: DecodedPng;
  try {
    png = decode(checkedPng(bytes, place), { checkCrc: true });
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DataError({ place, expected: 'a complete PNG image', got }, { cause });
  }
  const { width, height } = png;
  const { data, channels, white } = samples(png);
  const hasAlpha = channels === 2 || channels === 4;
  if (data.length < width * height * channels) {
    const got = `${data.length} samples for ${width} × ${height} pixels of ${channels}`;
    throw new DataError({ place, expected: 'a complete PNG image', got });
  }
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const at = i * channels;
    const grey = channels < 3 ? data[at]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    const alpha = hasAlpha ? data[at + channels - 1]! / white : 1;
    pixels[i] = Math.round(255 * ((grey / white) * alpha + 1 - alpha));
  }
  return { width, height, pixels };
}

interface Samples {
  readonly data: ArrayLike<number>;
  readonly channels: number;
  /** The value of full brightness. */
  readonly white: number;
}

function samples(png: DecodedPng): Samples {
  const { palette, depth, channels, data } = png;
  if (palette !== undefined) {
    return { data: convertIndexedToRgb(png), channels: palette[0]?.length ?? 3, white: 255 };
  }
  const white = 2 ** depth - 1;
  return { data: depth < 8 ? unpacked(png) : data, channels, white };
}

/** Grey of 1, 2 or 4 bits: several pixels a byte, the first in the high bits, each row from a byte of its own. */
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

import { ArgumentError } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';

/** The pixels of an image as bytes, 0 … 255. */
export interface DecodedImage {
  /** 3 for red, green and blue, 1 for gray. */
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  /** channels × height × width values. */
  readonly data: Uint8Array;
}

/** Colors of an image. */
export type ImageMode = 'rgb' | 'gray';

export interface DecodeImageOptions {
  /** Red, green and blue, or gray: colors then become their luma (Rec. 601). Default `rgb`. */
  readonly mode?: ImageMode | undefined;
  /** What errors call the image. Default `image`. */
  readonly place?: string | undefined;
}

/** @throws ArgumentError unless it is the name of a mode. */
export function checkMode(op: string, mode: unknown): void {
  if (mode === 'rgb' || mode === 'gray') return;
  throw new ArgumentError(`${op}: expected mode to be 'rgb' or 'gray', got ${describeValue(mode)}`);
}

/** Other formats, by what they begin with. */
const others: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a GIF image', /^GIF8/],
  ['a BMP image', /^BM/],
  ['a WebP image', /^RIFF....WEBP/s],
  ['a TIFF image', /^(?:II\*\0|MM\0\*)/],
  ['an AVIF or HEIC image', /^....ftyp/s],
];

/**
 * The pixels of a PNG or JPEG file, to the bytes those of `PIL.Image.open(file).convert('RGB')` (or `'L'`): transparency is left out, and of
 * 16 bits the upper 8 stay.
 *
 * @throws {DataError} for another format, a file that is damaged or ends early, and an image of more than 2²⁵ pixels.
 */
export async function decodeImage(
  bytes: Uint8Array,
  options: DecodeImageOptions = {},
): Promise<DecodedImage> {
  const op = 'decodeImage';
  const { mode = 'rgb', place = 'image' } = checkOptions(op, options, { mode: true, place: true });
  checkMode(op, mode);
  if (!(bytes instanceof Uint8Array)) {
    throw new ArgumentError(`${op}: expected the bytes of a file, got ${describeValue(bytes)}`);
  }
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith('\x89PNG')) {
    const { pngSamples } = await import('./png-samples.ts');
    const { white, ...samples } = pngSamples(bytes, place);
    const toByte =
      white === 65_535 ? (value: number) => value >> 8 : (value: number) => (value * 255) / white;
    return arranged(samples, mode, toByte);
  }
  if (start.startsWith('\xff\xd8')) {
    const { jpegSamples } = await import('./jpeg-samples.ts');
    return arranged({ channels: 4, ...(await jpegSamples(bytes, place)) }, mode, (value) => value);
  }
  const got = others.find(([, pattern]) => pattern.test(start))?.[0];
  throw new DataError({
    place,
    expected: 'a PNG or JPEG image',
    got: got ?? (bytes.length === 0 ? 'an empty file' : 'a file of another format'),
    hint: got === undefined ? undefined : 'convert it to PNG',
  });
}

interface Samples {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel, the last of 2 or 4 its alpha. */
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

/** Channel by channel what comes pixel by pixel. */
function arranged(
  { width, height, channels: each, data }: Samples,
  mode: ImageMode,
  toByte: (value: number) => number,
): DecodedImage {
  const pixels = width * height;
  const channels = mode === 'rgb' ? 3 : 1;
  const planes = new Uint8Array(channels * pixels);
  const isGray = each < 3;
  const at = (pixel: number, channel: number): number => toByte(data[pixel * each + (isGray ? 0 : channel)]!);
  for (let i = 0; i < pixels; i++) {
    if (mode === 'rgb') {
      for (let channel = 0; channel < 3; channel++) planes[channel * pixels + i] = at(i, channel);
    } else {
      // Rec. 601 with weights of 16 bits, as Pillow computes it.
      planes[i] = isGray
        ? at(i, 0)
        : (at(i, 0) * 19_595 + at(i, 1) * 38_470 + at(i, 2) * 7471 + 32_768) >> 16;
    }
  }
  return { channels, height, width, data: planes };
}

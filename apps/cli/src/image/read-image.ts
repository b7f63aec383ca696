import { formatShape } from '@kindling/core/internal';
import { DataError, inflate, parseIdx, readFileBytes } from '@kindling/data';
import { checkImageSize } from '@kindling/data/internal/images';
import { UsageError } from '../usage-error.ts';
import type { GreyImage } from './grey-image.ts';
import { parsePgm } from './pgm.ts';
import { parsePng } from './png.ts';

const supported = 'a PNG or PGM image, or an IDX file of images';

/** What a file that is no picture we read begins with. */
const others: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a JPEG image', /^\xff\xd8\xff/],
  ['a GIF image', /^GIF8/],
  ['a BMP image', /^BM/],
  ['a WebP image', /^RIFF....WEBP/s],
  ['a TIFF image', /^(?:II\*\0|MM\0\*)/],
  ['an SVG image', /^\s*<(?:\?xml|svg)/],
  ['a PDF document', /^%PDF/],
];

/**
 * Reads a picture from a PNG, PGM or IDX file (gzip or not), distinguished by their first bytes.
 *
 * @param index which image of an IDX file, by default the first; other files have one.
 * @throws DataError for a missing file, another format, or a damaged one; UsageError for an index of a picture.
 */
export async function readImage(path: string, index?: number): Promise<GreyImage> {
  const zipped = await readFileBytes(path, { maxBytes, expected: supported });
  const bytes = inflate(zipped, path, maxBytes);
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  if (start.startsWith('\0\0')) return idxImage(bytes, path, index ?? 0);
  const isPng = start.startsWith('\x89PNG');
  const isPgm = /^P[25]\s/.test(start);
  if (index !== undefined && (isPng || isPgm)) {
    const got = `a ${isPng ? 'PNG' : 'PGM'} image (${path})`;
    throw new UsageError(`--index: expected an IDX file of images, got ${got}; omit --index`);
  }
  if (isPng) return parsePng(bytes, path);
  if (isPgm) return parsePgm(bytes, path);
  const got = others.find(([, pattern]) => pattern.test(start))?.[0] ?? describeStart(bytes);
  throw new DataError({ place: path, expected: supported, got, hint: 'convert it to PNG first' });
}

/** Bytes of a file that holds a picture, or many, unzipped. */
const maxBytes = 2 ** 28;

function idxImage(bytes: Uint8Array, path: string, index: number): GreyImage {
  const { shape, data } = parseIdx(bytes, path);
  const [count = 0, height = 0, width = 0] = shape.length === 2 ? [1, ...shape] : shape;
  if (!(data instanceof Uint8Array) || shape.length < 2 || shape.length > 3) {
    throw new DataError({
      place: path,
      expected: 'IDX images of uint8 with 2 or 3 dimensions',
      got: `shape ${formatShape(shape)} of ${data.constructor.name.replace('Array', '').toLowerCase()}`,
    });
  }
  if (index >= count) {
    const expected = `an index below ${count}, its number of images`;
    throw new DataError({ place: path, expected, got: `${index}` });
  }
  checkImageSize(width, height, path);
  const size = height * width;
  return { width, height, pixels: data.slice(index * size, (index + 1) * size) };
}

const describeStart = (bytes: Uint8Array): string =>
  bytes.length === 0
    ? 'an empty file'
    : `a file that begins with ${Buffer.from(bytes.subarray(0, 4)).toString('hex').replace(/../g, '$& ').trim()}`;

import { inflateSync } from 'node:zlib';
import { DataError } from '../data-error.ts';
import { checkImageSize } from './image-size.ts';

/** Chunks that a picture is made of. Others may be compressed too, and hold a thousand times their length. */
const needed = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

const signatureBytes = 8;

/** Samples of a pixel, by color type. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The seven passes of an interlaced picture (Adam7): first column and row, and the steps to the next. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * A PNG file with those chunks only that its picture is made of, once they are known to unpack to as many bytes as its header says,
 * and that to be a picture of a size that is read.
 *
 * @throws DataError for a header that is none, a picture that is too large, and data of another length.
 * @see https://www.w3.org/TR/png-3/#5Chunk-layout
 */
export function checkedPng(bytes: Uint8Array, place: string): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (got: string): never => {
    throw new DataError({ place, expected: 'a complete PNG image', got });
  };
  const kept: Uint8Array[] = [bytes.subarray(0, signatureBytes)];
  const packed: Uint8Array[] = [];
  let expected: number | undefined;
  for (let at = signatureBytes; ; ) {
    if (at + 12 > bytes.length) return fail('the end of the file before the end of the image');
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) return fail(`a chunk of ${length} bytes that is truncated`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (expected === undefined) {
      if (type !== 'IHDR' || length !== 13) return fail('no header at the beginning');
      expected = unpackedBytes(view, at + 8, place);
    } else if (type === 'IHDR') return fail('a second header');
    if (type === 'IDAT') packed.push(bytes.subarray(at + 8, end - 4));
    if (needed.includes(type)) kept.push(bytes.subarray(at, end));
    if (type === 'IEND') break;
    at = end;
  }
  let unpacked: number;
  try {
    unpacked = inflateSync(Buffer.concat(packed), { maxOutputLength: expected + 1 }).length;
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DataError({ place, expected: 'a complete PNG image', got }, { cause });
  }
  if (unpacked !== expected) return fail(`${unpacked} bytes of pixels where the header asks for ${expected}`);
  return new Uint8Array(Buffer.concat(kept));
}

/** Bytes that the pixels of a picture unpack to, by its header: each row begins with a byte for its filter. */
function unpackedBytes(view: DataView, at: number, place: string): number {
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  checkImageSize(width, height, place);
  const [depth, colorType, interlace] = [
    view.getUint8(at + 8),
    view.getUint8(at + 9),
    view.getUint8(at + 12),
  ];
  const bits = depth * (channels[colorType] ?? 0);
  if (bits === 0 || bits > 64) {
    const got = `color type ${colorType} of ${depth} bits`;
    throw new DataError({ place, expected: 'a complete PNG image', got });
  }
  const size = (columns: number, rows: number): number =>
    columns === 0 || rows === 0 ? 0 : rows * (1 + Math.ceil((columns * bits) / 8));
  if (interlace === 0) return size(width, height);
  return passes.reduce((sum, [column, row, stepX, stepY]) => {
    const count = (all: number, first: number, step: number): number =>
      Math.ceil(Math.max(0, all - first) / step);
    return sum + size(count(width, column, stepX), count(height, row, stepY));
  }, 0);
}

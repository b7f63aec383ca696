import { deflateSync } from 'node:zlib';

/** Table of the CRC of PNG (ISO 3309), by byte. */
const crcs = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** The CRC of a chunk: of its type and its data. */
export const crc = (bytes: Uint8Array): number =>
  ~bytes.reduce((c, byte) => crcs[(c ^ byte) & 255]! ^ (c >>> 8), -1);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const file = Buffer.alloc(body.length + 8);
  file.writeUInt32BE(data.length);
  body.copy(file, 4);
  file.writeInt32BE(crc(body), body.length + 4);
  return file;
}

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colorType: number;
  /** The bytes of each row, packed as PNG wants them. */
  readonly rows: readonly ArrayLike<number>[];
  readonly palette?: readonly number[];
  /** 1 for rows in the order of Adam7. */
  readonly interlace?: number;
}

/** A PNG file, written by the specification's letter: https://www.w3.org/TR/png-3/ */
export function pngFile({ width, height, depth, colorType, rows, palette, interlace = 0 }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = colorType;
  header[12] = interlace;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    chunk(
      'IDAT',
      deflateSync(Buffer.concat(rows.flatMap((row) => [Uint8Array.of(0), Uint8Array.from(row)]))),
    ),
    chunk('IEND', new Uint8Array()),
  ]);
}

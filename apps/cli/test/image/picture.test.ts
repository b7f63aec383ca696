import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { encodeIdx } from '@kindling/data';
import { beforeAll, describe, expect, test } from 'vitest';
import { parsePgm } from '../../src/image/pgm.ts';
import { parsePng } from '../../src/image/png.ts';
import { readImage } from '../../src/image/read-image.ts';
import { pngFile } from './png-file.ts';

const grey = (bytes: Uint8Array): number[] => [...parsePng(bytes, 'a.png').pixels];

describe('PNG', () => {
  test.each([
    ['grey, 8 bits', { depth: 8, colorType: 0, rows: [[0, 128, 255]] }, [0, 128, 255]],
    ['grey, 16 bits', { depth: 16, colorType: 0, rows: [[0, 0, 128, 128, 255, 255]] }, [0, 128, 255]],
    ['grey, 1 bit', { depth: 1, colorType: 0, rows: [[0b0110_0000]] }, [0, 255, 255]],
    ['grey, 2 bits', { depth: 2, colorType: 0, rows: [[0b0001_1000]] }, [0, 85, 170]],
    ['grey, 4 bits', { depth: 4, colorType: 0, rows: [[0x0f, 0x10]] }, [0, 255, 17]],
    [
      'colour by its luma',
      { depth: 8, colorType: 2, rows: [[255, 0, 0, 0, 255, 0, 0, 0, 255]] },
      [76, 150, 29],
    ],
    [
      'a palette',
      { depth: 2, colorType: 3, rows: [[0b0001_1000]], palette: [0, 0, 0, 255, 255, 255, 9, 9, 9] },
      [0, 255, 9],
    ],
    [
      'transparent parts as paper',
      { depth: 8, colorType: 4, rows: [[0, 255, 0, 0, 100, 51]] },
      [0, 255, 224],
    ],
    [
      'faint ink as a shade',
      { depth: 8, colorType: 4, rows: [[100, 128, 0, 64, 200, 200]] },
      [177, 191, 212],
    ],
    [
      'colour and alpha',
      { depth: 8, colorType: 6, rows: [[10, 10, 10, 255, 0, 0, 0, 0, 255, 255, 255, 255]] },
      [10, 255, 255],
    ],
  ])('%s', (_, parts, pixels) => {
    expect(grey(pngFile({ width: 3, height: 1, ...parts }))).toEqual(pixels);
  });

  test('rows of packed pixels begin at a byte each', () => {
    const parts = { width: 3, height: 2, depth: 1, colorType: 0, rows: [[0b1010_0000], [0b0100_0000]] };
    expect(grey(pngFile(parts))).toEqual([255, 0, 255, 0, 255, 0]);
  });

  test('a damaged file is an error of data', () => {
    const whole = pngFile({ width: 1, height: 1, depth: 8, colorType: 0, rows: [[7]] });
    const damaged = Buffer.from(whole);
    damaged[45]! ^= 0xff;
    expect(() => parsePng(damaged, 'a.png')).toThrow(/^a\.png: expected a complete PNG image, got /);
    expect(() => parsePng(whole.subarray(0, 40), 'a.png')).toThrow(/a\.png: expected a complete PNG image/);
  });
});

describe('PGM', () => {
  const pgm = (text: string): number[] => [...parsePgm(Buffer.from(text, 'latin1'), 'a.pgm').pixels];

  test('plain, with comments', () => {
    expect(pgm('P2 # grey\n3 1 # size\n255\n0 128\n255')).toEqual([0, 128, 255]);
  });

  test('binary', () => {
    expect(pgm('P5\n3 1\n255\n\x00\x80\xff')).toEqual([0, 128, 255]);
  });

  test('a byte of data that looks like space or a comment is data', () => {
    expect(pgm('P5 3 1 255\n\x20\x23\x0a')).toEqual([32, 35, 10]);
  });

  test('shades become 0 … 255, in one byte or two', () => {
    expect(pgm('P2 2 1 3 1 3')).toEqual([85, 255]);
    expect(pgm('P5 2 1 65535 \x80\x80\xff\xff')).toEqual([128, 255]);
  });

  test.each([
    ['P2 x 1 255 0', 'a.pgm: expected the width of a PGM image, an integer up to 65535, got "x"'],
    ['P2 2 1 255 0', 'a.pgm: expected at least 3 bytes for 2 × 1 pixels, got 2'],
    ['P5 2 1 255 \x01', 'a.pgm: expected 2 bytes for 2 × 1 pixels, got 1'],
    [
      'P2 0 1 255',
      'a.pgm: expected a PGM image with at least one pixel and a maximum value above 0, got 0 × 1 pixels, maximum 255',
    ],
  ])('%j is refused', (text, message) => {
    expect(() => pgm(text)).toThrow(message);
  });
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindling-image-'));
});
const file = async (name: string, bytes: Uint8Array | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

describe('a file', () => {
  test('is told by its first bytes, not by its name', async () => {
    const png = pngFile({ width: 1, height: 1, depth: 8, colorType: 0, rows: [[7]] });
    expect(await readImage(await file('a.pgm', png))).toEqual({
      width: 1,
      height: 1,
      pixels: Uint8Array.of(7),
    });
    const pgm = await readImage(await file('a.png', 'P2 1 1 255 9'));
    expect([...pgm.pixels]).toEqual([9]);
  });

  test('of IDX images gives the image with a number', async () => {
    const idx = encodeIdx({ shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 4) });
    const path = await file('images-idx3-ubyte.gz', gzipSync(idx));
    expect([...(await readImage(path, 1)).pixels]).toEqual([3, 4]);
    await expect(readImage(path, 2)).rejects.toThrow(
      'expected an index below 2, its number of images, got 2',
    );
  });

  test.each([
    ['photo.jpg', '\xff\xd8\xff\xe0', 'a JPEG image'],
    ['empty.png', '', 'an empty file'],
    ['note.txt', 'hello', 'a file that begins with 68 65 6c 6c'],
  ])('%s is refused with what is supported', async (name, text, got) => {
    const path = await file(name, Buffer.from(text, 'latin1'));
    await expect(readImage(path)).rejects.toThrow(
      `${path}: expected a PNG or PGM image, or an IDX file of images, got ${got}; convert it to PNG first`,
    );
  });

  test('that is not there is refused', async () => {
    await expect(readImage(join(folder, 'none.png'))).rejects.toThrow(
      'none.png: expected a PNG or PGM image',
    );
  });
});

describe('a picture that is larger than pictures are', () => {
  const sized = (width: number, height: number, rows: readonly ArrayLike<number>[] = [[0]]): Buffer =>
    pngFile({ width, height, depth: 8, colorType: 0, rows });

  test('is refused by its header: PNG', () => {
    const small = sized(100_000, 100_000);
    expect(small.length).toBeLessThan(80);
    expect(() => parsePng(small, 'a.png')).toThrow(
      'a.png: expected an image of 1 to 33554432 pixels, got 100000 × 100000; scale it down',
    );
    expect(() => parsePng(sized(2 ** 31, 2 ** 31), 'a.png')).toThrow('expected an image of 1 to');
    expect(() => parsePng(sized(0, 5), 'a.png')).toThrow(
      'expected an image of 1 to 33554432 pixels, got 0 × 5',
    );
  });

  test('is refused by its header: PGM', () => {
    expect(() => parsePgm(Buffer.from('P5 65535 65535 255\n'), 'a.pgm')).toThrow(
      'a.pgm: expected an image of 1 to 33554432 pixels, got 65535 × 65535; scale it down',
    );
    for (const kind of ['P2', 'P5']) {
      expect(() => parsePgm(Buffer.from(`${kind} 5000 5000 255\n0 0`), 'a.pgm')).toThrow(
        /bytes for 5000 × 5000/,
      );
    }
    expect(() => parsePgm(Buffer.from(`P2 ${'1'.repeat(1_000_000)} 1 255 0`), 'a.pgm')).toThrow(
      /the width of a PGM image, an integer up to 65535, got "1{20}"/,
    );
  });

  test('whose data hold more than its header says is refused, unpacked no further', () => {
    const bomb = sized(2, 1, [new Uint8Array(20_000_000)]);
    expect(bomb.length).toBeLessThan(30_000);
    expect(() => parsePng(bomb, 'a.png')).toThrow(/^a\.png: expected a complete PNG image, got /);
    expect(() => parsePng(sized(9, 9), 'a.png')).toThrow(
      'got 2 bytes of pixels where the header asks for 90',
    );
  });

  test('in parts that are not the picture is not unpacked', () => {
    const whole = sized(1, 1, [[7]]);
    const profile = Buffer.concat([
      Buffer.from('iCCPx\0\0', 'latin1'),
      deflateSync(new Uint8Array(50_000_000)),
    ]);
    const part = Buffer.alloc(profile.length + 8);
    part.writeUInt32BE(profile.length - 4);
    profile.copy(part, 4);
    const file = Buffer.concat([whole.subarray(0, 33), part, whole.subarray(33)]);
    expect([...parsePng(file, 'a.png').pixels]).toEqual([7]);
  });

  test('is refused where it is zipped', async () => {
    const zipped = gzipSync(new Uint8Array(300_000_000));
    await expect(readImage(await file('zeros.gz', zipped))).rejects.toThrow(
      'expected a gzip stream of at most 268435456 bytes',
    );
  });
});

test('interlaced pictures are read', () => {
  // 8 × 8 pixels 0 … 63 in the seven passes of Adam7.
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  const rows = passes.flatMap(([x, y, dx, dy]) =>
    Array.from({ length: Math.ceil((8 - y) / dy) }, (_, j) =>
      Array.from({ length: Math.ceil((8 - x) / dx) }, (__, i) => (y + j * dy) * 8 + x + i * dx),
    ),
  );
  const png = pngFile({ width: 8, height: 8, depth: 8, colorType: 0, rows, interlace: 1 });
  expect([...parsePng(png, 'a.png').pixels]).toEqual(Array.from({ length: 64 }, (_, i) => i));
});

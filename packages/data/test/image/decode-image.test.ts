import { readFileSync } from 'node:fs';
import { ArgumentError } from '@kindling/core';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { decodeImage } from '../../src/image/decode-image.ts';
import { rejection } from '../download/fixture.ts';

/** Written by tools/golden/images.py with Pillow. */
interface ImageCase {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
  readonly rgb: string;
  readonly gray: string;
}

const { cases }: { readonly cases: readonly ImageCase[] } = JSON.parse(
  readFileSync(new URL('../fixtures/images.json', import.meta.url), 'utf8'),
);

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const fileOf = (name: string): Uint8Array => bytes(cases.find((each) => each.name === name)!.file);

/** Channel by channel in place of pixel by pixel. */
const planes = (pixels: Uint8Array, channels: number): number[] =>
  Array.from({ length: channels }, (_, c) => [...pixels].filter((_, i) => i % channels === c)).flat();

describe("pixels are Pillow's", () => {
  test.each(cases)('$name', async ({ width, height, file, rgb, gray }) => {
    const color = await decodeImage(bytes(file));
    expect([color.channels, color.height, color.width]).toEqual([3, height, width]);
    expect([...color.data]).toEqual(planes(bytes(rgb), 3));
    const { channels, data } = await decodeImage(bytes(file), { mode: 'gray' });
    expect(channels).toBe(1);
    expect([...data]).toEqual([...bytes(gray)]);
  });
});

const failure = async (file: Uint8Array): Promise<string> => {
  const error = await rejection(decodeImage(file, { place: 'a.img' }));
  expect(error).toBeInstanceOf(DataError);
  return error.message;
};

describe('errors name the file', () => {
  test('of files that end early', async () => {
    for (const name of ['JPEG 4:2:0', 'JPEG, progressive', 'PNG']) {
      const file = fileOf(name);
      for (const length of [3, 20, file.length >> 1, file.length - 20]) {
        const kind = name.slice(0, name.startsWith('J') ? 4 : 3);
        const expected = kind === 'PNG' && length === 3 ? 'a PNG or JPEG image' : `a complete ${kind} image`;
        expect(await failure(file.subarray(0, length))).toMatch(`a.img: expected ${expected}, got `);
      }
    }
  });

  test('of other formats', async () => {
    const text = (content: string): Uint8Array => new TextEncoder().encode(content);
    expect(await failure(text('GIF89a…'))).toBe(
      'a.img: expected a PNG or JPEG image, got a GIF image; convert it to PNG',
    );
    expect(await failure(text('hello'))).toBe(
      'a.img: expected a PNG or JPEG image, got a file of another format',
    );
    expect(await failure(new Uint8Array())).toBe('a.img: expected a PNG or JPEG image, got an empty file');
  });

  test('of images that are too large, before memory is taken for them', async () => {
    const png = encode({ width: 1, height: 1, channels: 1, data: new Uint8Array(1) });
    new DataView(png.buffer, png.byteOffset).setUint32(16, 1 << 30);
    expect(await failure(png)).toMatch(
      /^a\.img: expected an image of 1 to 33554432 pixels, got 1073741824 × 1/,
    );
    const jpeg = fileOf('JPEG of one pixel').slice();
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    jpeg.fill(0xff, frame + 5, frame + 9);
    expect(await failure(jpeg)).toMatch('expected an image of 1 to 33554432 pixels, got 65535 × 65535');
    jpeg[frame + 9] = 4;
    jpeg.set([0, 1, 0, 1], frame + 5);
    expect(await failure(jpeg)).toBe(
      'a.img: expected a JPEG image in gray or RGB, got 4 color components; convert it to RGB',
    );
  });

  test('of options that are none', async () => {
    const call = (...args: unknown[]): Promise<Error> =>
      rejection(Reflect.apply(decodeImage, undefined, args));
    expect((await call(fileOf('PNG'), { mode: 'L' })).message).toBe(
      `decodeImage: expected mode to be 'rgb' or 'gray', got "L"`,
    );
    expect(await call('a.png')).toBeInstanceOf(ArgumentError);
    expect((await call(fileOf('PNG'), { path: 'x' })).message).toContain(
      'expected options among mode, place',
    );
  });
});

test('damaged files are errors of data or images, and the next file is read as ever', async () => {
  const whole = ['JPEG 4:2:0', 'JPEG, progressive', 'PNG, palette'].map(fileOf);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      async (which, changes) => {
        const file = whole[which]!.slice();
        for (const [at, byte] of changes) file[at % file.length] = byte;
        try {
          const { channels, width, height, data } = await decodeImage(file);
          expect(data.length).toBe(channels * width * height);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      },
    ),
    { numRuns: 200 },
  );
  const { file, rgb } = cases[0]!;
  expect([...(await decodeImage(bytes(file))).data]).toEqual(planes(bytes(rgb), 3));
});

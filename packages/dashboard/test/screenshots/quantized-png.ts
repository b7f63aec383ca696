import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const maxColors = 256;

/** A picture of the page with 256 colours, each other one as the nearest of them. */
export async function quantizedPng(page: Page): Promise<Buffer> {
  const { width, height, rgba } = await pixelsOf(page, await page.screenshot());
  const counts = new Map<number, number>();
  for (let at = 0; at < rgba.length; at += 4) {
    const color = colorAt(rgba, at);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const palette = paletteOf([...counts].sort(([, a], [, b]) => b - a).map(([color]) => color));
  const indices = new Map(palette.map((color, index) => [color, index]));
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt(rgba, 4 * (y * width + x));
      let index = indices.get(color);
      if (index === undefined) {
        index = nearest(palette, color);
        indices.set(color, index);
      }
      rows[y * (width + 1) + 1 + x] = index;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a pixel, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  const colors = Buffer.from(palette.flatMap((color) => channels(color)));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const colorAt = (rgba: Uint8Array, at: number): number =>
  (rgba[at]! << 16) | (rgba[at + 1]! << 8) | rgba[at + 2]!;

const channels = (color: number): [number, number, number] => [color >> 16, (color >> 8) & 255, color & 255];

/** Of colours, the most frequent first, those that differ from all before them: by much at first, then by less while there is room. */
function paletteOf(colors: readonly number[]): number[] {
  const palette: number[] = [];
  for (const least of [48, 24, 12, 6, 1]) {
    for (const color of colors) {
      if (palette.length === maxColors) return palette;
      if (palette.every((one) => distanceOf(one, color) >= least ** 2)) palette.push(color);
    }
  }
  return palette;
}

function distanceOf(a: number, b: number): number {
  const [first, second] = [channels(a), channels(b)];
  return first.reduce((sum, value, i) => sum + (value - second[i]!) ** 2, 0);
}

function nearest(palette: readonly number[], color: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [index, one] of palette.entries()) {
    const distance = distanceOf(one, color);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

/** The browser decodes the picture: in a page of its own, whose policy forbids nothing. */
async function pixelsOf(page: Page, png: Buffer) {
  const decoder = await page.context().newPage();
  try {
    const { width, height, base64 } = await decoder.evaluate(async (text) => {
      const image = new Image();
      image.src = `data:image/png;base64,${text}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      let binary = '';
      for (let i = 0; i < data.length; i += 8192) {
        binary += String.fromCharCode(...data.subarray(i, i + 8192));
      }
      return { width: image.width, height: image.height, base64: btoa(binary) };
    }, png.toString('base64'));
    return { width, height, rgba: new Uint8Array(Buffer.from(base64, 'base64')) };
  } finally {
    await decoder.close();
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

import { digits } from '@kindling/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toDigit } from '../../src/image/digit.ts';
import type { GreyImage } from '../../src/image/grey-image.ts';

const side = 28;
const sample = digits({ count: 20 });

interface Photo {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly paper: number;
  readonly ink: number;
}

/** A digit as a camera might see it: magnified, somewhere on a sheet, in ink of some darkness on paper of some brightness. */
function photograph(digit: Uint8Array, { scale, left, top, paper, ink }: Photo): GreyImage {
  const [width, height] = [side * scale + left + 30, side * scale + top + 30];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => {
    const x = Math.floor(((i % width) - left) / scale);
    const y = Math.floor((Math.floor(i / width) - top) / scale);
    const strength = x >= 0 && x < side && y >= 0 && y < side ? digit[y * side + x]! / 255 : 0;
    return Math.round(paper + strength * (ink - paper));
  });
  return { width, height, pixels };
}

/** Middle of the ink along x and y. */
function centre(pixels: Uint8Array): readonly [number, number] {
  const mass = pixels.reduce((a, b) => a + b, 0);
  const along = (coordinate: (i: number) => number): number =>
    pixels.reduce((sum, value, i) => sum + value * coordinate(i), 0) / mass;
  return [along((i) => i % side), along((i) => Math.floor(i / side))];
}

function extent(pixels: Uint8Array): readonly [number, number] {
  const inked = [...pixels.keys()].filter((i) => pixels[i]! > 0);
  const range = (values: readonly number[]): number => Math.max(...values) - Math.min(...values) + 1;
  return [range(inked.map((i) => i % side)), range(inked.map((i) => Math.floor(i / side)))];
}

describe('toDigit', () => {
  test('a digit of the dataset stays as it is', () => {
    const { image } = sample.get(3);
    expect(toDigit({ width: side, height: side, pixels: image })).toEqual({
      pixels: image,
      side,
      changes: [],
    });
  });

  test('its negative is turned', () => {
    const { image } = sample.get(3);
    const digit = toDigit({ width: side, height: side, pixels: image.map((pixel) => 255 - pixel) });
    expect(digit?.changes).toEqual(['inverted to white on black']);
    const strength = 255 / image.reduce((a, b) => Math.max(a, b), 0);
    expect(digit?.pixels).toEqual(image.map((pixel) => Math.round(pixel * strength)));
  });

  test('a photograph fills a box of 20 pixels, its ink centred, wherever and however it was taken', () => {
    const photos = fc.record({
      index: fc.nat(sample.length - 1),
      scale: fc.integer({ min: 2, max: 6 }),
      left: fc.nat(80),
      top: fc.nat(80),
      shades: fc.constantFrom([255, 0], [200, 40], [0, 255], [30, 220]),
    });
    fc.assert(
      fc.property(photos, ({ index, shades: [paper = 0, ink = 0], ...place }) => {
        const digit = toDigit(photograph(sample.get(index).image, { ...place, paper, ink }))!;
        expect(Math.max(...extent(digit.pixels))).toBe(20);
        for (const middle of centre(digit.pixels)) expect(Math.abs(middle - 13.5)).toBeLessThan(0.75);
        expect(digit.pixels.reduce((a, b) => Math.max(a, b), 0)).toBe(255);
      }),
      { numRuns: 60 },
    );
  });

  test('the paper is what most of the edge shows, along each of its sides', () => {
    const [width, height] = [60, 40];
    const paperOf = (isDark: (x: number, y: number) => boolean) => {
      const pixels = Uint8Array.from({ length: width * height }, (_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        if (x > 25 && x < 35 && y > 5 && y < 35) return 128;
        return isDark(x, y) ? 0 : 255;
      });
      return toDigit({ width, height, pixels })?.changes.includes('inverted to white on black');
    };
    const isCorner = (x: number, y: number) => (x === 0 || x === 59) && (y === 0 || y === 39);
    expect(paperOf(isCorner)).toBe(true);
    expect(paperOf((x, y) => !isCorner(x, y))).toBe(false);
    expect(paperOf((_, y) => y === 39)).toBe(true);
    // Two long sides outweigh two short ones.
    expect(paperOf((_, y) => y === 0 || y === 39)).toBe(false);
    expect(paperOf((x) => x === 0 || x === 59)).toBe(true);
  });

  test('a blank sheet has no digit', () => {
    expect(toDigit({ width: 50, height: 40, pixels: new Uint8Array(2000).fill(255) })).toBeUndefined();
    const noisy = Uint8Array.from({ length: 2000 }, (_, i) => 200 + (i % 11));
    expect(toDigit({ width: 50, height: 40, pixels: noisy })).toBeUndefined();
  });
});

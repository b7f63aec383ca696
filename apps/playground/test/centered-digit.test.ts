import { expect, test } from 'vitest';
import { centeredDigit, type Drawing, SIDE } from '../src/page/drawing/centered-digit.ts';

/** A drawing with a filled rectangle. */
function rectangle(side: number, left: number, top: number, width: number, height: number): Drawing {
  const ink = new Float32Array(side * side);
  for (let y = top; y < top + height; y++) ink.fill(1, y * side + left, y * side + left + width);
  return { side, ink };
}

function boxOf(pixels: Float32Array) {
  const inked = [...pixels.keys()].filter((i) => pixels[i]! > 0.5);
  const xs = inked.map((i) => i % SIDE);
  const ys = inked.map((i) => Math.floor(i / SIDE));
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

test('the longer side is 20 pixels, and the ink is in the middle, wherever and however large it was drawn', () => {
  for (const drawing of [
    rectangle(224, 100, 20, 40, 160),
    rectangle(224, 3, 150, 10, 40),
    rectangle(112, 90, 60, 13, 52),
  ]) {
    const box = boxOf(centeredDigit(drawing)!);
    expect(box.bottom - box.top + 1).toBe(20);
    expect(Math.abs(box.right - box.left + 1 - 5)).toBeLessThanOrEqual(1);
    expect([box.top, box.bottom]).toEqual([4, 23]);
    expect(Math.abs((box.left + box.right) / 2 - 13.5)).toBeLessThanOrEqual(1);
  }
});

test('the center of mass is in the middle, not that of the box', () => {
  const { side, ink } = rectangle(224, 60, 40, 12, 140);
  for (let y = 165; y < 180; y++) ink.fill(1, y * side + 60, y * side + 160);
  const pixels = centeredDigit({ side, ink })!;
  const mass = pixels.reduce((sum, value) => sum + value, 0);
  const y = pixels.reduce((sum, value, i) => sum + value * Math.floor(i / SIDE), 0) / mass;
  expect(Math.abs(y - 13.5)).toBeLessThan(0.6);
});

test('paper is no digit', () => {
  expect(centeredDigit({ side: 224, ink: new Float32Array(224 * 224) })).toBeUndefined();
});

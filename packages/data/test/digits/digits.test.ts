import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ImageSet } from '../../src/dataset/image-set.ts';
import { digits } from '../../src/digits/digits.ts';
import { messageOf } from '../format/data-error.ts';

const hash = (set: ImageSet): string =>
  createHash('sha256').update(set.images).update(set.labels).digest('hex').slice(0, 16);

/** The classifier that a network has to beat: the class whose mean image is nearest. */
function nearestMean(train: ImageSet, test: ImageSet): number {
  const sums = Array.from({ length: 10 }, () => new Float64Array(784));
  const counts = new Float64Array(10);
  for (let i = 0; i < train.length; i++) {
    const { image, label } = train.get(i);
    counts[label]!++;
    const sum = sums[label]!;
    for (let p = 0; p < 784; p++) sum[p]! += image[p]!;
  }
  const means = sums.map((sum, label) => sum.map((x) => x / counts[label]!));
  let right = 0;
  for (let i = 0; i < test.length; i++) {
    const { image, label } = test.get(i);
    const distances = means.map((mean) => {
      let sum = 0;
      for (let p = 0; p < 784; p++) sum += (mean[p]! - image[p]!) ** 2;
      return sum;
    });
    if (distances.indexOf(Math.min(...distances)) === label) right++;
  }
  return right / test.length;
}

describe('digits', () => {
  test('are the same bytes for the same seed, everywhere', () => {
    expect(hash(digits({ count: 500 }))).toBe('d1c369271bd1e92d');
    expect(hash(digits({ count: 500, split: 'test' }))).toBe('986e1a683a6b6a43');
    expect(hash(digits({ count: 500, seed: 777 }))).toBe('b3ff336b14b9caf9');
  });

  test('do not depend on the count', () => {
    const [few, many] = [digits({ count: 20 }), digits({ count: 50 })];
    expect(many.slice(0, 20).labels).toEqual(few.labels);
    expect(Buffer.from(many.slice(0, 20).images).equals(few.images)).toBe(true);
  });

  test('differ between seeds, splits and each other', () => {
    const all = [
      digits({ count: 300 }),
      digits({ count: 300, seed: 1 }),
      digits({ count: 300, split: 'test' }),
    ];
    const images = all.flatMap((set) =>
      Array.from({ length: set.length }, (_, i) => Buffer.from(set.get(i).image).toString('latin1')),
    );
    expect(new Set(images).size).toBe(900);
  });

  test('have every class, paper at the edge, ink in the middle', () => {
    const set = digits({ count: 3000 });
    for (let digit = 0; digit < 10; digit++) {
      const share = set.labels.filter((label) => label === digit).length / set.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
    let ink = 0;
    let corner = 0;
    for (let i = 0; i < set.length; i++) {
      const { image } = set.get(i);
      expect(Math.max(...image)).toBeGreaterThan(150);
      for (let p = 0; p < 784; p++) {
        ink += image[p]!;
        const [x, y] = [p % 28, Math.floor(p / 28)];
        if ((x < 2 || x > 25) && (y < 2 || y > 25)) corner += image[p]!;
      }
    }
    // MNIST's mean is 0.1307.
    expect(ink / (255 * set.images.length)).toBeGreaterThan(0.09);
    expect(ink / (255 * set.images.length)).toBeLessThan(0.15);
    expect(corner / ink).toBeLessThan(1e-4);
  });

  test('are centred as MNIST is, about the centre of mass', () => {
    const set = digits({ count: 500 });
    for (let i = 0; i < set.length; i++) {
      const { image } = set.get(i);
      let [mass, x, y] = [0, 0, 0];
      image.forEach((ink, p) => {
        mass += ink;
        x += ink * (p % 28);
        y += ink * Math.floor(p / 28);
      });
      expect(Math.abs(x / mass - 13.5)).toBeLessThan(2.5);
      expect(Math.abs(y / mass - 13.5)).toBeLessThan(2.5);
    }
  });

  test('can be learned, but not by the class means alone', () => {
    const accuracy = nearestMean(digits({ count: 5000 }), digits({ count: 1000, split: 'test' }));
    expect(accuracy).toBeGreaterThan(0.75);
    expect(accuracy).toBeLessThan(0.92);
  });

  test('refuse options that make no sense', () => {
    expect(messageOf(() => digits({ count: 0 }))).toBe(
      'digits, count: expected an integer of at least 1, got 0',
    );
    expect(messageOf(() => digits({ seed: -1 }))).toBe(
      'digits, seed: expected an integer in [0, 2^31), got -1',
    );
    expect(messageOf(() => digits({ seed: 0.5 }))).toBe(
      'digits, seed: expected an integer in [0, 2^31), got 0.5',
    );
  });
});

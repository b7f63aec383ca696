import { readFileSync } from 'node:fs';
import { defaultGenerator, Generator, manualSeed, rand, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  centerCrop,
  colorJitter,
  randomCrop,
  randomHorizontalFlip,
  randomRotation,
  randomVerticalFlip,
  resize,
} from '../../src/datasets.ts';
import type { ImageTransform } from '../../src/transform/image-transform.ts';

const transforms = {
  centerCrop,
  colorJitter,
  randomCrop,
  randomHorizontalFlip,
  randomRotation,
  randomVerticalFlip,
  resize,
};

/** Written by tools/golden/transforms.py with torchvision. */
interface TransformCase {
  readonly name: string;
  readonly transform: keyof typeof transforms;
  readonly args: readonly unknown[];
  readonly shape: readonly number[];
  readonly seed: number;
  readonly results: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
  readonly after: number;
}

const { cases }: { readonly cases: readonly TransformCase[] } = JSON.parse(
  readFileSync(new URL('../fixtures/transforms.json', import.meta.url), 'utf8'),
);

/** frac(i · φ) */
const imageOf = (shape: readonly number[]) => {
  const count = shape.reduce((product, size) => product * size);
  return tensor(
    Float32Array.from({ length: count }, (_, i) => (i * 0.6180339887498949) % 1),
    { shape },
  );
};

const make = (name: TransformCase['transform'], ...args: readonly unknown[]): ImageTransform =>
  Reflect.apply(transforms[name], undefined, args);

describe("transforms are torchvision's, draw for draw", () => {
  test.each(cases)('$name', ({ transform, args, shape, seed, results, after }) => {
    const change = make(transform, ...args);
    const image = imageOf(shape);
    manualSeed(seed);
    for (const expected of results) {
      const got = change(image);
      expect(got.shape).toEqual(expected.shape);
      const values = got.data();
      const worst = expected.data.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
      expect(worst).toBeLessThan(2e-6);
    }
    expect(rand([1]).item()).toBe(after);
  });

  test('a generator of its own leaves the default one alone', () => {
    const { args, shape, results, seed } = cases.find(({ name }) => name === 'randomCrop')!;
    const before = defaultGenerator.getState();
    const change = make('randomCrop', ...args, { generator: new Generator(seed) });
    for (const expected of results)
      expect([...change(imageOf(shape)).data()]).toEqual(expected.data.map(Math.fround));
    expect(defaultGenerator.getState()).toEqual(before);
  });
});

import { ArgumentError, Generator, manualSeed, ShapeError, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  centerCrop,
  colorJitter,
  compose,
  DataLoader,
  digits,
  normalize,
  randomCrop,
  randomHorizontalFlip,
  randomRotation,
  randomVerticalFlip,
  resize,
  TransformedDataset,
} from '../../src/datasets.ts';

const bytes = tensor([0, 10, 20, 30, 40, 50], { shape: [1, 2, 3], dtype: 'uint8' });

test('transforms of the samples of a dataset', () => {
  const set = digits({ count: 6 }).tensors({ flatten: false });
  const augment = compose(randomCrop(28, { padding: 2 }), randomHorizontalFlip(), normalize(0.5, 0.5));
  const data = new TransformedDataset(set, ([image, label]) => [augment(image), label] as const);
  const epoch = (): number[][] => {
    manualSeed(3);
    return [...new DataLoader(data, { batchSize: 4 })].map(([images, labels]) => {
      expect(images.shape.slice(1)).toEqual([1, 28, 28]);
      return [images.sum().item(), ...labels.data()];
    });
  };
  const first = epoch();
  expect(epoch()).toEqual(first);
  expect(first.map((batch) => batch.length)).toEqual([5, 3]);
});

test('images keep their dtype, and bytes are rounded', () => {
  expect(randomVerticalFlip({ p: 1 })(bytes).toArray()).toEqual([[[30, 40, 50], [0, 10, 20]]]); // biome-ignore format: rows
  const half = resize([2, 2])(bytes);
  expect([half.dtype, half.toArray()]).toEqual(['uint8', [[[4, 16], [34, 46]]]]); // biome-ignore format: rows
  const turned = randomRotation([180, 180], { interpolation: 'bilinear' })(bytes);
  expect([turned.dtype, turned.toArray()]).toEqual(['uint8', [[[50, 40, 30], [20, 10, 0]]]]); // biome-ignore format: rows
  const double = tensor([0.5, 0.25], { shape: [1, 1, 2], dtype: 'float64' });
  expect(resize([1, 4], { antialias: false })(double).dtype).toBe('float64');
  expect(colorJitter({ brightness: [2, 2] })(double).toArray()).toEqual([[[1, 0.5]]]);
  expect(randomCrop([2, 3])(bytes)).toBe(bytes);
});

describe('errors', () => {
  const call =
    (transform: unknown, ...args: readonly unknown[]) =>
    (): unknown =>
      Reflect.apply(transform as () => unknown, undefined, args);

  test.each<[() => unknown, string]>([
    [
      call(randomCrop, 0),
      'randomCrop: expected size to be an integer of at least 1 or [height, width], got 0',
    ],
    [call(randomCrop, [1, 2, 3]), 'got [1, 2, 3]'],
    [
      call(randomCrop, 2, { padding: [1, 2, 3] }),
      'padding to be 1, 2 or 4 integers of at least 0, got [1, 2, 3]',
    ],
    [call(randomCrop, 2, { padding: -1 }), 'got -1'],
    [
      call(randomCrop, 2, { paddingMode: 'wrap' }),
      "paddingMode to be 'constant', 'edge' or 'reflect', got \"wrap\"",
    ],
    [call(randomCrop, 2, { padIfNeeded: 1 }), 'padIfNeeded to be true or false, got 1'],
    [call(randomCrop, 2, { paddin: 1 }), 'did you mean padding?'],
    [call(centerCrop, '2'), 'centerCrop: expected size to be an integer'],
    [call(randomHorizontalFlip, { p: 2 }), 'randomHorizontalFlip: expected a probability in [0, 1], got 2'],
    [
      call(randomVerticalFlip, { generator: 3 }),
      'randomVerticalFlip: expected generator to be a Generator, got 3',
    ],
    [call(randomRotation, [3, 1]), 'expected degrees to be a number of at least 0 or [min, max], got [3, 1]'],
    [call(randomRotation, -5), 'got -5'],
    [
      call(randomRotation, 5, { interpolation: 'cubic' }),
      "interpolation to be 'nearest' or 'bilinear', got \"cubic\"",
    ],
    [call(resize, 0.5), 'resize: expected size to be an integer of at least 1 or [height, width], got 0.5'],
    [call(resize, []), 'got []'],
    [call(resize, 5, { antialias: 'yes' }), 'antialias to be true or false, got "yes"'],
    [call(colorJitter, { hue: 0.6 }), 'hue to be a number in [0, 0.5] or [min, max] in [-0.5, 0.5], got 0.6'],
    [call(colorJitter, { brightness: -1 }), 'brightness to be a number of at least 0 or [min, max], got -1'],
    [call(colorJitter, { contrast: [2, 1] }), 'got [2, 1]'],
    [call(colorJitter, { saturation: Number.NaN }), 'got NaN'],
  ])('%#', (run, message) => {
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(message);
  });

  test('of images', () => {
    const image = tensor([1, 2, 3], { shape: [1, 3] });
    const generator = new Generator(1);
    expect(() => centerCrop(1)(image)).toThrow(
      'centerCrop: expected an image [channels, height, width], got shape [1, 3]',
    );
    expect(call(resize(3), 'image')).toThrow('resize: expected the image to be a tensor, got "image"');
    expect(() => randomCrop(3, { generator })(bytes)).toThrow(
      'randomCrop: expected an image of at least 3 × 3 pixels, got 3 × 2; set padding or padIfNeeded',
    );
    expect(() => colorJitter()(bytes)).toThrow(ShapeError);
    expect(() => colorJitter()(tensor([0, 0], { shape: [2, 1, 1] }))).toThrow(
      'colorJitter: expected an image of floats with 1 or 3 channels, got float32 of shape [2, 1, 1]',
    );
  });
});

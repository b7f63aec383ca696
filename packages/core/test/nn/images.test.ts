import {
  ArgumentError,
  F,
  manualSeed,
  nn,
  ones,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@kindling/core';
import { describe, expect, expectTypeOf, test } from 'vitest';

/* Outputs, gradients and states are checked against PyTorch in golden.test.ts; here is what is around them. */

const image = tensor([
  [1, 5, 2, 0],
  [3, 4, 8, 7],
]).reshape([1, 1, 2, 4]);

describe('pooling', () => {
  test('with indices is a pair, in types too', () => {
    const plain = new nn.MaxPool2d(2);
    const indexed = new nn.MaxPool2d(2, { returnIndices: true });
    expectTypeOf(plain.forward(image)).toEqualTypeOf<Tensor>();
    const [values, indices] = indexed.forward(image);
    expect([values.toArray(), indices.toArray(), indices.dtype]).toEqual([
      [[[[5, 8]]]],
      [[[[1, 6]]]],
      'int32',
    ]);
    const [first] = F.adaptiveMaxPool1d(image.flatten(2), 1, { returnIndices: true });
    expect(first.toArray()).toEqual([[[8]]]);
    expect(new nn.Sequential(plain, new nn.Flatten()).forward(image).toArray()).toEqual([[5, 8]]);
  });

  test('refuses what no window fits into, and sizes that are none, and says where', () => {
    expect(() => F.maxPool2d(image, 3)).toThrow(
      new ShapeError('maxPool2d: expected at least 3 elements along each pooled dim, got 2'),
    );
    expect(() => F.maxPool2d(image, 2, { padding: 2 })).toThrow(
      new ArgumentError("maxPool2d: expected a padding of at most half of the kernel's 2 positions, got 2"),
    );
    expect(() => F.avgPool2d(ones([4]), 2)).toThrow(
      new ShapeError(
        'avgPool2d: expected an input of shape [C, H, W] or [N, C, H, W] whose sizes are not 0, got [4]',
      ),
    );
    expect(() => new nn.MaxPool2d(0)).toThrow(ArgumentError);
    expect(() => new nn.MaxPool2d(2, { returnIndices: 1 as unknown as boolean })).toThrow(ArgumentError);
    expect(() => new nn.AvgPool2d(2, { divisorOverride: 0 })).toThrow(
      new ArgumentError('AvgPool2d: expected a divisorOverride other than 0, got 0'),
    );
    expect(() => new nn.AdaptiveAvgPool2d(0)).toThrow(ArgumentError);
    expect(() => new nn.AdaptiveAvgPool1d(null as unknown as number)).toThrow(ArgumentError);
    expect(() => F.avgPool2d(zeros([1, 1, 2, 2], { dtype: 'int32' }), 2)).toThrow(
      'avgPool2d: expected floats',
    );
  });

  test('whose windows lie in the border alone is refused', () => {
    expect(() => F.maxPool1d(ones([1, 1]), 2, { dilation: 3, padding: 2 })).toThrow(
      new ShapeError(
        'maxPool1d: expected windows that each hold an element, got 2 positions 3 apart on an axis of 1',
      ),
    );
  });
});

describe('padding', () => {
  test('of a number alone is of that value', () => {
    expect(F.pad(tensor([1, 2]), [1, 1], 7).toArray()).toEqual([7, 1, 2, 7]);
    expect(F.pad(tensor([1, 2]), [1, 0], 'constant', 3).toArray()).toEqual([3, 1, 2]);
  });

  test('is new memory, also where nothing is added', () => {
    const x = tensor([[1, 2]]);
    F.pad(x, [0, 0], 'reflect').zero_();
    expect(x.toArray()).toEqual([[1, 2]]);
  });

  test('refuses borders wider than there are elements for', () => {
    expect(() => F.pad(image, [0, 0, 2, 0], 'reflect')).toThrow(
      new ShapeError('pad: expected a padding of at most 1 for 2 elements in mode reflect, got [2, 0]'),
    );
    expect(() => new nn.ZeroPad2d([1, 2])).toThrow(
      new ArgumentError('ZeroPad2d: expected padding to be an integer or 4 of them, got [1, 2]'),
    );
  });
});

describe('normalization', () => {
  test('by channels takes the ranks it is for', () => {
    expect(() => new nn.BatchNorm2d(3).forward(ones([2, 3, 4]))).toThrow(
      new ShapeError('BatchNorm2d: expected an input of shape [N, 3, H, W], got [2, 3, 4]'),
    );
    expect(() => new nn.InstanceNorm2d(3, { affine: true }).forward(ones([2, 4, 2, 2]))).toThrow(
      new ShapeError(
        'InstanceNorm2d: expected an input of shape [3, H, W] or [N, 3, H, W], got [2, 4, 2, 2]',
      ),
    );
    expect(new nn.InstanceNorm1d(3).forward(ones([4, 5])).shape).toEqual([4, 5]);
    expect(() => new nn.BatchNorm2d(1.5)).toThrow(ArgumentError);
  });

  test('moves statistics of images in training only, in place', () => {
    const layer = new nn.BatchNorm2d(1, { momentum: 0.5 });
    const { runningMean } = layer;
    layer.eval().forward(image);
    expect(runningMean!.item()).toBe(0);
    layer.train().forward(image);
    expect(runningMean!.item()).toBe(1.875);
    expect(layer.numBatchesTracked!.item()).toBe(1);
  });
});

describe('dropout of channels', () => {
  test('drops whole channels, and in evaluation none', () => {
    manualSeed(3);
    const layer = new nn.Dropout2d(0.5);
    const sums = layer
      .forward(ones([4, 8, 2, 2]))
      .sum([2, 3])
      .data();
    expect([...new Set(sums)].sort()).toEqual([0, 8]);
    const x = ones([4, 8, 2, 2]);
    expect(layer.eval().forward(x)).toBe(x);
    expect(() => layer.forward(ones([2, 2]))).toThrow(
      new ShapeError('dropout2d: expected 3 or 4 dims, got shape [2, 2]'),
    );
    expect(() => new nn.Dropout1d(2)).toThrow(ArgumentError);
  });
});

describe('interpolation', () => {
  test('takes either sizes or a factor, and corners for linear modes alone', () => {
    expect(() => new nn.Upsample({})).toThrow(
      new ArgumentError('Upsample: expected either size or scaleFactor, got neither'),
    );
    expect(() => F.interpolate(image, { size: 2, scaleFactor: 2 })).toThrow(
      new ArgumentError('interpolate: expected either size or scaleFactor, got both'),
    );
    expect(() => F.interpolate(image, { size: 2, alignCorners: true })).toThrow(
      new ArgumentError("interpolate: expected alignCorners with the mode linear or bilinear, got 'nearest'"),
    );
    expect(() => F.interpolate(image, { scaleFactor: -1 })).toThrow(ArgumentError);
    expect(() => F.interpolate(image, undefined as never)).toThrow(ArgumentError);
    expect(new nn.Upsample({ scaleFactor: 2 }).forward(image).shape).toEqual([1, 1, 4, 8]);
  });
});

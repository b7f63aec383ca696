import { ArgumentError, tensor, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { imageSample, type LoggedImages } from '../../src/logger/image-sample.ts';
import { countsOf, numbersOf } from '../../src/logger/logged-numbers.ts';
import {
  confusionMatrixSample,
  gradientNormsSample,
  histogramSample,
  predictionsSample,
} from '../../src/logger/sample-events.ts';
import { StepLines } from '../../src/logger/step-line.ts';

const refused = (run: () => unknown, message: string): void => {
  expect(run).toThrow(ArgumentError);
  expect(run).toThrow(message);
};

describe('numbers', () => {
  test('come from tensors of any dtype and shape, arrays and typed arrays', () => {
    for (const values of [tensor([[1, 2]]), tensor([1, 2], { dtype: 'uint8' }), [1, 2], Int8Array.of(1, 2)]) {
      expect(numbersOf('f', 'x', values)).toEqual([1, 2]);
    }
    expect(numbersOf('f', 'x', tensor([true, false]))).toEqual([1, 0]);
    expect(numbersOf('f', 'x', [])).toEqual([]);
    const own = [1];
    numbersOf('f', 'x', own)[0] = 9;
    expect(own).toEqual([1]);
  });

  test('come from nothing else', () => {
    for (const values of [7, '12', null, {}, new DataView(new ArrayBuffer(2)), { length: 2 }, new Set([1])]) {
      refused(() => numbersOf('f', 'x', values), 'f: expected x to be a tensor or an array of numbers, got ');
    }
    refused(() => numbersOf('f', 'x', [1, null]), 'f: expected x to be numbers, got null at 1');
    refused(() => numbersOf('f', 'x', BigInt64Array.of(1n)), 'got 1n at 0');
    refused(() => countsOf('f', 'x', [1, -1]), 'f: expected x[1] to be an integer of at least 0, got -1');
  });
});

describe('histograms', () => {
  const of = (values: number[], bins: number) => {
    const { edges, counts, nonFinite } = histogramSample('h', values, { bins });
    return { edges, counts, nonFinite };
  };

  test('have equal bins from the smallest to the largest value, which is in the last', () => {
    expect(of([0, 1, 2, 3, 4], 4)).toEqual({ edges: [0, 1, 2, 3, 4], counts: [1, 1, 1, 2] });
    expect(of([-1, 1], 2)).toEqual({ edges: [-1, 0, 1], counts: [1, 1] });
    expect(of([0.1, 0.3], 2).edges.at(-1)).toBe(0.3);
    expect(histogramSample('h', [0, 1], {}).counts).toHaveLength(30);
    expect(of([1, 2, 9], 1)).toEqual({ edges: [1, 9], counts: [3] });
  });

  test('of one value are one bin wide; of none they are empty', () => {
    expect(of([2, 2], 2)).toEqual({ edges: [1.5, 2, 2.5], counts: [0, 2] });
    expect(of([], 2)).toEqual({ edges: [0, 0.5, 1], counts: [0, 0] });
    expect(of([Number.NaN, Number.POSITIVE_INFINITY], 2)).toEqual({
      edges: [0, 0.5, 1],
      counts: [0, 0],
      nonFinite: 2,
    });
  });

  test('hold all values, also where their range is none', () => {
    const largest = Number.MAX_VALUE;
    for (const values of [
      [-largest, largest],
      [-largest, 0, largest],
      [0, 5e-324],
      [largest, largest],
    ]) {
      const { counts, edges } = of(values, 3);
      expect(counts.reduce((a, b) => a + b)).toBe(values.length);
      expect(counts.every((count) => count >= 0)).toBe(true);
      expect(edges).toHaveLength(4);
    }
    expect(of([-largest, largest], 2).counts).toEqual([1, 1]);
  });

  test('have as many bins as asked for, from 1 to 10,000', () => {
    expect(histogramSample('h', [1], { bins: 10_000 }).counts).toHaveLength(10_000);
    for (const bins of [0, 10_001, 1.5]) refused(() => histogramSample('h', [1], { bins }), 'expected bins');
  });
});

describe('tables', () => {
  test('of confusion are squares with a name for each row', () => {
    expect(
      confusionMatrixSample({
        counts: [
          [1, 0],
          [0, 2],
        ],
        name: 'a',
      }),
    ).toEqual({
      kind: 'confusionMatrix',
      name: 'a',
      classes: ['0', '1'],
      counts: [
        [1, 0],
        [0, 2],
      ],
    });
    const of = (counts: unknown, classes?: unknown) => () =>
      confusionMatrixSample({ counts, classes } as never);
    refused(of(7), 'expected counts to be rows of numbers, got 7');
    refused(of([7]), 'expected counts[0] to be a tensor or an array of numbers');
    refused(of([[1, 2], [3]]), 'expected 2 rows of 2 counts, and a name for each, got a row of 1');
    refused(of([[1]], ['a', 'b']), 'got 2 classes');
    refused(of([[1]], [1]), 'expected classes[0] to be a string, got 1');
  });

  test('of predictions have columns of one length', () => {
    expect(
      predictionsSample({ input: { x: [1] }, target: { y: [2] }, prediction: { y: [3] }, split: 'test' }),
    ).toEqual({
      kind: 'predictions',
      split: 'test',
      input: { x: [1] },
      target: { y: [2] },
      prediction: { y: [3] },
    });
    for (const target of [null, [1], 7, undefined]) {
      refused(
        () => predictionsSample({ target, prediction: {} } as never),
        'logPredictions: expected target to be columns by name, got ',
      );
    }
    refused(
      () => predictionsSample({ input: { a: [1, 2] }, target: { y: [1] }, prediction: {} }),
      'expected target.y to have 2 rows, as the column before it, got 1',
    );
  });

  test('of gradient norms go by the names of parameters', () => {
    for (const norms of [null, [1], 7]) {
      refused(
        () => gradientNormsSample(norms as never),
        "logGradientNorms: expected norms by the parameter's name, got ",
      );
    }
    expect(gradientNormsSample({ b: 2, a: 1 })).toMatchObject({ parameters: ['b', 'a'], norms: [2, 1] });
  });

  test('names and splits are texts', () => {
    for (const label of ['name', 'split']) {
      refused(
        () => confusionMatrixSample({ counts: [[1]], [label]: 1 } as never),
        `logConfusionMatrix: expected ${label} to be a string, got 1`,
      );
    }
  });
});

describe('pictures', () => {
  const pixels = (options: LoggedImages): number[] => [...Buffer.from(imageSample(options).pixels, 'base64')];

  test('of floats and bools are scaled, of integers not, and what is beyond is cut off', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      expect(pixels({ images: tensor([[[0, 0.5, 1, 2, -1]]], { dtype }) })).toEqual([0, 128, 255, 255, 0]);
    }
    expect(pixels({ images: tensor([[[true, false]]]) })).toEqual([255, 0]);
    expect(pixels({ images: tensor([[[0, 1, 255]]], { dtype: 'uint8' }) })).toEqual([0, 1, 255]);
    expect(pixels({ images: tensor([[[-5, 7, 300]]], { dtype: 'int32' }) })).toEqual([0, 7, 255]);
  });

  test('of several channels are stored pixel by pixel, one after another', () => {
    const images = tensor(
      Uint8Array.from({ length: 12 }, (_, i) => i),
      { shape: [2, 3, 1, 2] },
    );
    expect(imageSample({ images })).toMatchObject({ height: 1, width: 2, channels: 3 });
    expect(pixels({ images })).toEqual([0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]);
    expect(imageSample({ images: zeros([1, 1, 2, 3]) })).toEqual({
      kind: 'images',
      height: 2,
      width: 3,
      pixels: Buffer.alloc(6).toString('base64'),
    });
  });

  test('have two or three axes behind the first, and 1 or 3 channels', () => {
    for (const shape of [[2], [2, 3], [1, 2, 2, 2], [1, 1, 1, 1, 1], [1, 0, 2, 2]]) {
      refused(() => imageSample({ images: zeros(shape) }), 'expected images of shape [n, height, width]');
    }
  });

  test('of bytes need their size, and are a view or a copy of nothing else', () => {
    const bytes = Uint8Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5);
    expect(pixels({ images: bytes, height: 2, width: 2 })).toEqual([1, 2, 3, 4]);
    expect(pixels({ images: Uint8ClampedArray.of(1, 2, 3), height: 1, width: 1, channels: 3 })).toEqual([
      1, 2, 3,
    ]);
    for (const size of [{ height: 0, width: 1 }, { height: 1, width: 0.5 }, { width: 1 }, { height: 1 }]) {
      refused(() => imageSample({ images: bytes, ...size }), 'to be an integer of at least 1');
    }
    refused(
      () => imageSample({ images: bytes, height: 1, width: 1, channels: 2 as never }),
      'logImages: expected channels to be 1 or 3, got 2',
    );
    refused(
      () => imageSample({ images: bytes, height: 3, width: 1 }),
      'expected a multiple of 3 bytes, got 4',
    );
  });

  test('have a label and a prediction each, if any', () => {
    const images = zeros([2, 1, 1]);
    expect(imageSample({ images, labels: tensor([1, 2], { dtype: 'int32' }) })).toMatchObject({
      labels: [1, 2],
    });
    expect(imageSample({ images, predictions: [3, 4] })).not.toHaveProperty('labels');
    refused(() => imageSample({ images, predictions: [1] }), 'expected predictions of 2 images, got 1');
    refused(() => imageSample({ images, labels: [1, -1] }), 'expected labels[1] to be an integer');
  });
});

describe('lines of steps', () => {
  test('have what was given, in one order, and remember the newest of it', () => {
    const lines = new StepLines();
    expect(lines.newest).toEqual({});
    expect(lines.format(0, { b: 1, lr: 2, a: Number.NaN, loss: 3 }, 9)).toBe(
      '{"type":"step","step":0,"epoch":0,"loss":3,"lr":2,"metrics":{"b":1,"a":"NaN"},"time":9}\n',
    );
    expect(lines.format(1, {}, 9)).toBe('{"type":"step","step":1,"epoch":0,"time":9}\n');
    expect(lines.format(2, { epoch: 5, b: Number.NEGATIVE_INFINITY }, 9)).toBe(
      '{"type":"step","step":2,"epoch":5,"metrics":{"b":"-Infinity"},"time":9}\n',
    );
    expect(lines.epoch).toBe(5);
    expect(lines.newest).toEqual({ loss: 3, lr: 2, b: Number.NEGATIVE_INFINITY, a: Number.NaN });
  });

  test('leave the epoch as it was where a value is refused', () => {
    const lines = new StepLines();
    expect(() => lines.format(0, { epoch: 3, loss: 'x' as never }, 9)).toThrow(
      'expected loss to be a number',
    );
    expect(lines.epoch).toBe(0);
    for (const epoch of [-1, 0.5, Number.NaN]) {
      expect(() => lines.format(0, { epoch }, 9)).toThrow('log: expected epoch to be an integer');
    }
    for (const name of ['', '__proto__']) {
      expect(() => lines.format(0, Object.fromEntries([[name, 1]]), 9)).toThrow(
        'expected the name of a metric',
      );
    }
    for (const values of [null, undefined, 7, 'x']) {
      expect(() => lines.format(0, values as never, 9)).toThrow('log: expected values by name');
    }
  });

  test('names that never end are forgotten, and written all the same', () => {
    const lines = new StepLines();
    for (let i = 0; i <= 10_000; i++) lines.format(i, { [`m${i}`]: i }, 9);
    expect(Object.keys(lines.newest)).toEqual(['m10000']);
    expect(lines.format(0, { m1: 5 }, 9)).toContain('"m1":5');
  });
});

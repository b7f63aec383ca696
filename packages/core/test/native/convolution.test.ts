import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cases } from '../random-calls/compare.ts';
import {
  callsOf,
  compareConvolution,
  type Geometry,
  geometry,
  padded,
  resultsOf,
  square,
} from '../random-calls/convolution.ts';
import { nativeWithExactMemory as native, native as ordinary } from './engine.ts';

describe.skipIf(native === undefined)('convolutions on the native engine', () => {
  test.each(['float32', 'float64'] as const)('of any geometry are those of the definition, %s', (dtype) => {
    fc.assert(
      fc.property(fc.oneof(geometry(4, 7), geometry(20, 4), geometry(3, 20)), fc.boolean(), (g, hasBias) => {
        for (const call of callsOf(g, dtype, hasBias)) compareConvolution(call, native!);
      }),
      { numRuns: cases(60) },
    );
  });

  const usual = [
    ['3 × 3, 64 to 64 channels', square([2, 64, 64], [14, 14])],
    ['3 × 3, 70 to 37 channels', square([2, 70, 37], [13, 9])],
    ['3 × 3, 64 to 64 channels, every second pixel', square([2, 64, 64], [14, 14], { stride: 2 })],
    ['1 × 1, 64 to 48 channels', square([3, 64, 48], [7, 7], { kernel: 1, padding: 0 })],
    ['5 × 5, 1 to 6 channels', square([3, 1, 6], [28, 28], { kernel: 5, padding: 2 })],
    ['5 × 5, 6 to 16 channels', square([3, 6, 16], [14, 14], { kernel: 5, padding: 0 })],
    ['3 × 3, 1 to 32 channels', square([3, 1, 32], [28, 28])],
    ['3 × 3, each of 24 channels for itself', square([2, 24, 24], [9, 9], { groups: 24 })],
    ['3 × 3, 32 to 32 channels in 4 groups', square([2, 32, 32], [9, 30], { groups: 4, dilation: 2 })],
    ['windows that are whole images', square([20, 16, 40], [5, 5], { kernel: 5, padding: 0 })],
    ['3 × 3, 8 to 8 channels', square([3, 8, 8], [28, 28])],
    ['a large image', square([1, 3, 8], [130, 150], { kernel: 3 })],
    [
      'a sequence',
      {
        ...square([2, 16, 20], [1, 300], { kernel: 1 }),
        kernelWidth: 3,
        outWidth: 300,
        outHeight: 1,
        paddingTop: 0,
      },
    ],
  ] as const;
  test('no images give no results, and gradients of zero', () => {
    for (const call of callsOf(square([0, 3, 4], [5, 5]), 'float32', true))
      compareConvolution(call, ordinary!);
  });

  test.each(usual)('%s', (_, g) => {
    for (const call of callsOf(g, 'float32', true)) compareConvolution(call, native!);
  });

  test.each(usual)('%s: the same bits on 1, 2 and 3 threads', (_, g) => {
    const before = native!.threads;
    for (const call of callsOf(g, 'float32', true)) {
      const [one, two, three] = [1, 2, 3].map((count) => {
        native!.threads = count;
        return resultsOf(call, native!);
      });
      native!.threads = before;
      expect(two).toEqual(one);
      expect(three).toEqual(one);
    }
  });

  const reaching: readonly [string, Geometry][] = [
    ['3 × 3, 64 to 64 channels', square([2, 64, 64], [14, 14])],
    ['3 × 3, 70 to 37 channels', square([2, 70, 37], [13, 9])],
    ['3 × 3, 24 to 40 channels, every second pixel', square([2, 24, 40], [15, 14], { stride: 2 })],
    ['5 × 5, 20 to 64 channels, two around them', square([2, 20, 64], [8, 30], { kernel: 5, padding: 2 })],
    [
      '3 × 3, 32 to 32 channels, every second pixel of a window',
      square([2, 32, 32], [7, 7], { padding: 2, dilation: 2 }),
    ],
    ['3 × 3, one column', square([3, 32, 32], [9, 1])],
    ['3 × 3, windows beyond the image', square([2, 16, 32], [5, 6], { padding: 4 })],
    ['3 × 3, 6 to 6 channels', square([2, 6, 6], [12, 20])],
  ];
  const others = [
    ['finite', 1],
    ['∞', Number.POSITIVE_INFINITY],
    ['NaN', Number.NaN],
  ] as const;
  const inSome = others.flatMap(([name, value]) =>
    reaching.map(([kind, g]) => [kind, name, g, value] as const),
  );
  test.each(inSome)('%s, of which a factor is %s: what lies beyond an image is a zero', (_, __, g, value) => {
    const [forward, , byWeight] = callsOf(g, 'float32', true);
    for (const [call, at] of [
      [forward!, 1],
      [byWeight!, 0],
    ] as const) {
      call.inputs[at]!.memory[0] = value;
      const results = resultsOf(call, native!);
      expect(results).toEqual(resultsOf(padded(call), native!));
      if (!Number.isFinite(value)) expect(results[0]!.some(Number.isNaN)).toBe(true);
    }
  });
});

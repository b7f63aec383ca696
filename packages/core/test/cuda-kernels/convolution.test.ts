import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cases } from '../random-calls/compare.ts';
import { callsOf, compareConvolution, geometry, resultsOf, square } from '../random-calls/convolution.ts';
import { cuda } from './engine.ts';

describe.skipIf(cuda === undefined)('convolutions on CUDA', () => {
  test.each(['float32', 'float64'] as const)('of any geometry are those of the definition, %s', (dtype) => {
    fc.assert(
      fc.property(fc.oneof(geometry(4, 5), geometry(20, 3)), fc.boolean(), (g, hasBias) => {
        for (const call of callsOf(g, dtype, hasBias)) compareConvolution(call, cuda!);
      }),
      { numRuns: cases(20) },
    );
  });

  test.each([
    ['3 × 3, 64 to 64 channels', square([2, 64, 64], [8, 8])],
    ['3 × 3, 70 to 150 channels', square([1, 70, 150], [6, 9])],
    ['5 × 5, 1 to 6 channels', square([3, 1, 6], [14, 14], { kernel: 5, padding: 2 })],
    ['3 × 3, 4 to 8 channels, every second pixel', square([3, 4, 8], [15, 15], { stride: 2 })],
    ['3 × 3, each of 24 channels for itself', square([2, 24, 24], [9, 9], { groups: 24 })],
  ] as const)('%s', (_, g) => {
    for (const call of callsOf(g, 'float32', true)) {
      compareConvolution(call, cuda!);
      expect(resultsOf(call, cuda!)).toEqual(resultsOf(call, cuda!));
    }
  });

  test('large tiles', () => {
    const [forward] = callsOf(square([256, 1, 129], [4, 32], { kernel: 1, padding: 0 }), 'float32', true);
    compareConvolution(forward!, cuda!);
  });

  test('no images give no results, and gradients of zero', () => {
    for (const call of callsOf(square([0, 3, 4], [5, 5]), 'float32', true)) compareConvolution(call, cuda!);
  });
});

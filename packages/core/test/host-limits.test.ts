import { describe, expect, test } from 'vitest';
import {
  arange,
  eye,
  KindlingError,
  linspace,
  multinomial,
  nn,
  ones,
  rand,
  randint,
  tensor,
  zeros,
} from '../src/index.ts';

const F = nn.functional;
const signal = () => ones([1, 1, 4]);
const image = () => ones([1, 1, 4, 4]);

/** Calls whose argument says how much they make: on the host a list, an array or modules, or a tensor. */
const calls: Readonly<Record<string, (count: number) => unknown>> = {
  adaptiveAvgPool1d: (n) => F.adaptiveAvgPool1d(signal(), n),
  adaptiveAvgPool2d: (n) => F.adaptiveAvgPool2d(image(), [n, 1]),
  'adaptiveAvgPool2d of windows that overlap': (n) => F.adaptiveAvgPool2d(ones([1, 1, 5, 5]), n - 1),
  adaptiveMaxPool1d: (n) => F.adaptiveMaxPool1d(signal(), n),
  adaptiveMaxPool2d: (n) => F.adaptiveMaxPool2d(image(), [1, n]),
  AdaptiveAvgPool2d: (n) => new nn.AdaptiveAvgPool2d(n),
  arange: (n) => arange(0, n, 1e-6),
  'conv1d, padding': (n) => F.conv1d(signal(), ones([1, 1, 2]), undefined, { padding: n }),
  'convTranspose1d, stride': (n) => F.convTranspose1d(signal(), ones([1, 1, 2]), undefined, { stride: n }),
  Embedding: (n) => new nn.Embedding(n, n),
  eye: (n) => eye(n),
  fold: (n) => F.fold(ones([1, 4, 9]), n, 2),
  'interpolate, nearest': (n) => F.interpolate(signal(), { size: n }),
  'interpolate, linear': (n) => F.interpolate(signal(), { size: n, mode: 'linear' }),
  'interpolate, area': (n) => F.interpolate(signal(), { size: n, mode: 'area' }),
  'interpolate, scaleFactor': (n) => F.interpolate(image(), { scaleFactor: n, mode: 'bilinear' }),
  Linear: (n) => new nn.Linear(n, n),
  linspace: (n) => linspace(0, 1, n * 1e4),
  LSTM: (n) => new nn.LSTM(4, 4, { numLayers: n }),
  'GRU, hiddenSize': (n) => new nn.GRU(4, n),
  multinomial: (n) => multinomial(tensor([0.5, 0.5]), n, { replacement: true }),
  oneHot: (n) => F.oneHot(tensor([1, 2], { dtype: 'int32' }), n * 1e4),
  pad: (n) => F.pad(ones([2]), [0, n * 1e4]),
  rand: (n) => rand([n, n]),
  randint: (n) => randint(0, 5, [n, n]),
  repeat: (n) => ones([2]).repeat(n * 1e4),
  repeatInterleave: (n) => ones([2]).repeatInterleave(n * 1e4),
  TransformerEncoder: (n) => new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2), n),
  zeros: (n) => zeros([n, n]),
};

describe('more than a machine holds is refused before anything is made', () => {
  test.each(Object.entries(calls))('%s', (_, call) => {
    for (const count of [2 ** 31, 2 ** 32, 1e12, Number.MAX_SAFE_INTEGER]) {
      expect(() => call(count), String(count)).toThrow(KindlingError);
    }
  });

  test('windows of more elements than a list takes', () => {
    const wide = zeros([1]).expand([1, 1, 2 ** 15, 2 ** 15]);
    expect(() => F.adaptiveMaxPool2d(wide, [3, 3], { returnIndices: true })).toThrow(
      'pooling: expected windows of at most 268435456 elements in all, got 3 × 3 windows of',
    );
  });
});

import { describe, expect, test } from 'vitest';
import {
  candidatesOf,
  choose,
  expectedTime,
  type Sizes,
  type Tile,
  tiles,
} from '../../src/backend/cuda/plan/matmul.ts';

const MULTIPROCESSORS = 132;

/**
 * Microseconds on an H100 (cuda/bench) by shape, `m n k` and which operand is transposed, by tile, and by number of splits. Tiles that end
 * in `_any` have the shapes whose operands do not allow loads of 16 bytes.
 */
const measured: {
  readonly [shape: string]: { readonly [entry: string]: { readonly [splits: number]: number } };
} = {
  '512 512 512 NN': {
    matmul_f32_128x256: { 1: 99.4, 2: 54.8, 4: 30.9 },
    matmul_f32_128x128: { 1: 59.7, 2: 33.1, 4: 19.5 },
    matmul_f32_64x64: { 1: 25.6, 2: 16.1, 4: 13.5, 8: 16.4, 16: 18 },
    matmul_f32_64x32: { 1: 20.1, 2: 15.9, 4: 14.8, 8: 16, 16: 18.8 },
    matmul_f32_32x32: { 1: 19.5, 2: 16.7, 4: 15.8, 8: 16.9, 16: 19.5 },
  },
  '1024 1024 1024 NN': {
    matmul_f32_128x256: { 1: 198.8, 2: 105.8, 4: 59.3 },
    matmul_f32_128x128: { 1: 117.3, 2: 65.7, 4: 60.3 },
    matmul_f32_64x64: { 1: 68.8, 2: 77.2, 4: 74.3 },
  },
  '2048 2048 2048 NN': {
    matmul_f32_128x256: { 1: 397.7 },
    matmul_f32_128x128: { 1: 416 },
    matmul_f32_64x64: { 1: 525.4 },
  },
  '4096 4096 4096 NN': {
    matmul_f32_128x256: { 1: 3137.9 },
    matmul_f32_128x128: { 1: 3272.4 },
    matmul_f32_64x64: { 1: 4114.9 },
  },
  '8192 8192 8192 NN': {
    matmul_f32_128x256: { 1: 24763.8 },
    matmul_f32_128x128: { 1: 25629.6 },
    matmul_f32_64x64: { 1: 31962.5 },
  },
  '2048 2048 2048 NT': {
    matmul_f32_128x256: { 1: 404.2 },
    matmul_f32_128x128: { 1: 437.1 },
    matmul_f32_64x64: { 1: 567 },
  },
  '2048 2048 2048 TN': {
    matmul_f32_128x256: { 1: 386.1 },
    matmul_f32_128x128: { 1: 402.3 },
    matmul_f32_64x64: { 1: 509.8 },
  },
  '768 768 768 NN': {
    matmul_f32_128x256: { 1: 148.5, 2: 79.5, 4: 44 },
    matmul_f32_128x128: { 1: 88, 2: 48.7, 4: 44.2 },
    matmul_f32_64x64: { 1: 52.1, 2: 43.3, 4: 37.6 },
  },
  '1280 1280 1280 NN': {
    matmul_f32_128x256: { 1: 246.7, 2: 131.5, 4: 138 },
    matmul_f32_128x128: { 1: 145.1, 2: 135.3, 4: 140.3 },
    matmul_f32_64x64: { 1: 176.2, 2: 155.3, 4: 146.1 },
  },
  '1536 1536 1536 NN': {
    matmul_f32_128x256: { 1: 292.2, 2: 305.8, 4: 244 },
    matmul_f32_128x128: { 1: 303.3, 2: 247.4, 4: 213.8 },
    matmul_f32_64x64: { 1: 245.7, 2: 232.3, 4: 238.4 },
  },
  '256 256 784 NT': {
    matmul_f32_64x64: { 1: 38.5, 2: 22.2, 4: 13.1, 7: 9.4, 13: 8.7 },
    matmul_f32_64x32: { 1: 29.9, 2: 17.3, 4: 10.5, 7: 9.2, 13: 8.3 },
    matmul_f32_32x32: { 1: 28.1, 2: 16.6, 4: 10.5, 7: 9.7, 13: 8.8 },
  },
  '256 784 256 TN': {
    matmul_f32_64x64: { 1: 12.8, 2: 9.3, 4: 8.3, 8: 10, 16: 12 },
    matmul_f32_64x32: { 1: 9.8, 2: 9.3, 4: 8.8, 8: 9.3, 16: 12.3 },
    matmul_f32_32x32: { 1: 10, 2: 9.4, 4: 9.1, 8: 9.7, 16: 12.9 },
  },
  '256 256 256 NT': {
    matmul_f32_64x64: { 1: 14.1, 2: 9.6, 4: 6.6, 8: 5.5, 16: 5.9 },
    matmul_f32_64x32: { 1: 10.9, 2: 7.7, 4: 5.3, 8: 5.3, 16: 5.8 },
    matmul_f32_32x32: { 1: 10.2, 2: 7.5, 4: 5.4, 8: 5.4, 16: 6 },
  },
  '256 256 256 NN': {
    matmul_f32_64x64: { 1: 13.4, 2: 9.4, 4: 6.5, 8: 5.5, 16: 5.8 },
    matmul_f32_64x32: { 1: 10.6, 2: 7.6, 4: 5.3, 8: 5.2, 16: 5.6 },
    matmul_f32_32x32: { 1: 9.9, 2: 7.3, 4: 5.3, 8: 5.2, 16: 5.8 },
  },
  '256 10 256 NT': {
    matmul_f32_64x64: { 1: 13.3, 2: 8.9, 4: 6.1, 8: 4.8, 16: 3.9 },
    matmul_f32_64x32: { 1: 10.4, 2: 7.2, 4: 4.8, 8: 3.8, 16: 3.5 },
    matmul_f32_32x32: { 1: 9.8, 2: 6.9, 4: 4.7, 8: 3.8, 16: 3.6 },
  },
  '10 256 256 TN': {
    matmul_f32_64x64_any: { 1: 14, 2: 9.2, 4: 6.1, 8: 4.6, 16: 3.9 },
    matmul_f32_32x32_any: { 1: 10.9, 2: 7.5, 4: 5.1, 8: 4.1, 16: 3.6 },
  },
  '256 256 10 NN': {
    matmul_f32_64x64_any: { 1: 2.5 },
    matmul_f32_32x32_any: { 1: 2.2 },
  },
  '64 128 784 NT': {
    matmul_f32_64x64: { 1: 39.7, 2: 22.5, 4: 13, 7: 9, 13: 6.9 },
    matmul_f32_64x32: { 1: 30.1, 2: 17.4, 4: 10.2, 7: 7.4, 13: 5.5 },
    matmul_f32_32x32: { 1: 27.9, 2: 16.3, 4: 9.8, 7: 7.2, 13: 5.4 },
  },
  '1 4096 4096 NN': {
    matmul_f32_64x64: { 1: 251.2, 2: 128.8, 4: 73, 8: 83.9, 16: 70.2 },
    matmul_f32_64x32: { 1: 208.3, 2: 115.3, 4: 83.2, 8: 83.2, 16: 84.1 },
    matmul_f32_32x32: { 1: 206.4, 2: 107.7, 4: 62.7, 8: 47.7, 16: 48.2 },
  },
};

interface Candidate {
  readonly tile: Tile;
  readonly splits: number;
  readonly time: number;
}

const measuredOf = (shape: string): Candidate[] =>
  Object.entries(measured[shape]!).flatMap(([entry, times]) =>
    Object.entries(times).map(([splits, time]) => ({
      tile: tiles.f32.find((tile) => tile.entry === entry)!,
      splits: Number(splits),
      time,
    })),
  );

function sizesOf(shape: string): Sizes {
  const [m, n, k] = shape.split(' ').map(Number) as [number, number, number];
  return { batch: 1, m, n, k };
}

describe('the plan knows which tile and how many splits are fastest', () => {
  test.each(Object.keys(measured))('%s', (shape) => {
    const sizes = sizesOf(shape);
    const expected = ({ tile, splits }: Candidate): number =>
      expectedTime(tile, splits, sizes, MULTIPROCESSORS);
    const candidates = measuredOf(shape);
    const most = 1.05 * Math.min(...candidates.map(({ time }) => time));
    const preferred = candidates.reduce((a, b) => (expected(b) < expected(a) ? b : a));
    expect(preferred.time).toBeLessThanOrEqual(most);

    const vectors = !preferred.tile.entry.endsWith('_any');
    const choice = choose(candidatesOf('f32', vectors), sizes, MULTIPROCESSORS, true);
    const again = candidates.find(({ tile, splits }) => tile === choice.tile && splits === choice.splits);
    // What was not measured must promise more than what was.
    if (again === undefined)
      expect(expectedTime(choice.tile, choice.splits, sizes, MULTIPROCESSORS)).toBeLessThan(
        expected(preferred),
      );
    else expect(again.time).toBeLessThanOrEqual(most);
  });
});

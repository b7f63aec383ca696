import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DataFiles } from '../src/data/data-files.ts';
import { noise, signedNoise } from '../src/data/noise.ts';
import { samplesOf } from '../src/data/sources.ts';
import { readArray, readClasses } from '../src/peers/operands.ts';

afterEach(() => vi.unstubAllEnvs());

describe('noise', () => {
  test('has the values that every language computes', () => {
    // From the same arithmetic in NumPy's uint32.
    expect([...noise(4, 0)].map((value) => value * 2 ** 24)).toEqual([0, 6850960, 13701921, 5501417]);
    expect([...noise(3, 12_345)].map((value) => value * 2 ** 24)).toEqual([15367667, 11483344, 15517735]);
  });

  test('fills its range evenly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const values = signedNoise(20_000, seed, 2);
        expect(values.every((value) => value >= -2 && value < 2)).toBe(true);
        expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.05);
        expect(Math.abs(values.filter((value) => value < -1).length / values.length - 0.25)).toBeLessThan(
          0.02,
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('samplesOf', () => {
  test.each([
    ['xor', [4, 2], [4, 1]],
    ['diabetes', [759, 8], [759, 1]],
    ['weight-height', [24, 1], [24, 1]],
  ] as const)('without files, %s is random of the same shape', async (name, input, target) => {
    vi.stubEnv('KINDLING_DATA_DIR', join(tmpdir(), 'no-such-folder'));
    const samples = await samplesOf(name);
    expect(samples.input.shape).toEqual(input);
    expect(samples.target.shape).toEqual(target);
    expect(samples.isReal).toBe(name === 'xor');
  });

  test.skipIf(!process.env.KINDLING_DATA_DIR)(
    'with KINDLING_DATA_DIR, they are the real ones',
    async () => {
      const { input, target, isReal } = await samplesOf('diabetes');
      expect(isReal).toBe(true);
      expect(input.shape).toEqual([759, 8]);
      expect([...input.values.slice(0, 2)].map((value) => value.toFixed(6))).toEqual([
        '-0.294118',
        '0.487437',
      ]);
      expect([...new Set(target.values)].toSorted()).toEqual([0, 1]);

      const digits = await samplesOf('mnist-one-hot');
      expect(digits.isReal).toBe(true);
      // The first training image shows a 5.
      expect([...digits.target.values.slice(0, 10)]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    },
    30_000,
  );
  if (!process.env.KINDLING_DATA_DIR) console.log('Skipped real data: KINDLING_DATA_DIR is not set');

  test('without files, so is mnist; one-hot rows have a single 1, at the class', async () => {
    vi.stubEnv('KINDLING_DATA_DIR', join(tmpdir(), 'no-such-folder'));
    const { input, target, isReal } = await samplesOf('mnist-one-hot');
    expect(input.shape).toEqual([60_000, 784]);
    expect(target.shape).toEqual([60_000, 10]);
    expect(isReal).toBe(false);
    const classes = Array.from({ length: 1000 }, (_, i) => [...target.values.subarray(10 * i, 10 * i + 10)]);
    expect(classes.every((row) => row.filter((value) => value === 1).length === 1)).toBe(true);
    expect(classes.every((row) => row.filter((value) => value === 0).length === 9)).toBe(true);
    expect(new Set(classes.map((row) => row.indexOf(1))).size).toBe(10);
  }, 30_000);
});

describe('DataFiles', () => {
  test('writes a set once, so that peers read what it holds, and goes without a trace', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
    vi.stubEnv('TMPDIR', folder);
    const files = await DataFiles.create();
    const name = { rows: 5, inputs: 3, classes: 4 };
    const [{ input, target }, again] = await Promise.all([files.get(name), files.get(name)]);
    expect(again.input.path).toBe(input.path);

    const samples = await samplesOf(name);
    expect([...readArray(input)]).toEqual([...Float32Array.from(samples.input.values, (v) => v / 255)]);
    expect([...readClasses(target)]).toEqual([...samples.target.values]);
    expect(Math.max(...readClasses(target))).toBeLessThan(4);
    expect((await readFile(input.path)).length).toBe(15);

    const xor = await files.get('xor');
    expect([...readArray(xor.input)]).toEqual([0, 0, 0, 1, 1, 0, 1, 1]);
    expect([...files.used]).toEqual([['xor', true]]);

    await files.remove();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('a built-in program has its samples, its first weights and what updates them', async () => {
    const files = await DataFiles.create();
    const step = { kind: 'chapter', program: 'hihello', feed: 'fixed', batch: 1 } as const;
    const { input, target, loss, optimizer, parameters } = await files.chapter(step);
    expect(input.shape).toEqual([1, 6, 5]);
    // Of h, i, e, l, o: ihello.
    expect([...readClasses(target)]).toEqual([1, 0, 2, 3, 3, 4]);
    expect({ loss, optimizer }).toEqual({
      loss: 'crossEntropy',
      optimizer: { type: 'adam', lr: 0.1, weightDecay: 0 },
    });
    expect(Object.entries(parameters).map(([name, { shape }]) => [name, shape])).toEqual([
      ['0.weight_ih_l0', [5, 5]],
      ['0.weight_hh_l0', [5, 5]],
      ['0.bias_ih_l0', [5]],
      ['0.bias_hh_l0', [5]],
    ]);
    const [weight] = Object.values(parameters);
    // As many as the shape says, from the first on.
    expect(readArray({ ...weight!, shape: [2] })).toEqual(readArray(weight!).subarray(0, 2));
    await files.remove();
  });
});

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { mnist, readMnistCsv } from '../../src/source/mnist.ts';
import { findSource, sourceStatus, verifyFile } from '../../src/source/sources.ts';
import { diabetes, weightHeight } from '../../src/source/tables.ts';
import { temporaryFolder } from '../download/fixture.ts';

const dir = process.env.KINDLING_DATA_DIR;
const missing = ['mnist/train-images-idx3-ubyte.gz', 'diabetes.csv.gz', 'weight_height.csv'].filter(
  (name) => dir === undefined || !existsSync(join(dir, name)),
);
if (missing.length > 0) {
  console.warn(
    `real data is not tested: ${dir ? `KINDLING_DATA_DIR lacks ${missing.join(', ')}` : 'KINDLING_DATA_DIR is not set'}`,
  );
}

describe.skipIf(missing.length > 0)('real data', () => {
  test.each(['mnist', 'diabetes', 'weight-height'])(
    'the files of %s hold the published bytes',
    async (name) => {
      const status = await sourceStatus(findSource(name), dir);
      expect(await Promise.all(status.map(verifyFile))).toEqual(status.map(() => undefined));
    },
  );

  test('MNIST has its images, labels and mean', async () => {
    const [train, held] = [await mnist({ split: 'train' }), await mnist({ split: 'test' })];
    expect([train.length, held.length, train.height, train.width]).toEqual([60_000, 10_000, 28, 28]);
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...held.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const mean = train.images.reduce((a, b) => a + b, 0) / train.images.length / 255;
    expect(mean).toBeCloseTo(0.1306604762738429, 12);
  });

  test('MNIST as CSV is the same images', async () => {
    await using folder = await temporaryFolder();
    const part = (await mnist({ split: 'test' })).slice(0, 200);
    const rows = Array.from({ length: 200 }, (_, i) => {
      const { image, label } = part.get(i);
      return `${label},${image.join(',')}\n`;
    });
    const path = join(folder.path, 'mnist_test.csv');
    await writeFile(path, rows.join(''));
    const read = await readMnistCsv(path);
    expect(Buffer.from(read.images).equals(part.images)).toBe(true);
    expect(Buffer.from(read.labels).equals(part.labels)).toBe(true);
  });

  test('diabetes has its rows, scaled, and its two labels', async () => {
    const table = await diabetes();
    expect(table.length).toBe(759);
    expect(table.get(0)).toEqual([
      -0.294118, 0.487437, 0.180328, -0.292929, 0, 0.00149028, -0.53117, -0.0333333, 0,
    ]);
    for (const column of table.columns) expect(Math.max(...column.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(new Set(table.column('label'))).toEqual(new Set([0, 1]));
    expect(table.column('label').reduce((a, b) => a + b, 0)).toBe(496);
    const [inputs, targets]: readonly Tensor[] = table.tensors().tensors;
    expect([inputs?.shape, targets?.shape]).toEqual([
      [759, 8],
      [759, 1],
    ]);
  });

  test('weight and height has its rows', async () => {
    const table = await weightHeight();
    expect([table.length, table.get(0), table.get(23)]).toEqual([24, [5.9, 59.1], [69.5, 173.8]]);
  });
});

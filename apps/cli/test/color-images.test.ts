import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { pngFile } from './image/png-file.ts';
import { emptyDataFolder } from './process/data-folder.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder } from './process/kindling.ts';

// CIFAR-10 with a few images of one color for each class.
const SIDE = 32;
let cwd: string;
let env: Readonly<Record<string, string>>;

const shade = (label: number, channel: number): number => (40 + 20 * label + 70 * channel) % 256;

const records = (labels: readonly number[]): Buffer =>
  Buffer.concat(
    labels.flatMap((label) => [
      Buffer.of(label),
      ...[0, 1, 2].map((channel) => Buffer.alloc(SIDE * SIDE, shade(label, channel))),
    ]),
  );

beforeAll(async () => {
  cwd = await newFolder();
  const data = await emptyDataFolder();
  env = data.env;
  const folder = join(data.path, 'cifar-10', 'cifar-10-batches-bin');
  await mkdir(folder, { recursive: true });
  for (const n of [1, 2, 3, 4, 5]) {
    await writeFile(join(folder, `data_batch_${n}.bin`), records([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  }
  await writeFile(join(folder, 'test_batch.bin'), records([7, 3]));
  const experiment = {
    name: 'photos',
    data: { source: 'cifar-10', batchSize: 10, augmentation: ['randomHorizontalFlip'] },
    model: ['flatten', { type: 'linear', out: 10 }],
    loss: 'crossEntropy',
    optimizer: { type: 'adam', lr: 0.001 },
    epochs: 10,
  };
  await writeFile(join(cwd, 'photos.json'), JSON.stringify(experiment));
  const { code, stderr } = await kindling(['train', 'photos.json'], { cwd, env });
  expect(code, stderr).toBe(0);
});

test('a dataset in color is described, with its first image in shades of gray', async () => {
  const { code, stdout } = await kindling(['data', 'info', 'cifar-10'], { cwd, env });
  expect(code).toBe(0);
  expect(stdout).toContain('train: 50 images of 32 × 32 pixels');
  expect(stdout).toContain('image 0, label 0');
});

test('classes of images in color are predicted, from the test set and from PNG files', async () => {
  const held = await kindling(['predict', 'photos', '--index', '1', '--json'], { cwd, env });
  expect(held.code, held.stderr).toBe(0);
  const own = pngFile({
    width: SIDE,
    height: SIDE,
    depth: 8,
    colorType: 2,
    rows: Array.from({ length: SIDE }, () => Array.from({ length: 3 * SIDE }, (_, i) => shade(3, i % 3))),
  });
  await writeFile(join(cwd, 'own.png'), own);
  const file = await kindling(['predict', 'photos', 'own.png', '--json'], { cwd, env });
  expect(file.code, file.stderr).toBe(0);
  const [[fromSet], [fromFile]] = [jsonLines(held.stdout), jsonLines(file.stdout)];
  expect(fromFile!.scores ?? fromFile!.probabilities).toEqual(fromSet!.scores ?? fromSet!.probabilities);
  expect(fromFile!.prediction).toEqual(fromSet!.prediction);
  const seen = await kindling(['predict', 'photos', '--index', '0'], { cwd, env });
  expect(seen.code, seen.stderr).toBe(0);
});

test('files that are no such images are refused', async () => {
  const tell = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await kindling(['predict', 'photos', ...args], { cwd, env });
    expect([2, 3]).toContain(code);
    return stderr;
  };
  await writeFile(
    join(cwd, 'small.png'),
    pngFile({ width: 1, height: 1, depth: 8, colorType: 0, rows: [[7]] }),
  );
  await writeFile(join(cwd, 'a.jpg'), Buffer.of(0xff, 0xd8, 0xff));
  await writeFile(join(cwd, 'a.csv'), '1,2\n');
  expect(await tell('small.png')).toBe(
    'kindling: small.png: expected an image of 32 × 32 pixels, got 1 × 1; scale it\n',
  );
  expect(await tell('a.jpg')).toBe(
    'kindling: a.jpg: expected a PNG image, got a file of another format; convert it to PNG\n',
  );
  expect(await tell('a.csv')).toContain(
    'expected a PNG image for a model of images in color, got a CSV file',
  );
  expect(await tell('none.png')).toContain('none.png: expected a PNG image, got none');
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { digits } from '../../src/digits/digits.ts';
import { contentProblem } from '../../src/download/content.ts';
import { encodeIdx } from '../../src/format/idx.ts';
import { fashionMnist } from '../../src/source/fashion-mnist.ts';
import { readIdxImages } from '../../src/source/idx-source.ts';
import { mnist } from '../../src/source/mnist.ts';
import {
  downloadSource,
  findSource,
  type Source,
  sourceStatus,
  sources,
  verifyFile,
} from '../../src/source/sources.ts';
import { csv, csvNames, diabetes, weightHeight } from '../../src/source/tables.ts';
import { xor } from '../../src/source/xor.ts';
import { remote, temporaryFolder } from '../download/fixture.ts';
import { file, MirrorServer } from '../download/mirror-server.ts';
import { messageOf } from '../format/data-error.ts';

const set = digits({ count: 12, seed: 3 });
const images = encodeIdx({ shape: [12, 28, 28], data: set.images });
const labels = encodeIdx({ shape: [12], data: set.labels });

/** Writes files below a folder and gives the folder. */
async function write(dir: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), bytes);
  }
  return dir;
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error instanceof Error ? error.message : '';
}

const csvOf = (header: string): string =>
  header +
  Array.from({ length: 12 }, (_, i) => `${set.labels[i]},${set.get(i).image.join(',')}\r\n`).join('');

test.each<[string, Readonly<Record<string, Uint8Array | string>>]>([
  [
    'gzip IDX',
    {
      'mnist/train-images-idx3-ubyte.gz': gzipSync(images),
      'mnist/train-labels-idx1-ubyte.gz': gzipSync(labels),
    },
  ],
  ['plain IDX', { 'mnist/train-images-idx3-ubyte': images, 'mnist/train-labels-idx1-ubyte': labels }],
  [
    'IDX that was unzipped under its old name',
    { 'mnist/train-images-idx3-ubyte.gz': images, 'mnist/train-labels-idx1-ubyte': labels },
  ],
  ['CSV', { 'mnist/mnist_train.csv': csvOf('') }],
  ['CSV with a header, gzip', { 'mnist/mnist_train.csv.gz': gzipSync(csvOf('label,1x1,1x2\n')) }],
])('mnist reads %s', async (_name, files) => {
  await using folder = await temporaryFolder();
  const got = await mnist({ dir: await write(folder.path, files), download: false });
  expect([got.length, got.height, got.width]).toEqual([12, 28, 28]);
  expect([...got.labels]).toEqual([...set.labels]);
  expect(Buffer.from(got.images).equals(set.images)).toBe(true);
});

test('mnist says what is wrong with its files', async () => {
  await using folder = await temporaryFolder();
  const dir = folder.path;
  const path = (name: string) => join(dir, 'mnist', name);
  const read = (split: 'train' | 'test' = 'train') => failure(mnist({ dir, split, download: false }));
  const put = (name: string, bytes: Uint8Array | string) => write(dir, { [`mnist/${name}`]: bytes });
  const [imagesName, labelsName] = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];

  expect(await read()).toBe(`${path(imagesName)}: expected a file, got none`);
  await put(imagesName, gzipSync(images));
  expect(await read()).toBe(`${path(labelsName)}: expected a file, got none`);
  await put(labelsName, gzipSync(encodeIdx({ shape: [11], data: set.labels.subarray(1) })));
  expect(await read()).toBe(
    `${path(labelsName)}: expected 12 labels for the images of ${path(imagesName)}, got 11`,
  );
  await put(labelsName, gzipSync(encodeIdx({ shape: [12], data: set.labels.map((x) => x + 5) })));
  expect(await read()).toMatch(
    /train-labels-idx1-ubyte\.gz, label \d+: expected a class in \[0, 9\], got 1\d$/,
  );
  await put(imagesName, gzipSync(images).subarray(0, 700));
  expect(await read()).toBe(
    `${path(imagesName)}: expected a complete gzip stream, got one that is truncated after 700 bytes`,
  );
  await put(imagesName, images.subarray(0, 5000));
  expect(await read()).toBe(
    `${path(imagesName)}: expected 9424 bytes for shape [12, 28, 28] of uint8, got 5000 bytes`,
  );
  await put(imagesName, labels);
  expect(await read()).toBe(
    `${path(imagesName)}: expected an IDX array of uint8 with 3 dimensions, got uint8 of shape [12]`,
  );
  await put('mnist_test.csv', `${csvOf('')}5,300,0`);
  expect(await read('test')).toBe(
    `${path('mnist_test.csv')}, row 13, column 2: expected a pixel in [0, 255], got "300"`,
  );
});

test('fashionMnist reads IDX files, and is downloaded as nothing else', async () => {
  await using folder = await temporaryFolder();
  const dir = await write(folder.path, {
    'fashion-mnist/t10k-images-idx3-ubyte': images,
    'fashion-mnist/t10k-labels-idx1-ubyte.gz': gzipSync(labels),
    'fashion-mnist/mnist_train.csv': csvOf(''),
  });
  const got = await fashionMnist({ dir, split: 'test', download: false });
  expect([...got.labels]).toEqual([...set.labels]);
  expect(await failure(fashionMnist({ dir, download: false }))).toBe(
    `${join(dir, 'fashion-mnist', 'train-images-idx3-ubyte.gz')}: expected a file, got none`,
  );
  const status = await sourceStatus(findSource('fashion-mnist'), dir);
  expect(await verifyFile(status[2]!)).toBe(`expected 7840016 bytes, got ${images.length}`);
});

test('a file may be known by the checksum of its gzip stream', async () => {
  await using folder = await temporaryFolder();
  const zipped = gzipSync(labels);
  const content = { ...remote(zipped), bytes: labels.length, isPacked: true };
  const dir = await write(folder.path, { zipped, labels, other: gzipSync(labels, { level: 0 }) });
  const problem = (name: string) => contentProblem(join(dir, name), content);
  expect(await problem('zipped')).toBeUndefined();
  expect(await problem('labels')).toBeUndefined();
  expect(await problem('other')).toMatch(`expected SHA-256 ${content.sha256}, got `);
});

test('mnist refuses another split', async () => {
  const split: string = 'validation';
  expect(await failure(mnist({ split: split as 'train' }))).toBe(
    'split: expected train or test, got "validation"',
  );
});

test('readIdxImages reads datasets of another size', async () => {
  await using folder = await temporaryFolder();
  const dir = await write(folder.path, {
    i: encodeIdx({ shape: [2, 3, 4], data: new Uint8Array(24) }),
    l: encodeIdx({ shape: [2], data: Uint8Array.of(25, 0) }),
  });
  const got = await readIdxImages(join(dir, 'i'), join(dir, 'l'), 26);
  expect([got.length, got.height, got.width, got.classes]).toEqual([2, 3, 4, 26]);
});

test('tables are read from files, gzip or not', async () => {
  await using folder = await temporaryFolder();
  const { path: dir } = folder;
  const row = '-0.294118,0.487437,0.180328,-0.292929,0,0.00149028,-0.53117,-0.0333333,0\n';
  await write(dir, {
    'diabetes.csv.gz': gzipSync(row),
    'weight_height.csv': 'weight,height\r\n5.9,59.1\r\n8,66.7\r\n',
  });
  const pima = await diabetes({ dir });
  expect([pima.length, pima.names.length, pima.get(0)[0], pima.column('label')[0]]).toEqual([
    1, 9, -0.294118, 0,
  ]);
  const growth = await weightHeight({ dir });
  expect([growth.names, growth.get(1)]).toEqual([
    ['weight', 'height'],
    [8, 66.7],
  ]);
  expect((await csv(join(dir, 'diabetes.csv.gz'))).names).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
  ]);

  await write(dir, { 'diabetes.csv.gz': gzipSync('1,2\n') });
  expect(await failure(diabetes({ dir }))).toBe(`${join(dir, 'diabetes.csv.gz')}: expected 9 columns, got 2`);
  await write(dir, { 'weight_height.csv': 'weight,height\n5.9,tall\n' });
  expect(await failure(weightHeight({ dir }))).toBe(
    `${join(dir, 'weight_height.csv')}, row 2, column 2 (height): expected a finite number, got "tall"`,
  );
  expect(await failure(csv(join(dir, 'none.csv')))).toBe(
    `${join(dir, 'none.csv')}: expected a file, got none`,
  );
  expect(await failure(csv(dir))).toBe(`${dir}: expected a file, got a folder`);
});

test('xor', () => {
  const [inputs, targets] = xor().tensors().tensors;
  expect(inputs.toArray()).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  expect(targets.toArray()).toEqual([[0], [1], [1], [0]]);
});

test('sources are found by name, and names near one are told', async () => {
  for (const [name, source] of Object.entries(sources)) {
    expect(source.name).toBe(name);
    expect(findSource(name)).toBe(source);
  }
  expect(messageOf(() => findSource('mnits'))).toBe(
    'dataset: expected one of digits, mnist, fashion-mnist, emnist-balanced, emnist-letters, emnist-digits, emnist-mnist, emnist-byclass, emnist-bymerge, cifar-10, cifar-100, diabetes, weight-height, xor, pattern-1010, got "mnits"; did you mean "mnist"?',
  );
  expect(messageOf(() => findSource('toString'))).not.toContain('did you mean');
  const drawn = await sources.digits.load({ count: 3, seed: 9, split: 'test' });
  expect(Buffer.from(drawn.images).equals(digits({ count: 3, seed: 9, split: 'test' }).images)).toBe(true);
  expect((await sources.xor.load()).length).toBe(4);
});

test('a source is downloaded, listed and verified', async () => {
  await using folder = await temporaryFolder();
  const { path: dir } = folder;
  await using mirror = await MirrorServer.start(file(gzipSync(images)), file(gzipSync(labels)));
  const source: Source = {
    ...sources.mnist,
    files: [
      { ...remote(images, `${mirror.url}/a`), path: 'set/images.gz' },
      { ...remote(labels, `${mirror.url}/b`), path: 'set/labels.gz', alternatives: ['set/both.csv'] },
    ],
  };
  expect((await sourceStatus(source, dir)).map(({ path, size }) => [path, size])).toEqual([
    [undefined, 0],
    [undefined, 0],
  ]);
  const paths = [join(dir, 'set', 'images.gz'), join(dir, 'set', 'labels.gz')];
  expect(await downloadSource(source, { dir, mirror: '' })).toEqual(paths);
  expect(await downloadSource(source, { dir, mirror: '' })).toEqual(paths);
  expect(mirror.requests.map(({ path }) => path)).toEqual(['/a', '/b']);

  const status = await sourceStatus(source, dir);
  expect(status.map(({ path, published }) => [path, published])).toEqual(paths.map((path) => [path, true]));
  expect(status.map(({ size }) => size)).toEqual([images, labels].map((bytes) => gzipSync(bytes).length));
  expect(await Promise.all(status.map(verifyFile))).toEqual([undefined, undefined]);
  await writeFile(paths[0]!, 'x');
  expect(await verifyFile(status[0]!)).toBe(`expected ${images.length} bytes, got 1`);

  await using other = await temporaryFolder();
  await write(other.path, { 'set/both.csv': 'label' });
  const [missing, served] = await sourceStatus(source, other.path);
  expect(await verifyFile(missing!)).toBe('missing');
  expect([served!.path, served!.published, await verifyFile(served!)]).toEqual([
    join(other.path, 'set', 'both.csv'),
    false,
    undefined,
  ]);
});

test('the names of the columns of a file, gzip or not', async () => {
  await using folder = await temporaryFolder();
  const dir = await write(folder.path, { 'a.csv': 'x;y\nword;2\n', 'b.csv.gz': gzipSync('1,2\n') });
  expect(await csvNames(join(dir, 'a.csv'), { delimiter: ';' })).toEqual(['x', 'y']);
  expect(await csvNames(join(dir, 'b.csv.gz'))).toEqual(['1', '2']);
  expect(await failure(csvNames(join(dir, 'c.csv')))).toContain('c.csv: expected a file, got none');
});

test('what the sources are', () => {
  const known: readonly Source[] = Object.values(sources);
  expect(
    known.map(({ name, kind, hasTestSplit, files }) => [name, kind, hasTestSplit, files.length]),
  ).toEqual([
    ['digits', 'images', true, 0],
    ['mnist', 'images', true, 4],
    ['fashion-mnist', 'images', true, 4],
    ['emnist-balanced', 'images', true, 1],
    ['emnist-letters', 'images', true, 1],
    ['emnist-digits', 'images', true, 1],
    ['emnist-mnist', 'images', true, 1],
    ['emnist-byclass', 'images', true, 1],
    ['emnist-bymerge', 'images', true, 1],
    ['cifar-10', 'images', true, 1],
    ['cifar-100', 'images', true, 1],
    ['diabetes', 'table', false, 1],
    ['weight-height', 'table', false, 1],
    ['xor', 'table', false, 0],
    ['pattern-1010', 'table', false, 0],
  ]);
  const addresses = known.flatMap(({ files }) => files.flatMap(({ urls }) => urls));
  expect(addresses.length).toBeGreaterThan(10);
  expect(addresses.every((url) => URL.canParse(url) && url.startsWith('https://'))).toBe(true);
});

test('digits are 10,000 to train with and 2,000 to test with', async () => {
  expect((await sources.digits.load({ split: 'test' })).length).toBe(2000);
  expect((await sources.digits.load()).length).toBe(10_000);
});

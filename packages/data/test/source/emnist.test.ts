import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { encodeIdx } from '../../src/format/idx.ts';
import { readZipEntry } from '../../src/format/zip.ts';
import { emnist } from '../../src/source/emnist.ts';
import { noise, rejection, temporaryFolder } from '../download/fixture.ts';
import { zipFile } from '../format/zip-file.ts';

const stem = (variant: string, split: string): string => `emnist-${variant}-${split}`;

/** The two files of a part, by name. */
const part = (name: string, labels: readonly number[], seed: number): Record<string, Uint8Array> => ({
  [`${name}-images-idx3-ubyte.gz`]: gzipSync(
    encodeIdx({ shape: [labels.length, 28, 28], data: noise(labels.length * 784, seed) }),
  ),
  [`${name}-labels-idx1-ubyte.gz`]: gzipSync(
    encodeIdx({ shape: [labels.length], data: Uint8Array.from(labels) }),
  ),
});

async function folderWith(dir: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(join(dir, 'emnist'), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(dir, 'emnist', name), bytes);
}

test('EMNIST is read from its archive, and from single files first', async () => {
  await using folder = await temporaryFolder();
  const dir = folder.path;
  const inArchive = {
    ...part(stem('letters', 'train'), [1, 26, 13], 1),
    ...part(stem('balanced', 'test'), [46, 0], 2),
  };
  const entries = Object.entries(inArchive).map(([name, bytes]) => [`gzip/${name}`, bytes]);
  await folderWith(dir, { 'gzip.zip': zipFile(Object.fromEntries(entries), 'EMNIST') });
  const set = await emnist({ variant: 'letters', dir, download: false });
  expect([[...set.labels], set.classes, set.length]).toEqual([[1, 26, 13], 27, 3]);
  expect(Buffer.from(set.images).equals(noise(3 * 784, 1))).toBe(true);
  expect([...(await emnist({ split: 'test', dir, download: false })).labels]).toEqual([46, 0]);
  await folderWith(dir, part(stem('letters', 'train'), [5], 3));
  const own = await emnist({ variant: 'letters', upright: true, dir, download: false });
  expect([...own.labels]).toEqual([5]);
  const stored = noise(784, 3);
  expect(own.images[1]).toBe(stored[28]);
  expect(own.images[28 * 5 + 9]).toBe(stored[28 * 9 + 5]);
});

test('errors name the archive and the file in it', async () => {
  await using folder = await temporaryFolder();
  const dir = folder.path;
  const path = join(dir, 'emnist', 'gzip.zip');
  const message = async (options: object = {}): Promise<string> =>
    (await rejection(emnist({ dir, download: false, ...options }))).message;
  expect(await message()).toBe(`${path}: expected a file, got none`);
  const files = part(stem('balanced', 'train'), [47], 1);
  await folderWith(dir, { 'gzip.zip': zipFile(files) });
  expect(await message()).toBe(
    `${path}, emnist-balanced-train-labels-idx1-ubyte.gz, label 0: expected a class in [0, 46], got 47`,
  );
  expect(await message({ variant: 'digits' })).toBe(
    `${path}: expected a file emnist-digits-train-images-idx3-ubyte.gz in it, got none`,
  );
  await writeFile(path, zipFile(files).subarray(0, 900));
  expect(await message()).toBe(`${path}: expected a zip archive, got a file without its end`);
  expect(await message({ variant: 'upper' })).toContain("expected variant to be 'balanced', 'letters', ");
  expect(await message({ upright: 1 })).toBe('emnist: expected upright to be true or false, got 1');
  expect(await message({ split: 'valid' })).toBe('split: expected train or test, got "valid"');
});

test('a file of an archive, stored or deflated; damage is an error of data', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.zip');
  const content = noise(3000);
  const archive = zipFile({ 'x/a.raw': content, 'x/b.bin': content, 'empty.raw': new Uint8Array() });
  await writeFile(path, archive);
  for (const name of ['a.raw', 'b.bin']) {
    expect(Buffer.from(await readZipEntry(path, name, 3000)).equals(content)).toBe(true);
  }
  expect(await readZipEntry(path, 'empty.raw', 1)).toHaveLength(0);
  expect((await rejection(readZipEntry(path, 'b.bin', 2999))).message).toBe(
    `${path}: expected b.bin of at most 2999 bytes, got 3000`,
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), async (at, byte) => {
      const damaged = Buffer.from(archive);
      damaged[at] = byte;
      await writeFile(path, damaged);
      try {
        expect((await readZipEntry(path, 'b.bin', 3000)).length).toBeLessThanOrEqual(3000);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
    { numRuns: 200 },
  );
});

test('an archive of another program', async (context) => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'a.txt'), 'a'.repeat(1000));
  try {
    execFileSync('python3', ['-m', 'zipfile', '-c', 'a.zip', 'a.txt'], { cwd: folder.path });
  } catch {
    context.skip('python3 is not here');
  }
  const bytes = await readZipEntry(join(folder.path, 'a.zip'), 'a.txt', 1000);
  expect(Buffer.from(bytes).equals(await readFile(join(folder.path, 'a.txt')))).toBe(true);
});

import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { contentProblem } from '../../src/download/content.ts';
import { parseTar } from '../../src/format/tar.ts';
import { cifar10, cifar100 } from '../../src/source/cifar.ts';
import { findSource, sourceStatus, verifyFile } from '../../src/source/sources.ts';
import { noise, rejection, remote, temporaryFolder } from '../download/fixture.ts';
import { messageOf } from '../format/data-error.ts';

/** Records of an image each, with these labels before it. */
function records(labels: readonly (readonly number[])[], seed: number): Uint8Array {
  return Buffer.concat(
    labels.map((before, i) => Buffer.concat([Uint8Array.from(before), noise(3072, seed + i)])),
  );
}

const batches = (folder: string): Promise<unknown> =>
  Promise.all(
    [1, 2, 3, 4, 5].map((n) =>
      writeFile(join(folder, `data_batch_${n}.bin`), records([[n], [9 - n]], 10 * n)),
    ),
  );

async function tenFolder(dir: string): Promise<string> {
  const folder = join(dir, 'cifar-10', 'cifar-10-batches-bin');
  await mkdir(folder, { recursive: true });
  await batches(folder);
  await writeFile(join(folder, 'test_batch.bin'), records([[0], [9], [3]], 99));
  await writeFile(join(folder, 'batches.meta.txt'), 'airplane\n');
  return folder;
}

const archived = (dir: string, name: string, folder: string): void => {
  execFileSync('tar', ['-czf', join(dir, name, `${name}-binary.tar.gz`), '-C', join(dir, name), folder]);
};

describe('CIFAR-10', () => {
  test('is read from its archive, and from the files of it', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    const unpacked = await tenFolder(dir);
    const beside = await cifar10({ dir, download: false });
    archived(dir, 'cifar-10', 'cifar-10-batches-bin');
    await writeFile(join(unpacked, 'data_batch_3.bin'), '');
    execFileSync('rm', ['-r', unpacked]);
    const set = await cifar10({ dir, download: false });
    expect([...set.labels]).toEqual([1, 8, 2, 7, 3, 6, 4, 5, 5, 4]);
    expect([set.length, set.channels, set.height, set.width, set.classes]).toEqual([10, 3, 32, 32, 10]);
    expect(Buffer.from(set.get(3).image).equals(noise(3072, 21))).toBe(true);
    expect(Buffer.from(beside.images).equals(set.images)).toBe(true);
    const test = await cifar10({ dir, split: 'test', download: false });
    expect([...test.labels]).toEqual([0, 9, 3]);
    const { tensors } = test.slice(1).tensors({ flatten: false });
    expect(tensors[0].shape).toEqual([2, 3, 32, 32]);
    expect(tensors[0].select(0, 1).data()[3071]).toBe(Math.fround(noise(3072, 101)[3071]! / 255));
    expect(test.tensors({ oneHot: true }).tensors.map(({ shape }) => shape)).toEqual([
      [3, 3072],
      [3, 10],
    ]);
  });

  test('errors name the archive and the file in it', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    const path = join(dir, 'cifar-10', 'cifar-10-binary.tar.gz');
    const message = async (split?: 'test'): Promise<string> => {
      const error = await rejection(cifar10({ dir, split, download: false }));
      expect(error).toBeInstanceOf(DataError);
      return error.message;
    };
    expect(await message()).toBe(`${path}: expected a file, got none`);
    const unpacked = await tenFolder(dir);
    await writeFile(join(unpacked, 'data_batch_2.bin'), records([[1], [10]], 5));
    await writeFile(join(unpacked, 'test_batch.bin'), noise(3074));
    archived(dir, 'cifar-10', 'cifar-10-batches-bin');
    execFileSync('rm', ['-r', unpacked]);
    expect(await message()).toBe(`${path}, data_batch_2.bin, record 1: expected a class in [0, 9], got 10`);
    expect(await message('test')).toBe(
      `${path}, test_batch.bin: expected records of 3073 bytes, got 3074 bytes`,
    );
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length >> 1));
    expect(await message()).toContain(`${path}: expected a complete gzip stream, got one that is truncated`);
    const tar = gunzipSync(whole);
    await writeFile(path, gzipSync(tar.subarray(0, 4000)));
    expect(await message()).toMatch(
      /tar\.gz: expected \d+ bytes of .*, got an archive that is truncated after 4000/,
    );
    await writeFile(path, gzipSync(Buffer.alloc(2048)));
    expect(await message()).toBe(`${path}: expected a file data_batch_1.bin in it, got none`);
    const [file] = await sourceStatus(findSource('cifar-10'), dir);
    expect(await verifyFile(file!)).toMatch(/^expected 170052171 bytes, got \d+$/);
    expect((await rejection(cifar10({ split: 'all' as 'test' }))).message).toContain(
      'expected train or test',
    );
  });
});

test('CIFAR-100 has two labels for each image', async () => {
  await using folder = await temporaryFolder();
  const dir = folder.path;
  const unpacked = join(dir, 'cifar-100', 'cifar-100-binary');
  await mkdir(unpacked, { recursive: true });
  await writeFile(join(unpacked, 'train.bin'), records([[19, 99], [0, 20]], 1)); // biome-ignore format: pairs
  await writeFile(join(unpacked, 'test.bin'), records([[1, 2]], 7));
  const fine = await cifar100({ dir, download: false });
  expect([[...fine.labels], fine.classes]).toEqual([[99, 20], 100]);
  expect(Buffer.from(fine.get(1).image).equals(noise(3072, 2))).toBe(true);
  const coarse = await cifar100({ dir, labels: 'coarse', split: 'test', download: false });
  expect([[...coarse.labels], coarse.classes]).toEqual([[1], 20]);
  const wrong = cifar100({ dir, labels: 'super' as 'fine' });
  expect((await rejection(wrong)).message).toBe('labels: expected fine or coarse, got "super"');
});

test('an archive is known by its own bytes, gzip or not', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.tar.gz');
  const bytes = gzipSync('content');
  await writeFile(path, bytes);
  expect(await contentProblem(path, { ...remote(bytes), isArchive: true })).toBeUndefined();
  await writeFile(path, gzipSync('content', { level: 0 }));
  expect(await contentProblem(path, { ...remote(bytes), isArchive: true })).toMatch(
    /^expected 27 bytes, got /,
  );
});

test('no bytes but those of an archive are read as one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      try {
        for (const content of parseTar(bytes, 'a.tar').values()) expect(content.length).toBeLessThan(3000);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
  );
  expect(messageOf(() => parseTar(noise(1024), 'a.tar'))).toBe(
    'a.tar: expected a tar archive, got a header at byte 0 with another checksum',
  );
  expect(messageOf(() => parseTar(noise(10), 'a.tar'))).toBe(
    'a.tar: expected a tar archive, got one that is truncated after 10 bytes',
  );
});

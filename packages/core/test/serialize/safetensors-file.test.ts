import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArgumentError,
  encodeSafetensors,
  FormatError,
  KindlingError,
  loadSafetensors,
  nn,
  ones,
  saveSafetensors,
  tensor,
} from '@kindling/core';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindling-safetensors-'));
  path = join(folder, 'model.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

test('a state dict goes through a file', async () => {
  const layer = new nn.Linear(3, 2);
  await saveSafetensors(path, layer.stateDict(), { epoch: '3' });
  expect(new Uint8Array(await readFile(path))).toEqual(encodeSafetensors(layer.stateDict(), { epoch: '3' }));
  const { tensors, metadata } = await loadSafetensors(path);
  const copy = new nn.Linear(3, 2);
  copy.loadStateDict(tensors);
  expect(copy.weight.toArray()).toEqual(layer.weight.toArray());
  expect(metadata).toEqual({ epoch: '3' });
});

test('an older file is replaced, and nothing is left beside it', async () => {
  await saveSafetensors(path, { x: ones([1000]) });
  await saveSafetensors(path, { x: tensor([7]) });
  expect((await loadSafetensors(path)).tensors.x?.toArray()).toEqual([7]);
  expect(await readdir(folder)).toEqual(['model.safetensors']);
});

test('readers see the old file or the new one, whole, while it is replaced', async () => {
  await saveSafetensors(path, { x: ones([50_000]) });
  let writing = true;
  const writer = (async () => {
    for (let i = 0; i < 20; i++) await saveSafetensors(path, { x: ones([50_000 + i]) });
    writing = false;
  })();
  let reads = 0;
  while (writing) {
    const { tensors } = await loadSafetensors(path);
    expect(tensors.x?.numel).toBeGreaterThanOrEqual(50_000);
    reads++;
  }
  await writer;
  expect(reads).toBeGreaterThan(1);
});

test('several writers at once leave one whole file', async () => {
  await Promise.all(Array.from({ length: 8 }, (_, i) => saveSafetensors(path, { x: ones([100 + i]) })));
  const { tensors } = await loadSafetensors(path);
  expect(tensors.x?.numel).toBeGreaterThanOrEqual(100);
  expect(await readdir(folder)).toEqual(['model.safetensors']);
});

test('a file that cannot be written is an error with its path, and leaves nothing behind', async () => {
  const missing = join(folder, 'nowhere', 'model.safetensors');
  await expect(saveSafetensors(missing, { x: ones([1]) })).rejects.toThrow(
    new RegExp(`^saveSafetensors: cannot write ${missing.replaceAll('\\', '\\\\')}: ENOENT`),
  );
  await mkdir(path);
  await writeFile(join(path, 'inside'), '');
  await expect(saveSafetensors(path, { x: ones([1]) })).rejects.toThrow(KindlingError);
  expect(await readdir(folder)).toEqual(['model.safetensors']);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('an old file stays when the new content is refused', async () => {
  await saveSafetensors(path, { x: ones([2]) });
  await expect(saveSafetensors(path, { __metadata__: ones([1]) })).rejects.toThrow(ArgumentError);
  expect((await loadSafetensors(path)).tensors.x?.toArray()).toEqual([1, 1]);
});

test('a file that is missing or corrupt is an error with its path', async () => {
  await expect(loadSafetensors(path)).rejects.toThrow(`loadSafetensors: cannot read ${path}: ENOENT`);
  await expect(loadSafetensors(path)).rejects.toThrow(KindlingError);
  await writeFile(path, 'nonsense');
  await expect(loadSafetensors(path)).rejects.toThrow(
    new FormatError(
      `${path}: expected a header of at most 100000000 bytes, got a length of 7310308002159816558`,
    ),
  );
});

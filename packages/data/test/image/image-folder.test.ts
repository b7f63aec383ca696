import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DecodedPng, encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { imageFolder, readImage } from '../../src/image/image-folder.ts';
import { DataLoader } from '../../src/loader/data-loader.ts';
import { rejection, temporaryFolder } from '../download/fixture.ts';

/** A PNG file of one color. */
const png = (color: readonly [number, number, number], width = 3, height = 2): Uint8Array =>
  encode({
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: 3 * width * height }, (_, i) => color[i % 3]!),
  } satisfies Partial<DecodedPng>);

async function write(dir: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), bytes);
  }
}

async function flowers(dir: string): Promise<void> {
  await write(dir, {
    'tulip/b.png': png([0, 255, 0]),
    'tulip/a.PNG': png([0, 51, 0]),
    'tulip/notes.txt': 'no image',
    'rose/z.png': png([255, 0, 0]),
    'rose/more/a.png': png([102, 0, 0]),
    'rose/more-yet/a.png': png([153, 0, 0]),
    'readme.md': 'no class',
  });
}

describe('a folder of images', () => {
  test('has a class for each folder, in the order of their names', async () => {
    await using folder = await temporaryFolder();
    await flowers(folder.path);
    const data = await imageFolder(folder.path);
    expect(data.classes).toEqual(['rose', 'tulip']);
    expect(data.files.map(({ path, label }) => [path.slice(folder.path.length + 1), label])).toEqual([
      [join('rose', 'z.png'), 0],
      [join('rose', 'more', 'a.png'), 0],
      [join('rose', 'more-yet', 'a.png'), 0],
      [join('tulip', 'a.PNG'), 1],
      [join('tulip', 'b.png'), 1],
    ]);
    const [image, label] = await data.get(3);
    expect([image.shape, label]).toEqual([[3, 2, 3], 1]);
    expect(image.select(0, 1).data()[5]).toBe(Math.fround(51 / 255));
    const batches = [];
    for await (const [images, labels] of new DataLoader(data, { batchSize: 3 })) {
      batches.push([images.shape, labels.toArray()]);
    }
    expect(batches).toEqual([
      [[3, 3, 2, 3], [0, 0, 0]],
      [[2, 3, 2, 3], [1, 1]],
    ]); // biome-ignore format: pairs
  });

  test('may be changed, gray, or in memory', async () => {
    await using folder = await temporaryFolder();
    await flowers(folder.path);
    const means = await imageFolder(folder.path, { mode: 'gray', transform: (image) => image.mean().item() });
    expect((await means.get(0))[0]).toBeCloseTo(76 / 255, 6);
    const set = await (await imageFolder(folder.path)).load();
    expect([set.channels, set.height, set.width, set.classes]).toEqual([3, 2, 3, 2]);
    expect([...set.labels]).toEqual([0, 0, 0, 1, 1]);
    expect([...set.get(1).image]).toEqual([...Array(6).fill(102), ...Array(12).fill(0)]);
  });

  test('follows links, but not in circles', async () => {
    await using folder = await temporaryFolder();
    await flowers(folder.path);
    await symlink(join(folder.path, 'rose'), join(folder.path, 'rose', 'more', 'again'));
    await symlink(join(folder.path, 'tulip'), join(folder.path, 'violet'));
    const data = await imageFolder(folder.path);
    expect(data.classes).toEqual(['rose', 'tulip', 'violet']);
    expect(data.length).toBe(7);
  });

  test('errors name the file or folder', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    const message = async (): Promise<string> => (await rejection(imageFolder(dir))).message;
    expect(await message()).toBe(`${dir}: expected a folder for each class, got a folder without folders`);
    await write(dir, { 'a/1.txt': '' });
    expect(await message()).toBe(
      `${join(dir, 'a')}: expected images of the class a (.png, .jpg, .jpeg), got none`,
    );
    await write(dir, { 'a/1.webp': '' });
    expect(await message()).toBe(
      `${join(dir, 'a', '1.webp')}: expected a PNG or JPEG image, got a file .webp; convert it to PNG`,
    );
    expect((await rejection(imageFolder(join(dir, 'b')))).message).toBe(
      `${join(dir, 'b')}: expected a folder, got none`,
    );
    await write(dir, { 'c/x/1.png': png([0, 0, 0]), 'c/x/2.png': png([0, 0, 0], 2, 2), 'c/x/3.jpg': 'hm' });
    const data = await imageFolder(join(dir, 'c'));
    const file = (name: string): string => join(dir, 'c', 'x', name);
    expect((await rejection(data.get(2))).message).toBe(
      `${file('3.jpg')}: expected a PNG or JPEG image, got a file of another format`,
    );
    expect((await rejection(data.load())).message).toBe(
      `${file('2.png')}: expected an image of 3 × 2 pixels as ${file('1.png')}, got 2 × 2`,
    );
    expect((await rejection(data.get(3))).message).toBe('ImageFolder: expected an index in [0, 3), got 3');
    expect((await rejection(readImage(file('4.png')))).message).toBe(
      `${file('4.png')}: expected an image, got none`,
    );
    const call = (...args: unknown[]): Promise<Error> =>
      rejection(Reflect.apply(imageFolder, undefined, args));
    expect((await call(3)).message).toBe('imageFolder: expected the path of a folder, got 3');
    expect((await call(dir, { transform: 1 })).message).toContain(
      'expected transform to be a function, got 1',
    );
    expect((await call(dir, { color: 1 })).message).toContain('expected options among mode, transform');
  });
});

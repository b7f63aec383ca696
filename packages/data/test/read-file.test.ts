import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentProblem } from '../src/download/content.ts';
import { gunzip } from '../src/format/gzip.ts';
import { parseIdx } from '../src/format/idx.ts';
import { parseMnistCsv } from '../src/format/mnist-csv.ts';
import { makeFolder } from '../src/make-folder.ts';
import { readData } from '../src/read-data.ts';
import { readFileBytes } from '../src/read-file.ts';
import { messageOf } from './format/data-error.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindling-read-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

describe('a file', () => {
  test('is read whole, whatever its length', async () => {
    for (const length of [0, 1, 1 << 20, (1 << 20) + 1, 3 << 20]) {
      const content = new Uint8Array(length).fill(7);
      expect(Buffer.compare(await readFileBytes(await file('a', content)), content)).toBe(0);
    }
  });

  test('of more bytes than the limit is refused', async () => {
    const path = await file('b', '12345');
    expect(await readFileBytes(path, { maxBytes: 5 })).toHaveLength(5);
    await expect(readFileBytes(path, { maxBytes: 4 })).rejects.toThrow(
      `${path}: expected a file, got more than 4 bytes`,
    );
  });

  test.each([
    ['none', 'none', () => undefined],
    ['folder', 'a folder', (path: string) => mkdir(path)],
    ['loop', 'a link to itself (ELOOP)', (path: string) => symlink(path, path)],
  ])('%s is refused with its path', async (name, got, make) => {
    const path = join(folder, name);
    await make(path);
    await expect(readFileBytes(path)).rejects.toThrow(`${path}: expected a file, got ${got}`);
  });
});

describe.runIf(process.platform === 'linux')('what is no file', () => {
  test('a device that never ends is refused', async () => {
    await expect(readFileBytes('/dev/zero')).rejects.toThrow('/dev/zero: expected a file, got a device');
  });

  test('a pipe is read to its end, and no further than the limit', async () => {
    const read = (limit: number, bytes: number): string =>
      execFileSync(
        'bash',
        [
          '-c',
          `head -c ${bytes} /dev/zero > >(cat) | node --import tsx --conditions=@kindling/source -e "
            const { readFileBytes } = await import('${join(import.meta.dirname, '../src/read-file.ts')}');
            const show = (x) => process.stdout.write(String(x.length ?? x.message));
            await readFileBytes('/dev/stdin', { maxBytes: ${limit} }).then(show, show);
          " --input-type=module`,
        ],
        { encoding: 'utf8', cwd: join(import.meta.dirname, '../../..') },
      );
    expect(read(3_000_000, 2_500_000)).toBe('2500000');
    expect(read(2_000_000, 2_500_000)).toBe('/dev/stdin: expected a file, got more than 2000000 bytes');
  });
});

test.runIf(process.platform === 'linux')('a file is closed, whether it could be read or not', async () => {
  const open = (): string[] =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder) ? [fd] : [];
      } catch {
        return [];
      }
    });
  const path = await file('closed', '12345');
  await readFileBytes(path);
  await expect(readFileBytes(path, { maxBytes: 4 })).rejects.toThrow('more than 4 bytes');
  await expect(readFileBytes(folder)).rejects.toThrow('got a folder');
  expect(open()).toEqual([]);
});

describe('a gzip stream', () => {
  const bomb = gzipSync(new Uint8Array(10_000_000));

  test('that holds more than the limit is refused', async () => {
    expect(messageOf(() => gunzip(bomb, 'a.gz', 1_000_000))).toBe(
      `a.gz: expected a gzip stream of at most 1000000 bytes, got ${bomb.length} bytes that decompress to more`,
    );
    const path = await file('a.gz', bomb);
    await expect(readData(path, 1_000_000)).rejects.toThrow(
      'expected a gzip stream of at most 1000000 bytes',
    );
    expect(await readData(path)).toHaveLength(10_000_000);
  });

  test('that holds more than was published is read no further', async () => {
    expect(await contentProblem(await file('b.gz', bomb), { bytes: 1000, sha256: '' })).toBe(
      'expected 1000 bytes, got more',
    );
  });
});

describe('IDX', () => {
  test('elements are a copy of the bytes of a Buffer', () => {
    const bytes = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 5, 6]);
    const { data } = parseIdx(bytes, 'x');
    bytes.fill(0);
    expect(data).toEqual(Uint8Array.of(5, 6));
  });

  test('sizes that are larger than any file are refused before memory is taken', () => {
    const header = Uint8Array.of(0, 0, 0x0e, 255, ...new Uint8Array(255 * 4).fill(255));
    const message = messageOf(() => parseIdx(header, 'x'));
    expect(message).toContain('x: expected Infinity bytes for shape [4294967295, ');
    expect(message.length).toBeLessThan(600);
  });
});

test('an MNIST file of one long line is refused with a short message', () => {
  const line = new TextEncoder().encode('x,'.repeat(1_000_000));
  expect(messageOf(() => parseMnistCsv(line, 'x.csv')).length).toBeLessThan(200);
});

describe('makeFolder', () => {
  test('gives the folders that it made, the outermost first', () => {
    const [a, b] = [join(folder, 'm'), join(folder, 'm', 'n')];
    expect(makeFolder(b)).toEqual([a, b]);
    expect(makeFolder(b)).toEqual([]);
    expect(makeFolder(join(a, 'o'))).toEqual([join(a, 'o')]);
  });

  test('makes what is missing and leaves what is there', async () => {
    makeFolder(join(folder, 'x', 'y', 'z'));
    makeFolder(join(folder, 'x', 'y', 'z'));
    expect(await readdir(join(folder, 'x', 'y'))).toEqual(['z']);
  });

  test('says where a file is in the way', async () => {
    const path = await file('plain', '');
    expect(() => makeFolder(path)).toThrow(/EEXIST.*plain/);
    expect(() => makeFolder(join(path, 'below'))).toThrow(/ENOTDIR.*below/);
  });

  test.runIf(process.platform === 'linux')('ends where no folders can be made', () => {
    expect(() => makeFolder('/proc/kindling/runs')).toThrow(/ENOENT.*\/proc\/kindling/);
    expect(() => makeFolder('/proc/self/kindling')).toThrow(/ENOENT|EACCES/);
    expect(() => makeFolder('/dev/null/kindling')).toThrow(/ENOTDIR/);
  });
});

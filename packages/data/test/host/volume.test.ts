import fs, { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { FileStorage } from '../../src/host/file-storage.ts';
import { Journal } from '../../src/host/journal.ts';
import { MemoryStorage } from '../../src/host/memory-storage.ts';
import { Volume } from '../../src/host/volume.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What a run does with its files. */
type Operation =
  | { readonly kind: 'append'; readonly name: string; readonly text: string }
  | { readonly kind: 'replace'; readonly name: string; readonly text: string }
  | { readonly kind: 'remove' | 'makeFolder' | 'read'; readonly name: string };

const file = fc.constantFrom('a', 'b', 'folder/c', 'none/d');
const text = fc.string({ maxLength: 20 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('append' as const, 'replace' as const), name: file, text }),
  fc.record({
    kind: fc.constantFrom('remove' as const, 'makeFolder' as const, 'read' as const),
    name: fc.oneof(file, fc.constant('folder')),
  }),
);

interface Files
  extends Pick<
    Volume,
    'openSync' | 'closeSync' | 'fsyncSync' | 'writeSync' | 'readSync' | 'renameSync' | 'rmSync' | 'mkdirSync'
  > {
  lstatSync(path: string): { readonly size: number; isDirectory(): boolean };
}

/** What comes of an operation: what was read, or the code of the error. */
function perform(files: Files, root: string, { kind, name, ...rest }: Operation): unknown {
  const path = `${root}/${name}`;
  const append = (at: string, flags: string | number): void => {
    const bytes = new TextEncoder().encode('text' in rest ? rest.text : '');
    const descriptor = files.openSync(at, flags);
    if (bytes.length > 0) files.writeSync(descriptor, bytes, 0, bytes.length);
    files.fsyncSync(descriptor);
    files.closeSync(descriptor);
  };
  try {
    switch (kind) {
      case 'append':
        return append(path, fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_CREAT);
      case 'replace':
        append(`${path}.tmp`, 'wx');
        return files.renameSync(`${path}.tmp`, path);
      case 'remove':
        return files.rmSync(path, { recursive: true });
      case 'makeFolder':
        return files.mkdirSync(path);
      case 'read': {
        const stats = files.lstatSync(path);
        if (stats.isDirectory()) return 'a folder';
        const descriptor = files.openSync(path, fs.constants.O_RDONLY);
        const bytes = new Uint8Array(stats.size + 3);
        const count = files.readSync(descriptor, bytes, 0, bytes.length, 0);
        files.closeSync(descriptor);
        return new TextDecoder().decode(bytes.subarray(0, count));
      }
    }
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

/** All files of a storage with their contents. */
async function contentsOf(storage: FileStorage, path = '/'): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const { name, isFolder } of await storage.list(path)) {
    const below = path === '/' ? `/${name}` : `${path}/${name}`;
    if (isFolder) Object.assign(contents, await contentsOf(storage, below));
    else contents[below] = await (await storage.read(below))!.text();
  }
  return contents;
}

const contentsOnDisk = (root: string): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(root, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(root.length), fs.readFileSync(path, 'utf8')]),
  );

test('does with files what Node.js does, with the same errors, and all of it reaches the storage', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
      const root = mkdtempSync(join(tmpdir(), 'kindling-volume-'));
      folders.push(root);
      const storage = new MemoryStorage();
      const journal = new Journal(async () => storage);
      const volume = new Volume(journal);
      for (const each of operations) {
        expect(perform(volume, '', each), JSON.stringify(each)).toEqual(perform(fs, root, each));
      }
      await journal.settled();
      expect(await contentsOf(storage)).toEqual(contentsOnDisk(root));
    }),
    { numRuns: 60 },
  );
});

const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);

test('what the storage does not take is said at the next write, and written once it takes it', async () => {
  const storage = new MemoryStorage();
  const full = Object.assign(new Error('full'), { name: 'QuotaExceededError' });
  let isFull = true;
  const journal = new Journal(async () => ({
    read: (path) => storage.read(path),
    list: (path) => storage.list(path),
    remove: (path) => storage.remove(path),
    makeFolder: (path) => storage.makeFolder(path),
    write: (path, content) => storage.write(path, content),
    writeAt: async (path, position, bytes) => {
      if (isFull) throw full;
      await storage.writeAt(path, position, bytes);
    },
  }));
  const volume = new Volume(journal);
  const log = volume.openSync('/log', fs.constants.O_WRONLY | fs.constants.O_CREAT);
  const append = (text: string) => volume.writeSync(log, bytesOf(text), 0, text.length);
  append('one\n');
  await expect(journal.settled()).rejects.toThrow(
    "/log: expected a file of the origin's storage that can be written, got no room left for this site; remove runs or data that are no longer needed",
  );
  append('two\n');
  await expect(journal.settled()).rejects.toThrow('no room left');
  isFull = false;
  append('three\n');
  await journal.settled();
  expect(await contentsOf(storage)).toEqual({ '/log': 'one\ntwo\nthree\n' });
});

test('a failure that nothing waits for meets the next write', async () => {
  const journal = new Journal(() => Promise.reject(new Error('no storage')));
  const volume = new Volume(journal);
  const log = volume.openSync('/log', fs.constants.O_WRONLY | fs.constants.O_CREAT);
  await new Promise((resolve) => setImmediate(resolve));
  expect(() => volume.writeSync(log, bytesOf('x'), 0, 1)).toThrow('no storage');
});

test('temporary files, locks and requests to stop stay in memory', async () => {
  const storage = new MemoryStorage();
  const journal = new Journal(async () => storage);
  const volume = new Volume(journal);
  for (const name of ['lock', 'stop', '.summary.json.1.tmp', 'kept'])
    volume.closeSync(volume.openSync(`/${name}`, 'wx'));
  await journal.settled();
  expect(Object.keys(await contentsOf(storage))).toEqual(['/kept']);
});

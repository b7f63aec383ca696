import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { openNative } from '../../src/backend/native/open.ts';
import { openLibrary } from '../../src/backend/native/open-library.ts';
import { tensor } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-library-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

test('a library that is named and not there is told', () => {
  const path = join(folder, 'none.so');
  vi.stubEnv('KINDLING_NATIVE_LIBRARY', path);
  expect(openLibrary).toThrow(
    `native: expected the native library, found none (tried KINDLING_NATIVE_LIBRARY (${path}));`,
  );
});

test('a file that is no library is told with its path', () => {
  const path = join(folder, 'text.so');
  writeFileSync(path, 'no library');
  vi.stubEnv('KINDLING_NATIVE_LIBRARY', path);
  expect(openLibrary).toThrow(`native: expected a library that loads, got ${path}: `);
});

const fileName = { linux: 'libkindling.so', darwin: 'libkindling.dylib', win32: 'kindling.dll' }[
  process.platform as string
];
const built = join(
  import.meta.dirname,
  '../../native/build',
  `${process.platform}-${process.arch}`,
  fileName ?? 'none',
);

describe.skipIf(!existsSync(built))('the library that this checkout has built', () => {
  test('loads, and is what computes on the CPU', () => {
    expect(openLibrary().path).toBe(built);
    if (process.env.KINDLING_BACKEND === undefined) expect(tensor(1).storage.backend.name).toBe('native');
  });

  test('comes behind one that the environment names', () => {
    const path = join(folder, 'copy.so');
    copyFileSync(built, path);
    vi.stubEnv('KINDLING_NATIVE_LIBRARY', path);
    expect(openLibrary().path).toBe(path);
  });

  test('takes threads and an instruction set from the environment', () => {
    const threads = openNative().library.threads();
    try {
      vi.stubEnv('KINDLING_NUM_THREADS', '3');
      expect(openNative().library.threads()).toBe(3);
      vi.stubEnv('KINDLING_NUM_THREADS', '');
      expect(openNative().library.threads()).toBe(threads);
      for (const count of ['0', '-1', '1.5', 'many']) {
        vi.stubEnv('KINDLING_NUM_THREADS', count);
        expect(openNative).toThrow(`KINDLING_NUM_THREADS: expected an integer of at least 1, got ${count}`);
      }
      vi.stubEnv('KINDLING_NUM_THREADS', '1');
      vi.stubEnv('KINDLING_ISA', 'abacus');
      expect(openNative).toThrow(
        'KINDLING_ISA: expected an instruction set that the library and this processor support, got abacus',
      );
      vi.stubEnv('KINDLING_ISA', 'baseline');
      if (process.arch === 'x64') expect(openNative().library.selected()).toBe('baseline');
    } finally {
      vi.unstubAllEnvs();
      openNative();
    }
  });
});

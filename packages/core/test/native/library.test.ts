import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { openLibrary } from '../../src/backend/native/library.ts';

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

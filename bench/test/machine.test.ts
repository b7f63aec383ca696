import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cachesIn, thisMachine } from '../src/report/machine.ts';

test('caches of data, the nearest first; none where the system does not tell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  try {
    const caches = [
      ['2', 'Unified', '1024K'],
      ['1', 'Instruction', '32K'],
      ['1', 'Data', '48K'],
    ];
    for (const [i, [level, type, size]] of caches.entries()) {
      const own = join(folder, `index${i}`);
      mkdirSync(own);
      for (const [file, text] of Object.entries({ level, type, size }))
        writeFileSync(join(own, file), `${text}\n`);
    }
    expect(cachesIn(folder)).toEqual([
      { level: 1, bytes: 48 * 1024 },
      { level: 2, bytes: 1024 * 1024 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(cachesIn(folder)).toEqual([]);
});

test('the machine has a default number of threads', () => {
  expect(thisMachine().threads).toBeGreaterThanOrEqual(1);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as parameters from '../../src/backend/cuda/plan/parameters.ts';
import { Struct } from '../../src/backend/cuda/plan/struct.ts';

const cuda = fileURLToPath(new URL('../../cuda/', import.meta.url));

test('fields stand where C puts them', () => {
  const inner = new Struct({ wide: 'float64', narrow: 'int32' });
  const outer = new Struct({ first: 'int32', inner: [inner, 2], list: ['uint32', 3], last: 'const void*' });
  expect(inner.byteLength).toBe(16);
  expect(outer.offsets).toEqual({ first: 0, inner: 8, list: 40, last: 56 });
  expect(outer.byteLength).toBe(64);
  const bytes = outer.pack({
    first: -1,
    inner: [{ narrow: 7 }, { wide: 0.5 }],
    list: [1, 2 ** 32 - 1],
    last: 2n ** 40n,
  });
  const view = new DataView(bytes.buffer);
  expect(view.getInt32(0, true)).toBe(-1);
  expect(view.getInt32(16, true)).toBe(7);
  expect(view.getFloat64(24, true)).toBe(0.5);
  expect([40, 44, 48].map((at) => view.getUint32(at, true))).toEqual([1, 2 ** 32 - 1, 0]);
  expect(view.getBigUint64(56, true)).toBe(2n ** 40n);
});

test('integers beyond 32 bits, negative ones included', () => {
  const struct = new Struct({ x: 'int64' });
  for (const x of [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32 + 5, -(2 ** 40) - 3, Number.MAX_SAFE_INTEGER]) {
    expect(new DataView(struct.pack({ x }).buffer).getBigInt64(0, true)).toBe(BigInt(x));
  }
});

test('the compiler lays structures out alike', ({ skip }) => {
  const compiler = process.env.CXX ?? 'c++';
  if (spawnSync(compiler, ['--version']).status !== 0) {
    console.warn(`structures not compared with the compiler's: no ${compiler}`);
    skip();
  }
  const generator = fileURLToPath(new URL('../../codegen/generate.mjs', import.meta.url));
  expect(spawnSync(process.execPath, [generator], { encoding: 'utf8' }).stderr).toBe('');
  const checks = Object.entries(parameters).flatMap(([name, struct]) =>
    struct instanceof Struct
      ? [
          `static_assert(sizeof(kd::${name}) == ${struct.byteLength}, "${name}");`,
          ...Object.entries(struct.offsets).map(
            ([field, offset]) =>
              `static_assert(offsetof(kd::${name}, ${field}) == ${offset}, "${name}.${field}");`,
          ),
        ]
      : [],
  );
  expect(checks.length).toBeGreaterThan(100);
  const folder = mkdtempSync(join(tmpdir(), 'kindling-layout-'));
  try {
    const source = join(folder, 'layout.cpp');
    writeFileSync(source, `#include <cstddef>\n#include "generated/parameters.cuh"\n${checks.join('\n')}\n`);
    const { status, stderr } = spawnSync(compiler, ['-std=c++17', '-fsyntax-only', '-I', cuda, source], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

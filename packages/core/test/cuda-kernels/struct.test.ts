import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dtypeCodes } from '../../src/backend/cuda/plan/launch.ts';
import * as parameters from '../../src/backend/cuda/plan/parameters.ts';
import { Struct } from '../../src/backend/cuda/plan/struct.ts';
import { arithmeticOps, comparisonOps, logicalOps, unaryOps } from '../../src/backend/kernels.ts';
import { dtypes } from '../../src/dtype.ts';

const cuda = fileURLToPath(new URL('../../cuda/', import.meta.url));

test('fields stand where C puts them', () => {
  const inner = new Struct({ wide: 'float64', narrow: 'int32' });
  const outer = new Struct({ first: 'int32', inner: [inner, 2], list: ['uint32', 3], last: 'pointer' });
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

test('structures are those of cuda/parameters.cuh', ({ skip }) => {
  const compiler = process.env.CXX ?? 'c++';
  if (spawnSync(compiler, ['--version']).status !== 0) {
    console.warn(`structures not compared with the compiler's: no ${compiler}`);
    skip();
  }
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
    writeFileSync(source, `#include <cstddef>\n#include "parameters.cuh"\n${checks.join('\n')}\n`);
    const { status, stderr } = spawnSync(compiler, ['-std=c++17', '-fsyntax-only', '-I', cuda, source], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('codes of dtypes and operations are those of cuda/codes.cuh', () => {
  const text = readFileSync(join(cuda, 'codes.cuh'), 'utf8');
  const listed = (macro: string): string[] => {
    const lines = new RegExp(`#define ${macro}\\(X\\)((?:.*\\\\\\n)*.*)`).exec(text)![1]!;
    return [...lines.matchAll(/X\((\w+)\)/g)].map(([, name]) => name!);
  };
  expect(listed('KD_UNARY')).toEqual([...unaryOps]);
  expect(listed('KD_BINARY')).toEqual([...arithmeticOps, ...comparisonOps, ...logicalOps]);
  const [, names] = /enum class DType : int \{ (.*) \}/.exec(text)!;
  expect(names!.replace('boolean', 'bool').split(', ')).toEqual(Object.keys(dtypes));
  expect(Object.keys(dtypeCodes)).toEqual(Object.keys(dtypes));
  expect(Object.values(dtypeCodes)).toEqual([0, 1, 2, 3, 4]);
});

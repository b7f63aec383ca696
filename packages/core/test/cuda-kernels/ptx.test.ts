import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const cuda = fileURLToPath(new URL('../../cuda/', import.meta.url));
const ptx = join(cuda, 'ptx');

const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();

const modules = namesIn(cuda, '.cu');

interface Use {
  readonly registers: number;
  readonly shared: number;
  readonly stack: number;
  readonly spills: number;
}

const report: { readonly [kernel: string]: { readonly [architecture: string]: Use } | string } = JSON.parse(
  readFileSync(join(ptx, 'resources.json'), 'utf8'),
);
const uses = Object.entries(report).filter((entry): entry is [string, { [architecture: string]: Use }] =>
  entry[0].includes('/'),
);

const ptxOf = (module: string): string => readFileSync(join(ptx, `${module}.ptx`), 'utf8');

test('every module has its PTX, which drivers from CUDA 12.0 on read', () => {
  expect(namesIn(ptx, '.ptx')).toEqual(modules);
  for (const module of modules) {
    const [, version, target] = /^\.version (\d\.\d)\n\.target sm_(\d+)\n/.exec(ptxOf(module)) ?? [];
    expect(Number(version)).toBeLessThanOrEqual(8);
    expect(Number(target)).toBeLessThanOrEqual(80);
    expect(ptxOf(module)).not.toMatch(/\/\/|_Z/);
  }
});

test('the report has every kernel, assembled for each architecture, and none spills registers', () => {
  const entries = modules.flatMap((module) =>
    [...ptxOf(module).matchAll(/^\.visible \.entry (\w+)/gm)].map(([, name]) => `${module}/${name}`),
  );
  expect(uses.map(([kernel]) => kernel).sort()).toEqual(entries.sort());
  for (const [kernel, columns] of uses) {
    expect(Object.keys(columns)).toEqual(expect.arrayContaining(['sm_80', 'sm_90', 'sm_100']));
    for (const [architecture, { registers, spills }] of Object.entries(columns)) {
      expect(registers, `${kernel} on ${architecture}`).toBeGreaterThan(0);
      expect(spills, `${kernel} on ${architecture}`).toBe(0);
    }
  }
});

test('building again gives the same files', { timeout: 300_000 }, ({ skip }) => {
  const { status, stderr } = spawnSync(process.execPath, [join(cuda, 'build.mjs'), '--check'], {
    encoding: 'utf8',
  });
  // On CI, .ci/run has installed the nvcc that the files come from, where there is one.
  const isRequired = process.env.CI !== undefined && process.platform === 'linux';
  if (status === 3 && !isRequired) {
    console.warn(stderr.trim());
    skip();
  }
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Every module that a source file loads at run time, and those that they load; packages by their names. */
function loaded(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const values = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)(?! type)[^;]*?from '([^']+)'|^import '([^']+)'/gm,
  );
  for (const [, from, bare] of values) {
    const source = (from ?? bare)!;
    if (!source.startsWith('.')) seen.add(source);
    else loaded(join(dirname(file), source), seen);
  }
  return seen;
}

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

it('loads nothing but its own files through the main door: a page can bundle it, and it starts at once', () => {
  const modules = [...loaded(source('index.ts'))];
  expect(modules.length).toBeGreaterThan(15);
  expect(modules.filter((module) => !existsSync(module))).toEqual([]);
});

it('loads ECharts through the svg door', () => {
  expect([...loaded(source('svg/render-svg.ts'))].filter((module) => !existsSync(module)).sort()).toEqual([
    'echarts/charts',
    'echarts/components',
    'echarts/core',
    'echarts/renderers',
  ]);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Results } from '../src/report/results.ts';
import { ResultsFileError, readResults, resultsText, writeResults } from '../src/report/results-file.ts';
import { summarize } from '../src/statistics.ts';
import { workloads } from '../src/workloads/workloads.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bench-test-'));
});
afterEach(() => rm(dir, { recursive: true }));

const all = workloads('python3');

const row = (workload: string, implementation: string, value: number) => ({
  workload,
  implementation,
  unit: 'µs/step' as const,
  ...summarize([value]),
});

const results: Results = {
  date: '2026-01-02T03:04:05.678Z',
  quick: false,
  machine: { cpu: 'A CPU', cores: 2, memoryBytes: 2 ** 34, os: 'An OS', node: 'v20' },
  versions: { kindling: { '@kindling/core': '0.1.0' } },
  data: { xor: 'real' },
  rows: [
    row('xor', 'Kindling Trainer 1t', 3),
    row('xor', 'PyTorch compiled 1t', 100),
    row('xor', 'JAX loop 1t', 1),
    row('diabetes', 'Kindling Trainer 1t', 10),
    row('diabetes', 'PyTorch eager 1t', 30),
  ],
  notes: [{ implementation: 'jax-js', workload: 'xor', reason: 'too slow', detail: 'a step takes 9.0 s' }],
};

test('the file holds what was measured, a row a line, and the ratios that follow', () => {
  const text = resultsText(results, all);
  const { ratios, means, ...measured } = JSON.parse(text);
  expect(measured).toEqual(results);
  expect(ratios).toEqual([
    {
      workload: 'xor',
      of: 'Kindling Trainer 1t',
      rivals: { PyTorch: 33.33, JAX: 0.3333, 'JAX loop': 0.3333 },
      families: { 'PyTorch compiled': 33.33, 'JAX loop': 0.3333 },
      pairs: {},
    },
    {
      workload: 'diabetes',
      of: 'Kindling Trainer 1t',
      rivals: { PyTorch: 3 },
      families: { 'PyTorch eager': 3 },
      pairs: {},
    },
  ]);
  expect(means).toEqual([
    {
      group: 'programs',
      rivals: [
        { rival: 'PyTorch', ratio: 10, workloads: 2 },
        { rival: 'JAX', ratio: 0.3333, workloads: 1 },
        { rival: 'JAX loop', ratio: 0.3333, workloads: 1 },
      ],
    },
  ]);
  expect(text.split('\n').filter((line) => line.includes('"implementation":"JAX loop 1t"'))).toHaveLength(1);
  expect(JSON.parse(resultsText({ ...results, rows: [], notes: [] }, all))).toMatchObject({
    rows: [],
    notes: [],
    ratios: [],
    means: [],
  });
});

test('a file is read again as it was written', async () => {
  const path = join(dir, 'deep', 'results.json');
  await writeResults(results, all, path);
  expect(await readResults(path)).toEqual(results);
});

test.each([
  ['no JSON', 'hello'],
  ['something else', '{"rows":[]}'],
])('a file that holds %s is an error that names it', async (_, text) => {
  const path = join(dir, 'results.json');
  await writeFile(path, text);
  await expect(readResults(path)).rejects.toThrow(ResultsFileError);
  await expect(readResults(path)).rejects.toThrow(`--from: expected a file of results, got ${path}`);
  await expect(readResults(`${path}.none`)).rejects.toThrow(/ENOENT/);
});

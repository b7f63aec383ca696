import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheEnd, growthChart, growthPictures, writePictures } from '../src/report/growth-charts.ts';
import type { Results, Row } from '../src/report/results.ts';
import { renderTable } from '../src/report/table.ts';
import { summarize } from '../src/statistics.ts';
import { bytesOf, type Growth, growth, growths, operationsOf } from '../src/workloads/growth.ts';

const row = (workload: string, implementation: string, value: number): Row => ({
  workload,
  implementation,
  unit: 'µs/step',
  ...summarize([value]),
});

const results: Results = {
  date: '2026-01-02T03:04:05.678Z',
  quick: false,
  machine: {
    cpu: 'A CPU',
    cores: 2,
    memoryBytes: 2 ** 34,
    os: 'An OS',
    node: 'v20',
    caches: [
      { level: 1, bytes: 2 ** 16 },
      { level: 2, bytes: 2 ** 20 },
      { level: 3, bytes: 2 ** 40 },
    ],
    threads: 2,
  },
  versions: {},
  data: {},
  rows: [
    row('rows-100', 'Kindling Trainer 1t', 8),
    row('rows-100', 'Kindling Trainer 2t', 10),
    row('rows-1000', 'Kindling Trainer 1t', 60),
    row('rows-1000', 'Kindling Trainer 2t', 40),
    row('rows-10000', 'Kindling Trainer 2t', 300),
    row('rows-100', 'PyTorch eager 1t', 240),
    row('rows-1000', 'PyTorch eager 2t', 500),
    row('rows-1000', 'PyTorch eager 1t', 400),
  ],
  notes: [],
};

const rows = growths.find(({ name }) => name === 'rows')!;

test('a step has the operations of its products, and keeps what lies between its layers', () => {
  expect(operationsOf({ widths: [4, 32], rows: 10 })).toBe(2 * 2 * 10 * 4 * 32);
  expect(operationsOf({ widths: [4, 32, 16], rows: 10 })).toBe(2 * 10 * (2 * 4 * 32 + 3 * 32 * 16));
  expect(bytesOf({ widths: [4, 32], rows: 10 })).toBe(4 * (10 * (4 + 64) + 2 * (5 * 32)));
});

test('each growth has its workloads, from the least to the largest', () => {
  expect(growth.map(({ name }) => name).filter((name) => name.startsWith('depth-'))).toEqual(
    [1, 2, 4, 8, 16, 32, 64].map((depth) => `depth-${depth}`),
  );
  expect(growth.filter(({ without = [] }) => !without.includes('PyTorch compiled'))).toHaveLength(13);
});

test('a cache ends where a step keeps as much as it holds', () => {
  const square: Growth = { ...rows, networkAt: (value) => ({ widths: [1], rows: value }) };
  expect(cacheEnd(square, { level: 1, bytes: 4 * 2500 })).toBeCloseTo(2500, 6);
  expect(cacheEnd(square, { level: 1, bytes: 4 })).toBeUndefined();
  expect(cacheEnd(square, { level: 1, bytes: 2 ** 40 })).toBeUndefined();
});

describe('a chart', () => {
  test('has the best setting of each family for each row, and the caches that end within', () => {
    const chart = growthChart(rows, results)!;
    expect(chart.legend?.data).toEqual(['Kindling Trainer', 'PyTorch eager', 'L1, 64 KiB', 'L2, 1 MiB']);
    const lines = Object.fromEntries(
      chart.series.map(({ name, data }) => [
        name,
        (data as [number, number][]).map(([x, y]) => [x, Number(y.toPrecision(9))]),
      ]),
    );
    expect(lines['Kindling Trainer']).toEqual([
      [100, 80],
      [1000, 40],
      [10_000, 30],
    ]);
    expect(lines['PyTorch eager']).toEqual([
      [100, 2400],
      [1000, 400],
    ]);
    const [from = [], to = []] = lines['L2, 1 MiB']!;
    expect(from[0]).toBe(to[0]);
    expect(bytesOf(rows.networkAt(from[0]!)) / 2 ** 20).toBeCloseTo(1, 1);
    expect([from[1], to[1]]).toEqual([30, 2400]);
  });

  test('is left out where nothing was measured', () => {
    expect(growthChart(growths.find(({ name }) => name === 'depth')!, results)).toBeUndefined();
  });

  test('is written in two themes, small and with texts', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'bench-test-'));
    try {
      const paths = await writePictures(growthPictures(results), join(dir, 'charts'));
      expect(paths).toEqual(
        ['light', 'dark'].map((theme) => join(dir, 'charts', `growth-rows-${theme}.svg`)),
      );
      for (const path of paths) {
        const svg = await readFile(path, 'utf8');
        expect(svg).toContain('ns/row');
        expect(svg.length).toBeLessThan(30_000);
      }
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

test('a table has the time of a row, the work in time, and what the default number of threads costs', () => {
  const lines = renderTable(results, growth).split('\n');
  const cells = (start: string) =>
    lines
      .find((line) => line.startsWith(start))!
      .trim()
      .split(/ {2,}/);
  expect(cells('workload').slice(2)).toEqual([
    'Kindling Trainer',
    'PyTorch eager',
    'ns/row',
    'GFLOP/s',
    'default',
    'default ÷ best',
    '× PyTorch',
  ]);
  expect(cells('rows-100 ').slice(2)).toEqual([
    '8.00 1t',
    '240 1t',
    '80.0',
    (operationsOf(rows.networkAt(100)) / 8e-6 / 1e9).toPrecision(3),
    '10.0',
    '1.25',
    '30.0',
  ]);
  expect(cells('rows-10000').slice(2)).toEqual([
    '300 2t',
    '30.0',
    (operationsOf(rows.networkAt(10_000)) / 300e-6 / 1e9).toPrecision(3),
  ]);
});

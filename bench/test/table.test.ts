import { describe, expect, test } from 'vitest';
import { compare } from '../src/report/comparison.ts';
import type { Results, Row } from '../src/report/results.ts';
import { resultsText } from '../src/report/results-file.ts';
import { leftOut, renderTable, shortNumber } from '../src/report/table.ts';
import { summarize } from '../src/statistics.ts';
import type { Unit } from '../src/unit.ts';
import { workloads } from '../src/workloads/workloads.ts';

const row = (workload: string, implementation: string, unit: Unit, ...values: number[]): Row => ({
  workload,
  implementation,
  unit,
  ...summarize(values),
});

describe('compare', () => {
  test('takes the best setting of each family, and of PyTorch', () => {
    const { best, eager, recorded } = compare([
      row('xor', 'Kindling eager 1t', 'µs/step', 100),
      row('xor', 'Kindling eager 2t', 'µs/step', 50),
      row('xor', 'Kindling compile 1t', 'µs/step', 4),
      row('xor', 'Kindling Trainer 1t', 'µs/step', 2),
      row('xor', 'PyTorch 1+1', 'µs/step', 300),
      row('xor', 'PyTorch 2+1', 'µs/step', 200),
    ]);
    expect(best.get('Kindling eager')?.implementation).toBe('Kindling eager 2t');
    expect(best.get('PyTorch')?.implementation).toBe('PyTorch 2+1');
    expect(eager).toBe(4);
    expect(recorded).toBe(100);
  });

  test('the best work in time is the most, and is measured by the limit', () => {
    const limit = row('fma-1t', 'machine', 'GFLOP/s', 100);
    const { eager, recorded, ofLimit, best } = compare(
      [
        row('matmul', 'Kindling eager 1t', 'GFLOP/s', 66),
        row('matmul', 'PyTorch 1+1', 'GFLOP/s', 55),
        row('matmul', 'PyTorch 2+1', 'GFLOP/s', 60),
      ],
      limit,
    );
    expect(eager).toBeCloseTo(1.1);
    expect(recorded).toBeUndefined();
    expect(ofLimit).toBeCloseTo(0.66);
    expect(best.get('machine')).toBe(limit);
  });

  test('without PyTorch there is no ratio', () => {
    const { eager, ofLimit } = compare([row('xor', 'Kindling eager 1t', 'µs/step', 100)]);
    expect(eager).toBeUndefined();
    expect(ofLimit).toBeUndefined();
  });
});

test.each([
  [0, '0'],
  [0.01234, '0.0123'],
  [1.2345, '1.23'],
  [12.345, '12.3'],
  [123.45, '123'],
  [123456, '123456'],
])('shortNumber(%d) is %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

const results: Results = {
  date: '2026-01-02T03:04:05.678Z',
  quick: true,
  machine: { cpu: 'A CPU', cores: 2, memoryBytes: 2 ** 34, os: 'An OS', node: 'v20' },
  versions: { kindling: { '@kindling/core': '0.1.0' } },
  data: { mnist: 'random', xor: 'real' },
  rows: [
    row('fma-1t', 'machine', 'GFLOP/s', 100, 100, 98),
    row('xor', 'Kindling eager 1t', 'µs/step', 9, 10, 11),
    row('xor', 'PyTorch 2+1', 'µs/step', 250),
    row('matmul-64-1t', 'Kindling eager 1t', 'GFLOP/s', 40, 42, 41),
  ],
  notes: [
    { implementation: 'jax-js', reason: 'none installed' },
    { implementation: 'TF.js CPU', workload: 'xor', reason: 'too slow', detail: 'a step takes 9.0 s' },
    { implementation: 'PyTorch 1+1', workload: 'xor', reason: 'too slow' },
    { implementation: 'PyTorch 2+2', workload: 'xor', reason: 'too slow' },
  ],
};

describe('renderTable', () => {
  const text = renderTable(results, workloads('python3'));
  const lineOf = (start: string) => text.split('\n').find((line) => line.startsWith(start)) ?? '';

  test('has a line a workload, with medians, deviations, settings and ratios', () => {
    expect(lineOf('workload').trim().split(/ {2,}/)).toEqual([
      'workload',
      'unit',
      'Kindling eager',
      'PyTorch',
      'machine',
      'eager ×',
      'of limit',
    ]);
    expect(lineOf('xor').split(/ {2,}/)).toEqual(['xor', 'µs/step', '10.0 ±10% 1t', '250 2+1', '25.0']);
    expect(lineOf('matmul-64-1t')).toMatch(/41\.0 ±2% 1t +100 ±0% +41%$/);
  });

  test('has columns that line up', () => {
    const end = lineOf('workload').indexOf('PyTorch') + 'PyTorch'.length;
    expect(lineOf('xor').slice(0, end)).toMatch(/250 2\+1$/);
  });

  test('says what was measured on what, and what is missing', () => {
    expect(text).toContain('A CPU, 2 cores, 16 GiB, An OS, Node v20');
    expect(text).toContain('versions  kindling: @kindling/core 0.1.0');
    expect(text).toMatch(/real: xor\n/);
    expect(text).toMatch(/random numbers of the same shape.*: mnist\n/);
    expect(text).toContain('left out  jax-js: none installed');
    expect(text).toContain('left out  PyTorch 1+1 2+2, TF.js CPU of xor: too slow');
    expect(text).toContain('--quick');
    expect(text).not.toContain('undefined');
  });
});

test('leftOut tells workloads together that the same were left out of', () => {
  const notes = ['x', 'y'].flatMap((workload) => [
    { implementation: 'PyTorch 2+1', workload, reason: 'slow' },
    { implementation: 'jax-js', workload, reason: 'slow' },
  ]);
  expect(leftOut(notes)).toEqual(['PyTorch 2+1, jax-js of x, y: slow']);
});

test('leftOut keeps different reasons apart', () => {
  expect(
    leftOut([
      { implementation: 'a', workload: 'x', reason: 'slow' },
      { implementation: 'b', workload: 'y', reason: 'slow' },
    ]),
  ).toEqual(['a of x: slow', 'b of y: slow']);
});

test('the file holds the whole document, a row a line', () => {
  const text = resultsText(results);
  expect(JSON.parse(text)).toEqual(results);
  expect(text.split('\n').filter((line) => line.includes('"workload":"xor"'))).toHaveLength(5);
  expect(JSON.parse(resultsText({ ...results, rows: [], notes: [] }))).toMatchObject({ rows: [], notes: [] });
});

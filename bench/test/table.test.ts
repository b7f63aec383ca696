import { describe, expect, test } from 'vitest';
import { families, familyOf } from '../src/families.ts';
import { shortNumber } from '../src/report/columns.ts';
import { compare, geometricMean } from '../src/report/comparison.ts';
import { leftOut } from '../src/report/legend.ts';
import { renderMarkdown } from '../src/report/markdown.ts';
import type { Results, Row } from '../src/report/results.ts';
import { renderTable } from '../src/report/table.ts';
import { summarize } from '../src/statistics.ts';
import type { Unit } from '../src/unit.ts';
import { workloads } from '../src/workloads/workloads.ts';

const row = (workload: string, implementation: string, unit: Unit, ...values: number[]): Row => ({
  workload,
  implementation,
  unit,
  ...summarize(values),
});

test('a family is found by its name and by that of each setting', () => {
  for (const family of families) {
    expect(familyOf(family)).toBe(family);
    expect(familyOf(`${family} 2t`)).toBe(family);
  }
  expect(familyOf('PyTorch 1+1')).toBeUndefined();
});

describe('compare', () => {
  test('takes the best setting of each family, and the best family of each library', () => {
    const { best, kindling, ratios } = compare([
      row('xor', 'Kindling eager 1t', 'µs/step', 100),
      row('xor', 'Kindling eager 2t', 'µs/step', 50),
      row('xor', 'Kindling compile 1t', 'µs/step', 1),
      row('xor', 'Kindling Trainer 1t', 'µs/step', 2),
      row('xor', 'PyTorch eager 1t', 'µs/step', 300),
      row('xor', 'PyTorch eager 2t', 'µs/step', 200),
      row('xor', 'PyTorch compiled 1t', 'µs/step', 80),
      row('xor', 'JAX step 1t', 'µs/step', 12),
      row('xor', 'JAX loop 1t', 'µs/step', 0.5),
      row('xor', 'TF.js node 2t', 'µs/step', 1000),
      row('xor', 'TF.js WASM', 'µs/step', 400),
    ]);
    expect(best.get('Kindling eager')?.implementation).toBe('Kindling eager 2t');
    expect(best.get('PyTorch eager')?.implementation).toBe('PyTorch eager 2t');
    expect(kindling?.implementation).toBe('Kindling Trainer 1t');
    expect([...ratios.rivals]).toEqual([
      ['PyTorch', 40],
      ['JAX', 0.25],
      ['JAX step', 6],
      ['JAX loop', 0.25],
      ['TensorFlow.js', 200],
    ]);
    expect(ratios.families.get('TF.js node')).toBe(500);
    expect(Object.fromEntries(ratios.pairs)).toEqual({ 'eager × PyTorch eager': 4 });
  });

  test('the best work in time is the most, and is measured by the limit', () => {
    const limit = row('fma-1t', 'machine', 'GFLOP/s', 100);
    const { ratios, ofLimit, best, kindling } = compare(
      [
        row('matmul', 'Kindling eager 1t', 'GFLOP/s', 66),
        row('matmul', 'PyTorch eager 1t', 'GFLOP/s', 55),
        row('matmul', 'PyTorch eager 2t', 'GFLOP/s', 60),
      ],
      limit,
    );
    expect(kindling?.implementation).toBe('Kindling eager 1t');
    expect(ratios.rivals.get('PyTorch')).toBeCloseTo(1.1);
    expect(ratios.pairs.get('eager × PyTorch eager')).toBeCloseTo(1.1);
    expect(ofLimit).toBeCloseTo(0.66);
    expect(best.get('machine')).toBe(limit);
  });

  test('WebAssembly is compared with engines like it, each where it runs', () => {
    const { kindling, ratios } = compare([
      row('xor', 'Kindling wasm', 'µs/step', 3),
      row('xor', 'TF.js WASM', 'µs/step', 390),
      row('xor', 'jax-js', 'µs/step', 840),
      row('xor', 'Kindling wasm (Chromium)', 'µs/step', 4),
      row('xor', 'TF.js WASM (Chromium)', 'µs/step', 400),
      row('xor', 'jax-js (Chromium)', 'µs/step', 2),
    ]);
    expect(kindling).toBeUndefined();
    expect(ratios.rivals.size).toBe(0);
    expect(Object.fromEntries(ratios.pairs)).toEqual({
      'wasm × TF.js WASM': 130,
      'wasm × jax-js': 280,
      'Chromium: wasm × TF.js WASM': 100,
      'Chromium: wasm × jax-js': 0.5,
    });
  });

  test('without peers there is no ratio', () => {
    const { ratios, ofLimit } = compare([row('xor', 'Kindling eager 1t', 'µs/step', 100)]);
    expect(ratios.rivals.size + ratios.families.size + ratios.pairs.size).toBe(0);
    expect(ofLimit).toBeUndefined();
  });

  test('without Kindling there is none either', () => {
    expect(compare([row('xor', 'JAX loop 1t', 'µs/step', 1)]).ratios.rivals.size).toBe(0);
  });
});

test('the geometric mean of times better and times worse evens out', () => {
  expect(geometricMean([4, 0.25])).toBeCloseTo(1, 12);
  expect(geometricMean([2, 8, 4])).toBeCloseTo(4, 12);
  expect(geometricMean([])).toBeUndefined();
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
  versions: {
    kindling: { '@kindling/core': '0.1.0' },
    jax: { JAX: '0.10.2' },
    'jax-loop': { JAX: '0.10.2' },
  },
  data: { mnist: 'random', xor: 'real' },
  rows: [
    row('fma-1t', 'machine', 'GFLOP/s', 100, 100, 98),
    row('xor', 'Kindling eager 1t', 'µs/step', 9, 10, 11),
    row('xor', 'Kindling compile 1t', 'µs/step', 4),
    row('xor', 'Kindling Trainer 1t', 'µs/step', 2),
    row('xor', 'PyTorch eager 2t', 'µs/step', 250),
    row('xor', 'JAX loop 1t', 'µs/step', 1),
    row('diabetes', 'Kindling Trainer 1t', 'µs/step', 10),
    row('diabetes', 'JAX loop 2t', 'µs/step', 20),
    row('matmul-64-1t', 'Kindling eager 1t', 'GFLOP/s', 40, 42, 41),
  ],
  notes: [
    { implementation: 'jax-js', reason: 'none installed' },
    { implementation: 'TF.js CPU', workload: 'xor', reason: 'too slow', detail: 'a step takes 9.0 s' },
    { implementation: 'PyTorch eager 1t', workload: 'xor', reason: 'too slow' },
    { implementation: 'PyTorch eager 2t', workload: 'diabetes', reason: 'too slow' },
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
      'Kindling compile',
      'Kindling Trainer',
      'PyTorch eager',
      'JAX loop',
      'machine',
      'eager × PyTorch eager',
      '× PyTorch',
      '× JAX loop',
      'of limit',
    ]);
    expect(lineOf('xor').split(/ {2,}/)).toEqual([
      'xor',
      'µs/step',
      '10.0 ±10% 1t',
      '4.00 1t',
      '2.00 1t',
      '250 2t',
      '1.00 1t*',
      '25.0',
      '125',
      '0.500*',
    ]);
    expect(lineOf('matmul-64-1t')).toMatch(/41\.0 ±2% 1t +100 ±0% +41%$/);
  });

  test('has the geometric means of a group, with how many they are of where some are missing', () => {
    expect(lineOf('geometric mean').split(/ {2,}/)).toEqual([
      'geometric mean',
      '25.0 of 1',
      '125 of 1',
      '1.00',
    ]);
    expect(text.match(/geometric mean/g)).toHaveLength(1);
  });

  test('has columns that line up', () => {
    const end = lineOf('workload').indexOf('PyTorch eager') + 'PyTorch eager'.length;
    expect(lineOf('xor').slice(0, end)).toMatch(/250 2t$/);
  });

  test('says what was measured on what, who is ahead, and what is missing', () => {
    expect(text).toContain('ahead     JAX loop: xor (0.500)\n');
    expect(text).toContain('A CPU, 2 cores, 16 GiB, An OS, Node v20');
    expect(text).toContain('versions  kindling: @kindling/core 0.1.0');
    expect(text).toMatch(/real: xor\n/);
    expect(text).toMatch(/random numbers of the same shape.*: mnist\n/);
    expect(text).toContain('left out  jax-js: none installed');
    expect(text).toContain('left out  PyTorch eager 2t of diabetes: too slow');
    expect(text).toContain('--quick');
    expect(text).not.toContain('undefined');
  });
});

describe('renderMarkdown', () => {
  const text = renderMarkdown(results, workloads('python3'));
  const lines = text.split('\n');

  test('has a table a group, with the columns that it needs, and marks peers that are ahead', () => {
    const start = lines.findIndex((line) => line.startsWith('| programs'));
    expect(lines.slice(start, start + 6)).toEqual([
      '| programs | unit | Kindling eager | Kindling Trainer | PyTorch eager | JAX loop | eager × PyTorch eager | × PyTorch | × JAX loop |',
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| `xor` | µs/step | 10.0 | 2.00 | 250 | **1.00** | 25.0 | 125 | **0.500** |',
      '| `diabetes` | µs/step |  | 10.0 |  | 20.0 |  |  | 2.00 |',
      '| geometric mean |  |  |  |  |  | 25.0 of 1 | 125 of 1 | 1.00 |',
      '',
    ]);
    expect(lines).toContain('| `matmul-64-1t` | GFLOP/s | 41.0 | 100 | 41% |');
  });

  test('says below what was measured on what, and who is ahead', () => {
    expect(text).toContain('- Ahead of Kindling, JAX loop: xor (0.500).');
    expect(text).toMatch(
      /- Measured on A CPU, .*; kindling: @kindling\/core 0\.1\.0; jax, jax-loop: JAX 0\.10\.2\./,
    );
    expect(text).toContain('- Left out: jax-js: none installed.');
    expect(text).toContain('--quick');
  });
});

test('leftOut puts workloads together that the same were left out of', () => {
  const notes = ['x', 'y'].flatMap((workload) => [
    { implementation: 'PyTorch eager 2t', workload, reason: 'slow' },
    { implementation: 'PyTorch eager 1t', workload, reason: 'slow' },
    { implementation: 'jax-js', workload, reason: 'slow' },
  ]);
  expect(leftOut(notes)).toEqual(['PyTorch eager 1t 2t, jax-js of x, y: slow']);
});

test('leftOut keeps different reasons apart', () => {
  expect(
    leftOut([
      { implementation: 'a', workload: 'x', reason: 'slow' },
      { implementation: 'b', workload: 'y', reason: 'slow' },
    ]),
  ).toEqual(['a of x: slow', 'b of y: slow']);
});

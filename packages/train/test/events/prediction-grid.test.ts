import fc from 'fast-check';
import { expect, test } from 'vitest';
import { predictionGrid, type SampleEvent, samplesOfGrid } from '../../src/events.ts';

type Predictions = Extract<SampleEvent, { kind: 'predictions' }>;

const at = { type: 'sample', kind: 'predictions', epoch: 0, step: 5, time: 0 } as const;

/** Nodes in some order, each scored by its place. */
function gridSample(columns: number, rows: number, order: (nodes: number) => readonly number[]): Predictions {
  const nodes = order(columns * rows);
  return {
    ...at,
    input: {
      a: nodes.map((node) => (node % columns) / 10),
      b: nodes.map((node) => -Math.floor(node / columns)),
    },
    target: {},
    prediction: { y: nodes.map((node) => (node % columns) * 100 - Math.floor(node / columns)) },
  };
}

test('a grid in any order of its rows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 8 }), fc.integer({ min: 5, max: 8 }), fc.nat(), (w, h, seed) => {
      const shuffled = gridSample(w, h, (nodes) =>
        Array.from({ length: nodes }, (_, i) => i).sort(
          (a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101),
        ),
      );
      const grid = predictionGrid(shuffled)!;
      expect([grid.inputs, grid.output]).toEqual([['a', 'b'], 'y']);
      expect(grid.x).toHaveLength(w);
      expect(grid.scores).toEqual(grid.y.flatMap((b) => grid.x.map((a) => Math.round(10 * a) * 100 + b)));
    }),
  );
});

test('what is no grid: other inputs or outputs, nodes that are missing or twice, columns of different length, NaN', () => {
  const ordered = (nodes: number) => Array.from({ length: nodes }, (_, i) => i);
  const whole = gridSample(5, 5, ordered);
  expect(predictionGrid(whole)).toBeDefined();
  const { a, b } = whole.input as { a: number[]; b: number[] };
  const { y } = whole.prediction as { y: number[] };
  for (const change of [
    { input: { a } },
    { input: { a, b, c: a } },
    { prediction: {} },
    { prediction: { y, z: y } },
    { prediction: { y: y.slice(1) } },
    { input: { a: a.slice(1), b: b.slice(1) }, prediction: { y: y.slice(1) } },
    { input: { a, b: b.slice(1) } },
    { input: { a: [a[1]!, ...a.slice(1)], b } },
    { input: { a: [Number.NaN, ...a.slice(1)], b } },
  ]) {
    expect(predictionGrid({ ...whole, ...(change as Partial<Predictions>) })).toBeUndefined();
  }
  expect(predictionGrid(gridSample(4, 8, ordered))).toBeUndefined();
});

test('the samples of a grid are the newest predictions with its inputs and one target', () => {
  const sample = gridSample(5, 5, (nodes) => Array.from({ length: nodes }, (_, i) => i));
  const grid = predictionGrid(sample)!;
  const rows = (label: number[], input: Predictions['input'] = { b: [3, 4], a: [1, 2] }): Predictions => ({
    ...at,
    input,
    target: { y: label },
    prediction: { y: [0, 0] },
  });
  const others = [rows([5, 5], { a: [1, 2] }), { ...rows([5, 5]), target: {} }, rows([5]), sample];
  expect(samplesOfGrid(grid, [rows([0, 0]), rows([0, 1]), ...others])).toEqual({
    x: [1, 2],
    y: [3, 4],
    label: [0, 1],
  });
  expect(samplesOfGrid(grid, others)).toBeUndefined();
});

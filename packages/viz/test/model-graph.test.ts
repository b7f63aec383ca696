import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldRanks, laneCount, rankCount } from '../src/graph/fold-ranks.ts';
import { type ChartOption, modelGraph, renderTerminal } from '../src/index.ts';
import type { GraphSeries } from '../src/option.ts';
import { renderSvg } from '../src/svg/render-svg.ts';
import { parseXml } from './xml.ts';

const graphOf = ({ series }: ChartOption) => series[0] as GraphSeries;
const texts = (chart: ChartOption, size: { width: number; height: number }) =>
  parseXml(renderSvg(chart, size))
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);

/** Layers with edges from lower to higher indices: no cycle. */
const acyclic = fc.integer({ min: 1, max: 12 }).chain((layers) =>
  fc
    .array(fc.tuple(fc.nat(layers - 1), fc.nat(layers - 1)), { maxLength: 24 })
    .map((pairs) => ({ layers, edges: pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const) }))
    .map(({ layers, edges }) => ({ layers, edges: edges.filter(([from, to]) => from !== to) })),
);

const drawn = ({ layers, edges }: { layers: number; edges: readonly (readonly [number, number])[] }) =>
  modelGraph({
    layers: Array.from({ length: layers }, (_, i) => `layer ${i}`),
    edges: { from: edges.map(([from]) => from), to: edges.map(([, to]) => to) },
  });

describe('modelGraph', () => {
  it('shares a narrow picture between layers beside each other', () => {
    const branches = modelGraph({
      layers: ['input', 'a', 'b', 'c', 'out'],
      edges: { from: [0, 0, 0, 1, 2, 3], to: [1, 2, 3, 4, 4, 4] },
    });
    const centre = (name: string): number => {
      const text = parseXml(renderSvg(branches, { width: 220, height: 400 })).find(
        (one) => one.text === name,
      );
      return Number(/translate\(([\d.]+) /.exec(text!.attributes.transform!)![1]);
    };
    const places = ['a', 'b', 'c'].map(centre);
    expect(places.every((x) => x > 20 && x < 200)).toBe(true);
    expect(places[1]! - places[0]!).toBeGreaterThan(40);
    expect(places[2]! - places[1]!).toBeGreaterThan(40);
  });

  it('draws layers below each other, with shapes and parameters', () => {
    const chart = modelGraph(
      {
        layers: ['input', 'Linear(784, 200)', 'Sigmoid()'],
        shapes: [
          ['N', 784],
          ['N', 200],
          ['N', 200],
        ],
        parameters: [0, 157_000, 0],
      },
      { title: 'mnist' },
    );
    expect(chart.title).toEqual({ text: 'mnist', subtext: '157,000 parameters' });
    expect(graphOf(chart).data.map(({ name, details, rank, lane }) => [name, details, rank, lane])).toEqual([
      ['input', ['[N, 784]'], 0, 0],
      ['Linear(784, 200)', ['[N, 200]', '157,000 params'], 1, 0],
      ['Sigmoid()', ['[N, 200]'], 2, 0],
    ]);
    expect(renderTerminal(chart)).toBe(
      [
        'mnist',
        '157,000 parameters',
        '●  input             [N, 784]',
        '│',
        '●  Linear(784, 200)  [N, 200]  157,000 params',
        '│',
        '●  Sigmoid()         [N, 200]',
      ].join('\n'),
    );
    expect(texts(chart, { width: 400, height: 300 })).toEqual(
      expect.arrayContaining(['Linear(784, 200)', '[N, 200]  157,000 params']),
    );
  });

  it('leads branches beside each other, and an edge that skips layers past them', () => {
    const residual = drawn({
      layers: 4,
      edges: [
        [0, 1],
        [1, 2],
        [2, 3],
        [0, 3],
      ],
    });
    expect(renderTerminal(residual, { height: 7 }).split('\n')).toEqual([
      '4 layers',
      '●    layer 0',
      '├─╮',
      '● │  layer 1',
      '● │  layer 2',
      '├─╯',
      '●    layer 3',
    ]);
  });

  it('leads three branches together, one after the other', () => {
    const branches = drawn({
      layers: 6,
      edges: [
        [0, 1],
        [0, 2],
        [0, 3],
        [1, 4],
        [2, 4],
        [3, 5],
        [4, 5],
      ],
    });
    expect(renderTerminal(branches, { height: 20 }).split('\n')).toEqual([
      '6 layers',
      '●      layer 0',
      '├─┬─╮',
      '● │ │  layer 1',
      '│ ● │  layer 2',
      '│ │ ●  layer 3',
      '├─╯ │',
      '●   │  layer 4',
      '├───╯',
      '●      layer 5',
    ]);
  });

  it('keeps details in a terminal as long as they fit', () => {
    const chart = modelGraph({ layers: ['input', 'Linear(784, 200)'], parameters: [0, 157_000] });
    const whole = renderTerminal(chart, { width: 80 });
    const width = Math.max(...whole.split('\n').map((line) => line.length));
    expect(whole).toContain('157,000 params');
    expect(renderTerminal(chart, { width })).toBe(whole);
  });

  it('never puts two layers, or a layer and a passing edge, in one place', () => {
    fc.assert(
      fc.property(acyclic, (given) => {
        const { data, links } = graphOf(drawn(given));
        const taken = data.map(({ rank, lane }) => `${rank} ${lane}`);
        for (const { source, target, lanes } of links) {
          const [from, to] = [data[source]!.rank, data[target]!.rank];
          expect(to).toBeGreaterThan(from);
          expect(lanes).toHaveLength(to - from - 1);
          taken.push(...lanes.map((lane, i) => `${from + 1 + i} ${lane}`));
        }
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });

  it('folds the ranks in the middle where there are too many, and counts the layers left out', () => {
    fc.assert(
      fc.property(acyclic, fc.integer({ min: 1, max: 12 }), (given, limit) => {
        const whole = graphOf(drawn(given));
        const folded = foldRanks(whole, limit);
        expect(rankCount(folded)).toBe(Math.min(limit, rankCount(whole)));
        for (const { source, target, lanes } of folded.links) {
          const [from, to] = [folded.data[source]!.rank, folded.data[target]!.rank];
          expect(lanes).toHaveLength(to - from - 1);
        }
        if (folded === whole) return;
        const missing = whole.data.length - (folded.data.length - 1);
        expect(folded.data.at(-1)!.name).toBe(`… ${missing} more layers`);
        expect(laneCount(folded)).toBeLessThanOrEqual(laneCount(whole));
      }),
    );
  });

  it('shows any graph in any size', () => {
    fc.assert(
      fc.property(
        acyclic,
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 500 }),
        (given, width, height) => {
          const svg = renderSvg(drawn(given), { width, height });
          parseXml(svg);
          expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on in further columns, then leaves details out, then layers', () => {
    const deep = (count: number) =>
      modelGraph({
        layers: Array.from({ length: count }, (_, i) => `Linear(${i}, ${i + 1})`),
        shapes: Array.from({ length: count }, (_, i) => ['N', i + 1]),
        parameters: Array.from({ length: count }, (_, i) => 2 * i + 1),
      });
    const size = { width: 640, height: 360 };
    expect(texts(deep(12), size).filter((text) => text.includes('params'))).toHaveLength(11);
    expect(texts(deep(200), size).join('\n')).toMatch(/… \d+ more layers/);
    expect(texts(deep(200), size)).toEqual(
      expect.arrayContaining(['Linear(0, 1)  [N, 1]', 'Linear(199, 200)  [N, 200]']),
    );
  });

  it('shows names as they are, templates of ECharts among them', () => {
    const chart = modelGraph({ layers: ['{b} {@[0]}', '{a|x}'] });
    expect(texts(chart, { width: 400, height: 300 }).map((text) => text.replaceAll('\u034f', ''))).toEqual(
      expect.arrayContaining(['{b} {@[0]}', '{a|x}']),
    );
  });

  it('says that there is nothing to draw', () => {
    expect(renderTerminal(modelGraph({ layers: [] }))).toBe('no values to draw');
    expect(renderSvg(modelGraph({ layers: [] }))).toContain('no values to draw');
  });

  it.each([
    [{ layers: ['a'], shapes: [] }, 'expected shapes to have as many values as layers (1), got 0'],
    [
      { layers: ['a'], parameters: [1, 2] },
      'expected parameters to have as many values as layers (1), got 2',
    ],
    [
      { layers: ['a'], parameters: [-1] },
      'expected parameters to be integers of at least 0, got -1 at index 0',
    ],
    [
      { layers: ['a'], edges: { from: [0], to: [] } },
      'expected edges.to to have as many values as edges.from (1), got 0',
    ],
    [
      { layers: ['a'], edges: { from: [0], to: [1] } },
      'expected edges.to to be indices below 1, got 1 at index 0',
    ],
    [
      { layers: ['a', 'b'], edges: { from: [0, 1], to: [1, 0] } },
      'expected edges without a cycle, got one that leads to layer 0',
    ],
    [
      { layers: ['input', 'a', 'b'], edges: { from: [0, 1, 2], to: [1, 2, 1] } },
      'expected edges without a cycle, got one that leads to layer 1',
    ],
  ])('refuses %j', (columns, message) => {
    expect(() => modelGraph(columns)).toThrow(new RangeError(`modelGraph: ${message}`));
  });
});

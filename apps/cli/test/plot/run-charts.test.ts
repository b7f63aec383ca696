import { RunColumns, type RunEvent } from '@kindling/train/events';
import { describe, expect, test } from 'vitest';
import { curves, dots, smoothingOf } from '../../src/charts/curves.ts';
import { gradientNorms, histogramOverTime } from '../../src/charts/distributions.ts';
import { images } from '../../src/charts/images.ts';
import { sideBySide } from '../../src/charts/run-chart.ts';
import { labelOf } from '../../src/charts/samples.ts';
import { panelsOf } from './panels.ts';

function columnsOf(...events: object[]): RunColumns {
  const columns = new RunColumns();
  for (const event of events) columns.event({ time: 0, epoch: 0, step: 0, ...event } as RunEvent);
  return columns;
}

const steps = (count: number, perEpoch = count) =>
  Array.from({ length: count }, (_, step) => ({
    type: 'step',
    step,
    epoch: Math.floor(step / perEpoch),
    loss: 1 / (1 + step),
    lr: 0.1,
  }));
const sample = (kind: string, fields: object) => ({ type: 'sample', kind, ...fields });

describe('losses are smoothed', () => {
  test('where there are many, of batches', () => {
    expect(smoothingOf(columnsOf(...steps(40)))).toBe(0.9);
    expect(smoothingOf(columnsOf(...steps(39)))).toBe(0);
  });

  test('by the weight of the noisiest run, and by the option alone where it is given', () => {
    const runs = [
      { name: 'a', columns: columnsOf(...steps(60)) },
      { name: 'b', columns: columnsOf(...steps(5)) },
    ];
    // The average stands before the values, which are faint behind it.
    const seriesCount = (options: object): number => {
      const panels = panelsOf(curves.draw(runs, options));
      return panels.flatMap(({ series }) => series).length;
    };
    expect(seriesCount({})).toBeGreaterThan(seriesCount({ smoothing: 0 }));
  });
});

describe('dots', () => {
  test('are the values of the loss, or else of the first metric', () => {
    const own = columnsOf({ type: 'step', step: 3, lr: 0.1, metrics: { score: 7, other: 8 } });
    const runs = [
      { name: 'a', columns: columnsOf(...steps(5)) },
      { name: 'own', columns: own },
    ];
    const chart = dots.draw(runs, {});
    expect(JSON.stringify(chart)).toContain('[3,7]');
    expect(JSON.stringify(chart)).toContain('"loss, score"');
  });
});

describe('histograms over time', () => {
  const histogram = (step: number, edges: number[], counts: number[]) =>
    sample('histogram', { name: 'weights', step, edges, counts });

  test('keep their edges where these are the same', () => {
    const columns = columnsOf(histogram(0, [0, 1, 2], [3, 1]), histogram(9, [0, 1, 2], [1, 3]));
    expect(histogramOverTime.has(columns)).toBe(true);
    expect(JSON.stringify(histogramOverTime.draw([{ name: 'a', columns }], {}))).toContain('a, weights');
  });

  test('of other edges are brought to common ones, and no count is lost', () => {
    const columns = columnsOf(histogram(0, [0, 1, 2], [30, 10]), histogram(9, [-1, 0, 5], [12, 24]));
    const [chart] = panelsOf(histogramOverTime.draw([{ name: 'a', columns }], {}));
    const [field] = chart!.series.filter(({ type }) => type === 'field');
    if (field?.type !== 'field') throw new Error('expected a field');
    expect([field.yEdges[0], field.yEdges.at(-1), field.yEdges.length]).toEqual([-1, 5, 61]);
    // Bin after bin, a share for each step.
    const total = (step: number, isMeant: (edge: number) => boolean): number =>
      [...field.data].reduce<number>((sum, share, i) => {
        const isHere = i % 2 === step && isMeant(field.yEdges[i >> 1]!);
        return sum + (isHere ? (share ?? 0) : 0);
      }, 0);
    expect(total(0, () => true)).toBeCloseTo(100, 9);
    expect(total(1, () => true)).toBeCloseTo(100, 9);
    expect(total(1, (edge) => edge < -1e-9)).toBeCloseTo(100 / 3, 9);
    expect(total(0, (edge) => edge < 1 - 1e-9)).toBeCloseTo(75, 9);
  });

  test('need two of a name', () => {
    expect(histogramOverTime.has(columnsOf(histogram(0, [0, 1], [3])))).toBe(false);
  });
});

describe('images', () => {
  const drawn = (fields: object, ...others: object[]): string => {
    const columns = columnsOf(sample('images', { width: 1, height: 1, ...fields }), ...others);
    return JSON.stringify(images.draw([{ name: 'a', columns }], {}));
  };
  const matrix = sample('confusionMatrix', {
    classes: ['cat', 'dog'],
    counts: [
      [1, 0],
      [0, 1],
    ],
  });
  const grey = Buffer.from([7, 9]).toString('base64');

  test('in colour are drawn by their luma', () => {
    const pixels = Buffer.from([255, 0, 0, 0, 255, 0]).toString('base64');
    expect(drawn({ pixels, channels: 3 })).toBe(drawn({ pixels: Buffer.from([76, 150]).toString('base64') }));
  });

  test('have names of classes where every label has one', () => {
    expect(drawn({ pixels: grey, labels: [0, 1], predictions: [1, 1] }, matrix)).toContain('dog');
    expect(drawn({ pixels: grey, labels: [0, 2] }, matrix)).not.toContain('cat');
    expect(drawn({ pixels: grey, labels: [0, 1], predictions: [1, 2] }, matrix)).not.toContain('dog');
    expect(drawn({ pixels: grey, labels: [0, 1] })).not.toContain('cat');
  });
});

test('gradient norms are drawn by parameter, the chosen ones', () => {
  const columns = columnsOf(
    sample('gradientNorms', { step: 0, parameters: ['0.weight', '2.weight'], norms: [1, 2] }),
    sample('gradientNorms', { step: 5, parameters: ['0.weight'], norms: [3] }),
  );
  const chart = JSON.stringify(gradientNorms.draw([{ name: 'a', columns }], { metric: ['0.weight'] }));
  expect(chart).toContain('0.weight');
  expect(chart).not.toContain('2.weight');
  expect([...gradientNorms.records({ name: 'a', columns }, {})]).toEqual([
    { run: 'a', step: [0, 5], norms: { '0.weight': [1, 3], '2.weight': [2, Number.NaN] } },
  ]);
});

test('a sample is called by its name and its split, as far as it has them', () => {
  const at = { type: 'sample', time: 0, epoch: 0, step: 0, kind: 'predictions', target: {}, prediction: {} };
  const labels = [{}, { split: 'test' }, { name: 'line' }, { name: 'line', split: 'test' }].map((own) =>
    labelOf({ ...at, ...own } as never),
  );
  expect(labels).toEqual([undefined, 'test', 'line', 'line, test']);
});

test('charts stand three in a row, four in two rows', () => {
  const columns = columnsOf(...steps(3));
  const chart = panelsOf(dots.draw([{ name: 'a', columns }], {}))[0]!;
  const across = [2, 3, 4, 5].map((count) => {
    const figure = sideBySide(Array.from({ length: count }, () => chart));
    return 'panels' in figure ? figure.columns : undefined;
  });
  expect(across).toEqual([2, 3, 2, 3]);
  expect(sideBySide([chart])).toBe(chart);
});

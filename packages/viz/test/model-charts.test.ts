import { describe, expect, it } from 'vitest';
import {
  classScores,
  confusionMatrix,
  decisionBoundary,
  gradientNorms,
  histogram,
  imageGrid,
  okabeIto,
  progressDots,
} from '../src/index.ts';
import type { FieldSeries } from '../src/option.ts';
import { renderSvg } from '../src/svg/render-svg.ts';
import { parseXml } from './xml.ts';

describe('confusionMatrix', () => {
  const counts = [
    [8, 2],
    [1, 9],
  ];
  const cells = (percent?: 'row' | 'column') =>
    confusionMatrix({ counts }, percent ? { percent } : {}).series[0]!.data;

  it('has the target down and the prediction across, in counts or percent', () => {
    expect(cells()).toEqual([
      [0, 0, 8, '8'],
      [1, 0, 2, '2'],
      [0, 1, 1, '1'],
      [1, 1, 9, '9'],
    ]);
    expect(cells('row')).toContainEqual([0, 0, 80, '80.0']);
    expect(cells('column')).toContainEqual([0, 1, 100 / 9, '11.1']);
    const { xAxis, yAxis, title } = confusionMatrix({ counts });
    expect([xAxis.name, yAxis[0].name, title?.subtext]).toEqual([
      'prediction',
      'target',
      'accuracy 85 % of 20 samples',
    ]);
  });

  it('rounds no share to nothing or to all, and leaves out a class without samples', () => {
    const { series } = confusionMatrix(
      {
        counts: [
          [9999, 1, 0],
          [0, 0, 0],
          [0, 0, 5],
        ],
      },
      { percent: 'row' },
    );
    expect(series[0]!.data.map((cell) => (cell as readonly unknown[])[3])).toEqual([
      '>99.9',
      '<0.1',
      '0',
      '0',
      '0',
      '100',
    ]);
  });

  it.each([
    [{ counts: [[1, 2]] }, 'expected 1 counts in row 0, got 2'],
    [{ counts: [[1]], classes: ['a', 'b'] }, 'expected a row for each of the 2 classes, got 1'],
    [{ counts: [[-1]] }, 'expected counts to be integers of at least 0, got -1 at row 0, column 0'],
    [{ counts: [[Number.NaN]] }, 'got NaN at row 0, column 0'],
  ])('refuses %j', (columns, message) => {
    expect(() => confusionMatrix(columns)).toThrow(message);
  });

  it('says what the colours mean', () => {
    const nameOf = (percent?: 'row' | 'column') =>
      confusionMatrix({ counts }, percent ? { percent } : {}).visualMap?.name;
    expect([nameOf(), nameOf('row'), nameOf('column')]).toEqual([
      'samples',
      '% of target',
      '% of prediction',
    ]);
  });

  it('leaves texts out of cells that are too small for them', () => {
    const textsOf = (classes: number) => {
      const row = (i: number) => Array.from({ length: classes }, (_, j) => 1000 + i + j);
      const chart = confusionMatrix({ counts: Array.from({ length: classes }, (_, i) => row(i)) });
      return parseXml(renderSvg(chart, { width: 400, height: 300 })).map(({ text }) => text);
    };
    expect(textsOf(4)).toContain('1003');
    expect(textsOf(30)).not.toContain('1003');
  });

  it('refuses percent of anything else', () => {
    expect(() => confusionMatrix({ counts: [[1]] }, { percent: 'all' as never })).toThrow(
      "confusionMatrix: expected percent to be 'row' or 'column', got all",
    );
  });
});

describe('classScores', () => {
  it('says what was predicted and whether it is right', () => {
    const { title, series, yAxis } = classScores({ scores: [0.1, 0.7, 0.2] }, { target: 2 });
    expect(title?.subtext).toBe('target 2 (vermillion), prediction 1 (0.7): wrong');
    expect(series[0]!.data[2]).toMatchObject({ itemStyle: { color: okabeIto.vermillion } });
    expect(yAxis[0]).toMatchObject({ name: 'score', min: 0, max: 1 });
  });

  it('predicts nothing where no score is a number', () => {
    expect(classScores({ scores: [Number.NaN, Number.NaN] }).title?.subtext).not.toContain('prediction');
  });

  it('leaves the axis of logits free, and refuses a target that is no index', () => {
    expect(classScores({ scores: [-3, 12] }).yAxis[0]).not.toHaveProperty('max');
    expect(() => classScores({ scores: [1] }, { target: 1.5 })).toThrow('an index below 1, got 1.5');
  });
});

describe('histogram', () => {
  it('counts each value once, the largest in the last bin', () => {
    const { series, xAxis } = histogram({ values: [0, 1, 1, 2, 4] }, { bins: 4 });
    expect(series[0]!.data).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
      [2, 2],
      [2, 1],
      [3, 1],
      [3, 1],
      [4, 1],
      [4, 0],
    ]);
    expect(xAxis).toMatchObject({ min: 0, max: 4, name: 'value' });
  });

  it('shares bins among columns, in percent of each', () => {
    const { series, legend } = histogram(
      { values: { a: [0, 1], b: [0, 0, 0, 1] } },
      { bins: 2, percent: true },
    );
    expect(legend?.data).toEqual(['a', 'b']);
    expect(series.map(({ data }) => data[1])).toEqual([
      [0, 50],
      [0, 75],
    ]);
  });

  it('takes counts with their edges, and notes what has no bin', () => {
    expect(histogram({ edges: [0, 1, 4], counts: [2, 1] }).series[0]!.data).toContainEqual([4, 1]);
    expect(histogram({ values: [0, Number.NaN, 9] }, { range: [0, 1] }).title?.subtext).toBe(
      '2 of 3 values not finite or outside the range',
    );
    expect(histogram({ values: [] }).title?.subtext).toBe('no values to draw');
  });

  it('chooses the width of bins by Freedman and Diaconis, by Sturges where the quartiles are equal', () => {
    const binsOf = (values: readonly number[]) =>
      new Set(histogram({ values }).series[0]!.data.map((point) => (point as readonly unknown[])[0])).size -
      1;
    // 2·(74 − 24) / ∛100 = 21.5 goes 4.6 times into 99; 100 / (log₂ 100 + 1) goes 7.6 times into 100.
    expect(binsOf(Array.from({ length: 100 }, (_, i) => i))).toBe(5);
    expect(binsOf(Array.from({ length: 100 }, (_, i) => (i === 0 ? 100 : 0)))).toBe(8);
  });

  it('dashes the outlines where colours come again', () => {
    const values = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`layer ${i}`, [0, 1]]));
    const types = histogram({ values }, { bins: 1 }).series.map(
      (one) => (one as { lineStyle: { type: string } }).lineStyle.type,
    );
    expect([types[0], types[6], types[7], types[14]]).toEqual(['solid', 'solid', 'dashed', 'dotted']);
  });

  it('has a bin for values that are all the same', () => {
    expect(histogram({ values: [3, 3] }, { bins: 1 }).series[0]!.data).toContainEqual([2.7, 2]);
  });

  it.each([
    [() => histogram({ values: [1] }, { bins: 0 }), 'expected bins to be an integer in [1, 10000], got 0'],
    [() => histogram({ values: [1] }, { range: [1, 1] }), 'expected range [low, high] with low < high'],
    [
      () => histogram({ edges: [0, 0], counts: [1] }),
      'expected edges to be finite and ascending, got 0 at index 1',
    ],
    [() => histogram({ edges: [0, 1], counts: [1, 2] }), 'as many values as bins (1), got 2'],
    [() => histogram({ edges: [0, 1], counts: [-1] }), 'at least 0, got -1 at index 0'],
  ])('refuses what it cannot count (%#)', (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('gradientNorms', () => {
  it('draws layers in their order on a log axis, and notes norms of 0', () => {
    const { series, yAxis, title } = gradientNorms({
      step: [1, 0],
      norms: { first: [1e-9, 0], last: [1, 2] },
    });
    expect(yAxis[0]).toMatchObject({ type: 'log', name: 'gradient norm (L2)' });
    expect(series.map(({ name, data }) => [name, data])).toEqual([
      [
        'first',
        [
          [0, null],
          [1, 1e-9],
        ],
      ],
      [
        'last',
        [
          [0, 2],
          [1, 1],
        ],
      ],
    ]);
    expect(title?.subtext).toBe('first: 1 of 2 norms are 0');
  });

  it('refuses a norm below 0 and a column of another length', () => {
    expect(() => gradientNorms({ step: [0], norms: { a: [-1] } })).toThrow(
      'gradientNorms: expected norms of at least 0, got -1 in a at step 0',
    );
    expect(() => gradientNorms({ step: [0], norms: { a: [] } })).toThrow('as many values as step (1), got 0');
  });
});

describe('imageGrid', () => {
  const pixels = [0, 255, 1, 2, 3, 4];
  const columns = { pixels, width: 2, height: 1, labels: [0, 1, 1], predictions: [0, 0, 1] };

  it('shows the wrong ones first, marked', () => {
    const { panels, title } = imageGrid(columns, { classes: ['cat', 'dog'] });
    expect(panels.map(({ xAxis }) => xAxis.name)).toEqual([
      '× label dog\npred cat',
      'label cat\npred cat',
      'label dog\npred dog',
    ]);
    expect(panels[0]!.xAxis).toMatchObject({ nameTextStyle: { color: okabeIto.vermillion } });
    expect(panels[1]!.xAxis).not.toHaveProperty('nameTextStyle');
    expect(title?.subtext).toBe('1 of 3 wrong (×)');
    expect((panels[0]!.series[0] as FieldSeries).data).toEqual([1, 2]);
  });

  it('says how many it leaves out', () => {
    expect(imageGrid(columns, { limit: 2 }).title?.subtext).toBe('1 of 3 wrong (×), 2 of 3 shown');
  });

  it.each([
    [() => imageGrid({ pixels: [1], width: 2, height: 1 }), 'whole images of 2 × 1 (2), got 1'],
    [() => imageGrid({ ...columns, labels: [0] }), 'as many values as images (3), got 1'],
    [() => imageGrid(columns, { classes: ['cat'] }), 'the index of a class below 1, got 1'],
    [() => imageGrid(columns, { range: [2, 1] }), 'expected black below white, got [2, 1]'],
    [() => imageGrid(columns, { columns: 0 }), 'expected columns to be a positive integer, got 0'],
  ])('refuses what does not fit (%#)', (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('decisionBoundary', () => {
  it('draws the line on which the score equals the threshold', () => {
    const { series } = decisionBoundary({ x: [0, 1], y: [0, 1], scores: [0, 1, 0, 1] }, { threshold: 0.25 });
    const line = series.find(({ type }) => type === 'line');
    expect(line?.data).toEqual([
      [0.25, 0],
      [0.25, 1],
      [0.25, null],
    ]);
  });

  it('tells the samples of the classes apart, and says where there is no boundary', () => {
    const { series, title } = decisionBoundary({
      x: [0, 1],
      y: [0, 1],
      scores: [0, 0, 0, 0],
      samples: { x: [0, 1], y: [0, 1], label: [0, 1] },
    });
    expect(series.map(({ name, data }) => [name, data]).slice(1)).toEqual([
      ['0', [[0, 0]]],
      ['1', [[1, 1]]],
    ]);
    expect(title?.subtext).toBe('no boundary: score does not cross 0.5 here');
  });

  it('goes between equal corners that lie across as the middle does', () => {
    const lines = (threshold: number) =>
      decisionBoundary({ x: [0, 1], y: [0, 1], scores: [1, 0, 0, 1] }, { threshold }).series.find(
        ({ type }) => type === 'line',
      )?.data;
    // The middle, 0.5, lies above 0.25: the two low corners are cut off; and below 0.75: the two high ones.
    expect(lines(0.25)).toEqual([
      [0.75, 0],
      [1, 0.25],
      [1, null],
      [0.25, 1],
      [0, 0.75],
      [0, null],
    ]);
    expect(lines(0.75)).toEqual([
      [0, 0.25],
      [0.25, 0],
      [0.25, null],
      [1, 0.75],
      [0.75, 1],
      [0.75, null],
    ]);
  });

  it('refuses a grid that does not rise', () => {
    expect(() => decisionBoundary({ x: [0, 0], y: [0, 1], scores: [0, 0, 0, 0] })).toThrow(
      'decisionBoundary: expected x to be ascending, got 0 at index 1',
    );
  });
});

describe('progressDots', () => {
  it('keeps every value in sight: dots on each other become a darker one', () => {
    const { series } = progressDots({
      loss: [0.5, ...new Array<number>(1000).fill(0.25)],
      step: [0, ...new Array<number>(1000).fill(1)],
    });
    expect(series.map(({ data }) => data)).toEqual([[[0, 0.5]], [[1, 0.25]]]);
    expect(series.map((one) => (one as { itemStyle: { opacity: number } }).itemStyle.opacity)).toEqual([
      0.2, 0.9,
    ]);
  });

  it('counts what lies beyond the axis', () => {
    const { title, yAxis } = progressDots({ loss: [0.5, 3, Number.NaN] }, { yRange: [0, 1] });
    expect(yAxis[0]).toMatchObject({ min: 0, max: 1 });
    expect(title?.subtext).toBe('1 of 3 losses above 1\n1 of 3 losses not finite (NaN or ±Infinity)');
    expect(progressDots({ loss: [0.5, 3] }).yAxis[0]).not.toHaveProperty('max');
  });
});

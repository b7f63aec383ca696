import { describe, expect, it } from 'vitest';
import { type ChartOption, type FigureOption, trainingCurves } from '../src/index.ts';

const step = [0, 1, 2, 3];
const loss = [4, 3, 1, 2];

describe('trainingCurves', () => {
  it('has a panel for each metric or prefix of metrics', () => {
    const figure = trainingCurves({
      step,
      train: { 'loss/generator': loss, 'loss/discriminator': loss, lr: loss },
      validation: { accuracy: loss },
    }) as FigureOption;
    expect(figure.panels.map(({ yAxis }) => yAxis[0].name)).toEqual(['loss', 'lr', 'accuracy']);
    expect(figure.panels[0]!.series.map(({ name }) => name)).toEqual([
      'train generator',
      'train discriminator',
      'best',
      'best',
    ]);
    expect(figure.panels.every(({ xAxis }) => 'min' in xAxis && xAxis.min === 0)).toBe(true);
  });

  it('gives a run one colour in all panels, also where it lacks a metric', () => {
    const figure = trainingCurves([
      { run: 'a', step, train: { loss } },
      { run: 'b', step, train: { loss, mae: loss } },
    ]) as FigureOption;
    const colors = figure.panels.map(({ series }) =>
      series.flatMap((one) => (one.type === 'line' && one.name === 'b' ? [one.lineStyle.color] : [])),
    );
    expect(colors[0]).toHaveLength(1);
    expect(colors[1]).toEqual(colors[0]);
  });

  it('marks the best point: of validation where there is one, the largest of an accuracy, none of a rate', () => {
    const best = (chart: unknown) =>
      (chart as ChartOption).series.filter(({ name }) => name === 'best').map(({ data }) => data[0]);
    expect(best(trainingCurves({ step, train: { loss } }))).toEqual([[2, 1]]);
    expect(best(trainingCurves({ step, train: { loss }, validation: { loss: [9, 8, 8, 9] } }))).toEqual([
      [1, 8],
    ]);
    expect(best(trainingCurves({ step, train: { accuracy: loss } }))).toEqual([[0, 4]]);
    expect(best(trainingCurves({ step, train: { lr: loss } }))).toEqual([]);
    expect(best(trainingCurves({ step, train: { lr: loss } }, { best: { lr: 'max' } }))).toEqual([[0, 4]]);
    expect(best(trainingCurves({ step, train: { loss } }, { best: false }))).toEqual([]);
    expect(trainingCurves({ step, train: { loss } }).title?.subtext).toBe('best: 1 at step 2');
  });

  it('tells more parts of a metric than there are colours apart by dashes', () => {
    const parts = Array.from({ length: 10 }, (_, i) => `loss/${i}`);
    const columns = Object.fromEntries(parts.map((name) => [name, loss]));
    const chart = trainingCurves({ step, train: columns, validation: columns }, { best: false });
    const [panel] = (chart as FigureOption).panels ?? [chart as ChartOption];
    const looks = panel!.series.map((one) => (one.type === 'line' ? one.lineStyle : undefined));
    expect(looks).toHaveLength(20);
    expect(looks.every((look) => look?.type !== undefined)).toBe(true);
    expect(new Set(looks.map((look) => JSON.stringify([look!.color, look!.type]))).size).toBe(20);
    expect(panel!.animation).toBe(false);
  });

  it('draws a falling x in pieces, or sorts it where it has no order', () => {
    const chart = trainingCurves(
      { step: [0, 1, 2, 1, 2, 3], train: { loss: [5, 4, 3, 4.5, 3.5, 2] } },
      { best: false },
    ) as ChartOption;
    expect(chart.series.map(({ name, data }) => [name, data])).toEqual([
      [
        'train',
        [
          [0, 5],
          [1, 4],
          [2, 3],
        ],
      ],
      [
        'train',
        [
          [1, 4.5],
          [2, 3.5],
          [3, 2],
        ],
      ],
    ]);
    expect(chart.title?.subtext).toBe('step falls in 1 of 1 curves: drawn in pieces');
    const rows = Array.from({ length: 200 }, (_, i) => (i * 77) % 200);
    const sorted = trainingCurves({ step: rows, train: { loss: rows } }, { best: false }) as ChartOption;
    expect(sorted.series[0]!.data).toEqual(Array.from({ length: 200 }, (_, i) => [i, i]));
  });

  it('averages each piece from its own start', () => {
    const chart = trainingCurves(
      { step: [0, 1, 0, 1], train: { loss: [1, 1, 9, 9] } },
      { best: false, smoothing: 0.9 },
    ) as ChartOption;
    const averages = chart.series.filter((one) => one.type === 'line' && one.lineStyle.opacity === 1);
    expect(averages.map(({ data }) => data.map((point) => (point as number[])[1]))).toEqual([
      [1, 1],
      [9, 9],
    ]);
  });

  it('runs along relative and wall time', () => {
    const columns = { time: [0, 600], startedAt: Date.UTC(2026, 0, 1, 12), train: { loss: [2, 1] } };
    const relative = trainingCurves(columns, { x: 'relative' }) as ChartOption;
    expect(relative.xAxis).toMatchObject({ name: 'time since start (min)', min: 0, max: 10 });
    expect((trainingCurves(columns) as ChartOption).xAxis).toEqual(relative.xAxis);
    const wall = trainingCurves(columns, { x: 'wall' }) as ChartOption;
    expect(wall.xAxis).toMatchObject({
      name: 'time (UTC)',
      labels: 'clock',
      min: Date.UTC(2026, 0, 1, 12),
      max: Date.UTC(2026, 0, 1, 12, 10),
    });
  });

  it('puts the best three of many runs in colour before the others', () => {
    const runs = Array.from({ length: 40 }, (_, i) => ({
      run: `seed ${i}`,
      step: [0, 1],
      train: { loss: [1, 0.1 + ((i * 7) % 40) / 100] },
    }));
    const chart = trainingCurves(runs) as ChartOption;
    expect(chart.legend?.data).toEqual(['seed 0', 'seed 6', 'seed 23', 'best']);
    expect(chart.title?.subtext).toContain('40 runs, the 3 best in loss in color');
    expect(chart.series.filter((one) => one.type === 'line' && one.lineStyle.opacity < 0.5)).toHaveLength(37);
  });

  it('takes a scale for all panels, or for some by name', () => {
    const typesOf = (yScale: Parameters<typeof trainingCurves>[1]) => {
      const { panels } = trainingCurves({ step, train: { loss, lr: loss } }, yScale) as FigureOption;
      return panels.map(({ yAxis }) => yAxis[0].type);
    };
    expect(typesOf({})).toEqual(['value', 'value']);
    expect(typesOf({ yScale: 'log' })).toEqual(['log', 'log']);
    expect(typesOf({ yScale: { lr: 'log' } })).toEqual(['value', 'log']);
  });

  it('draws as many points as it is told at most', () => {
    const many = Array.from({ length: 100 }, (_, i) => i);
    const chart = trainingCurves({ step: many, train: { loss: many } }, { maxPoints: 4 }) as ChartOption;
    expect(chart.series[0]!.data.length).toBeLessThanOrEqual(4);
  });

  it.each([
    [{ metrics: ['mae'] }, 'expected the metric mae in train or validation, got loss'],
    [{ x: 'epoch' as const }, 'expected a column epoch in every table, got none in that of run 1'],
    [{ smoothing: 1 }, 'expected smoothing in [0, 1), got 1'],
    [{ columns: 0 }, 'expected columns to be a positive integer, got 0'],
    [{ maxPoints: 3 }, 'expected maxPoints to be an integer of at least 4, got 3'],
    [{ maxPoints: 2.5 }, 'expected maxPoints to be an integer of at least 4, got 2.5'],
    [{ x: 'minutes' as never }, 'expected x to be step, epoch, relative or wall, got minutes'],
  ])('refuses %j', (options, message) => {
    expect(() => trainingCurves({ step, train: { loss } }, options)).toThrow(`trainingCurves: ${message}`);
  });

  it('refuses wall time without a beginning', () => {
    expect(() => trainingCurves({ time: [0], train: { loss: [1] } }, { x: 'wall' })).toThrow(
      "trainingCurves: expected startedAt of run 1 in milliseconds for x: 'wall', got undefined",
    );
  });

  it('says so where there is nothing', () => {
    expect(trainingCurves([]).title?.subtext).toBe('no values to draw');
    expect(trainingCurves({ step: [], train: { loss: [] } }).title?.subtext).toBe('no values to draw');
  });
});

import { okabeIto, toEChartsOption } from '@kindling/viz';
import { expect, test } from 'vitest';
import { Curve, type Split } from '../../src/page/curves/curve.ts';
import { groupCurves, lineKinds } from '../../src/page/curves/curve-group.ts';
import { curveStyles } from '../../src/page/curves/curve-style.ts';
import { nearestValues } from '../../src/page/curves/nearest-values.ts';
import {
  type DrawnCurve,
  extentOf,
  type PanelOptions,
  panelChart,
} from '../../src/page/curves/panel-chart.ts';
import { within, zoomRange } from '../../src/page/curves/zoom.ts';
import { compactPlot } from '../../src/page/plot/compact-plot.ts';
import { plotFrame, toPixel, toValue } from '../../src/page/plot/plot-frame.ts';
import { typedSeries } from '../../src/page/plot/typed-series.ts';

function curveOf(run: string, split: Split, metric: string, values: readonly number[]): Curve {
  const curve = new Curve(run, split, metric);
  for (const [row, value] of values.entries()) curve.push(row, value, row);
  return curve;
}

function drawnOf(curves: readonly Curve[], emphasis: DrawnCurve['emphasis'] = 'usual'): DrawnCurve[] {
  const runs = [...new Set(curves.map(({ run }) => run))];
  const styles = curveStyles(curves, new Map(runs.map((run, i) => [run, i])), runs.length === 1);
  return curves.map((curve) => ({ curve, style: styles.get(curve)!, emphasis }));
}

const options: PanelOptions = {
  axis: 'step',
  xName: 'step',
  group: 'loss',
  range: undefined,
  extent: [0, 2],
  isLogX: false,
  isLogY: false,
  smoothing: 0,
  width: 500,
  secondsPerUnit: 1,
};

const lines = (chart: ReturnType<typeof panelChart>) =>
  chart.option.series.filter((series) => series.type === 'line');

test('one run: a colour for each split, and the best of the validation', () => {
  const drawn = drawnOf([
    curveOf('a', 'train', 'loss', [3, 2, 1]),
    curveOf('a', 'validation', 'loss', [4, 2, 3]),
  ]);
  const chart = panelChart(drawn, options);
  expect(lines(chart).map(({ data, lineStyle }) => [data, lineStyle.color, lineStyle.type])).toEqual([
    [
      [
        [0, 3],
        [1, 2],
        [2, 1],
      ],
      okabeIto.blue,
      'solid',
    ],
    [
      [
        [0, 4],
        [1, 2],
        [2, 3],
      ],
      okabeIto.vermillion,
      'solid',
    ],
  ]);
  const [marker, ...others] = chart.option.series.filter((series) => series.type === 'scatter');
  expect(others).toEqual([]);
  expect(marker).toMatchObject({ data: [[1, 2]], itemStyle: { color: okabeIto.vermillion } });
});

test('several runs: the run gives the colour, the split the dash; pinned runs are thick, the others faint', () => {
  const curves = ['a', 'b'].flatMap((run) => [
    curveOf(run, 'train', 'loss', [3, 2, 1]),
    curveOf(run, 'validation', 'loss', [4, 2, 3]),
  ]);
  const styles = curveStyles(
    curves,
    new Map([
      ['a', 0],
      ['b', 1],
    ]),
    false,
  );
  expect(curves.map((curve) => Object.values(styles.get(curve)!))).toEqual([
    [okabeIto.blue, 'solid'],
    [okabeIto.blue, 'dashed'],
    [okabeIto.vermillion, 'solid'],
    [okabeIto.vermillion, 'dashed'],
  ]);
  const [pinned] = drawnOf([curves[0]!], 'pinned');
  const [behind] = drawnOf([curves[2]!], 'behind');
  const [first, second] = lines(panelChart([pinned!, behind!], options));
  expect(first!.lineStyle).toMatchObject({ width: 3, opacity: 1 });
  expect(second!.lineStyle).toMatchObject({ width: 2, opacity: 0.25 });
  expect(first!.z).toBeGreaterThan(second!.z);
});

test('smoothing draws the average of training curves before the measured values', () => {
  const drawn = drawnOf([
    curveOf('a', 'train', 'loss', [4, 0, 4]),
    curveOf('a', 'validation', 'loss', [1, 2, 3]),
  ]);
  const [average, measured, validation] = lines(panelChart(drawn, { ...options, smoothing: 0.5 }));
  expect(average!.data[1]![1]).toBeCloseTo(4 / 3);
  expect(measured).toMatchObject({
    data: [
      [0, 4],
      [1, 0],
      [2, 4],
    ],
    lineStyle: { opacity: 0.28 },
  });
  expect(validation!.data).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
});

test('fifty runs are drawn with a line for each style, and one best point', () => {
  const curves = Array.from({ length: 50 }, (_, i) => curveOf(`run ${i}`, 'train', 'loss', [3, 2, i + 1]));
  const { option } = panelChart(drawnOf(curves), options);
  expect(option.series.filter(({ type }) => type === 'line')).toHaveLength(7);
  const points = option.series.flatMap((one) =>
    one.type === 'line' ? one.data.filter(([, y]) => y !== null) : [],
  );
  expect(points).toHaveLength(150);
  expect(option.series.filter(({ type }) => type === 'scatter').map(({ data }) => data)).toEqual([[[2, 1]]]);
});

test('the chart is one that ECharts draws, and its frame says where values lie', () => {
  const drawn = drawnOf([curveOf('a', 'train', 'loss', [1, 10, 100])]);
  const { option, hasDropped } = panelChart(drawn, { ...options, isLogY: true, extent: [0, 2] });
  expect(hasDropped).toBe(false);
  const whole = compactPlot(toEChartsOption(option, { width: 500, height: 300 }), 300);
  const frame = plotFrame(whole)!;
  expect([frame.x.min, frame.x.max, frame.y.isLog]).toEqual([0, 2, true]);
  expect(toPixel(frame.x, 1)).toBeCloseTo(frame.left + frame.width / 2);
  expect(toPixel(frame.y, 10)).toBeCloseTo(frame.top + frame.height / 2);
  for (const [axis, value] of [
    [frame.x, 0.3],
    [frame.y, 7],
  ] as const) {
    expect(toValue(axis, toPixel(axis, value))).toBeCloseTo(value);
  }
  expect(plotFrame({ grid: [{}], xAxis: [{}], yAxis: [{}] })).toBeUndefined();
});

test('values ≤ 0 on a log axis are left out, and said to be', () => {
  const drawn = drawnOf([curveOf('a', 'train', 'loss', [1, 0, 2])]);
  const chart = panelChart(drawn, { ...options, isLogY: true });
  expect(chart.hasDropped).toBe(true);
  expect(lines(chart)[0]!.data).toEqual([
    [0, 1],
    [1, null],
    [2, 2],
  ]);
});

test('relative time is drawn in its unit', () => {
  const drawn = drawnOf([curveOf('a', 'train', 'loss', [3, 2, 1])]);
  const { option } = panelChart(drawn, {
    ...options,
    axis: 'relative',
    secondsPerUnit: 60,
    extent: [0, 120],
  });
  expect(option.xAxis).toMatchObject({ min: 0, max: 2 });
  expect(lines({ option, hasDropped: false })[0]!.data[1]![0]).toBeCloseTo(1 / 60);
});

test('panels go by prefix, the learning rate last', () => {
  const curves = ['lr', 'loss/generator', 'accuracy', 'loss/critic'].map((metric) =>
    curveOf('a', 'train', metric, [1]),
  );
  const groups = groupCurves(curves);
  expect(groups.map(({ name, curves: own }) => [name, own.length])).toEqual([
    ['loss', 2],
    ['accuracy', 1],
    ['lr', 1],
  ]);
  expect(lineKinds(groups[0]!.curves).map(({ key }) => key)).toEqual(['generator|train', 'critic|train']);
});

test('the nearest values: by distance, NaN last, and no curve that has long ended', () => {
  const drawn = drawnOf([
    curveOf('far', 'train', 'loss', [9, 9, 9]),
    curveOf('near', 'train', 'loss', [1, 1, 1]),
    curveOf('nan', 'train', 'loss', [1, Number.NaN, 1]),
    curveOf('short', 'train', 'loss', [1]),
  ]);
  const values = nearestValues(drawn, 1.1, { smoothing: 0, maxGap: 0.5, distance: (y) => Math.abs(y - 2) });
  expect(values.map(({ drawn: { curve }, y }) => [curve.run, y])).toEqual([
    ['near', 1],
    ['far', 9],
    ['nan', Number.NaN],
  ]);
});

test('zooming keeps its place and ends at what there is', () => {
  expect(zoomRange([0, 100], 20, 0.5)).toEqual([10, 60]);
  expect(within(zoomRange([10, 60], 20, 4), [0, 100])).toBeUndefined();
  expect(within([-5, 50], [0, 100])).toEqual([0, 50]);
  expect(extentOf([curveOf('a', 'train', 'loss', [1, 2, 3])], true)).toEqual([1, 2]);
});

test('points become one array; lines with marked points stay as they are', () => {
  expect(
    typedSeries({
      type: 'line',
      symbol: 'none',
      data: [
        [1, 2],
        [3, null],
      ],
    }),
  ).toEqual({
    type: 'line',
    symbol: 'none',
    showSymbol: false,
    dimensions: ['x', 'y'],
    data: Float64Array.of(1, 2, 3, Number.NaN),
  });
  const marked = { type: 'line', data: [[1, 2], { value: [3, 4], symbol: 'circle' }] };
  expect(typedSeries(marked)).toBe(marked);
});

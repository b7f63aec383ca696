import { describe, expect, it } from 'vitest';
import { barChart, exponentialMovingAverage, image, okabeIto, scatter, trainingCurve } from '../src/index.ts';

describe('scatter', () => {
  it('draws the target red and the prediction blue, with names and units', () => {
    const option = scatter(
      { x: [3, 1, 2], target: [30, 10, 20], prediction: [31, 11, 21] },
      { title: 'Height over weight', xName: 'weight', xUnit: 'kg', yName: 'height', yUnit: 'cm' },
    );
    expect(option.xAxis.name).toBe('weight (kg)');
    expect(option.yAxis[0].name).toBe('height (cm)');
    expect(option.legend?.data).toEqual(['target', 'prediction']);
    expect(option.series).toMatchObject([
      {
        name: 'target',
        data: [
          [3, 30],
          [1, 10],
          [2, 20],
        ],
        itemStyle: { color: okabeIto.vermillion },
      },
      {
        name: 'prediction',
        data: [
          [3, 31],
          [1, 11],
          [2, 21],
        ],
        itemStyle: { color: okabeIto.blue },
      },
    ]);
  });

  it('leaves out what is not finite and says so', () => {
    const option = scatter({ x: [1, 2, Number.NaN], target: [1, Infinity, 3] });
    expect(option.series[0]!.data).toEqual([[1, 1]]);
    expect(option.title?.subtext).toBe('target: 2 of 3 points not finite (NaN or ±Infinity)');
    expect(option.legend).toBeUndefined();
  });

  it('refuses columns of different length', () => {
    expect(() => scatter({ x: [1, 2], prediction: [1] })).toThrow(
      'scatter: expected prediction to have as many values as x (2), got 1',
    );
  });
});

describe('barChart', () => {
  it('has a bar for each class, one of which may stand out', () => {
    const option = barChart({ labels: ['0', '1'], values: [0.2, Number.NaN] }, { highlight: 0 });
    expect(option.xAxis).toEqual({ type: 'category', data: ['0', '1'] });
    expect(option.series[0]!.data).toEqual([
      { value: 0.2, itemStyle: { color: okabeIto.vermillion } },
      { value: null, itemStyle: { color: okabeIto.blue } },
    ]);
    expect(option.title?.subtext).toBe('not finite (NaN or ±Infinity): 1');
  });

  it('refuses a highlight that is no index and values without labels', () => {
    expect(() => barChart({ labels: ['0'], values: [1] }, { highlight: 1 })).toThrow(
      'an index below 1, got 1',
    );
    expect(() => barChart({ labels: ['0'], values: [1, 2] })).toThrow('as many values as labels (1), got 2');
  });
});

describe('image', () => {
  it('keeps every pixel, from the top row down', () => {
    const option = image({ pixels: [0, 128, 255, 64], width: 2, height: 2 }, { title: 'label 4' });
    expect(option.series[0]!.data).toEqual([
      [0, 0, 0],
      [1, 0, 128],
      [0, 1, 255],
      [1, 1, 64],
    ]);
    expect(option.visualMap).toMatchObject({ min: 0, max: 255 });
    expect(option.yAxis[0]).toMatchObject({ inverse: true });
  });

  it('takes a black image, and cuts to its range', () => {
    expect(image({ pixels: [0, 0], width: 2, height: 1 }).visualMap).toMatchObject({ min: 0, max: 1 });
    expect(image({ pixels: [-1, 2], width: 2, height: 1 }, { range: [0, 1] }).series[0]!.data).toEqual([
      [0, 0, 0],
      [1, 0, 1],
    ]);
  });

  it('refuses a size that is not that of its pixels', () => {
    expect(() => image({ pixels: [0], width: 28, height: 28 })).toThrow(
      'image: expected pixels to have as many values as 28 × 28 (784), got 1',
    );
    expect(() => image({ pixels: [0, 1], width: 2, height: 1 }, { range: [1, 1] })).toThrow(
      'image: expected black below white, got [1, 1]',
    );
    expect(() => image({ pixels: [], width: 0, height: 3 })).toThrow(
      'image: expected a size of positive integers, got 0 × 3',
    );
  });
});

describe('values without a place', () => {
  const missing = JSON.parse('[1, null, 3]') as number[];

  it('is a gap for the null that JSON has for NaN, not 0', () => {
    const curve = trainingCurve({ step: [0, 1, 2], train: { loss: missing } });
    expect(curve.series[0]!.data).toEqual([
      [0, 1],
      [1, null],
      [2, 3],
    ]);
    expect(curve.title?.subtext).toBe('1 of 3 values missing, first at step 1');
    expect(
      trainingCurve({ step: [0, 1, 2], train: { loss: missing } }, { smoothing: 0.5 }).series[0]!.data[1],
    ).toEqual([1, null]);
    const cloud = scatter({ x: [1, 2, 3], target: missing });
    expect(cloud.series[0]!.data).toHaveLength(2);
    expect(cloud.title?.subtext).toBe('target: 1 of 3 points missing');
    expect(scatter({ x: missing, target: [1, 2, 3] }).series[0]!.data).toHaveLength(2);
    const bars = barChart({ labels: ['a', 'b', 'c'], values: missing });
    expect(bars.series[0]!.data.map((bar) => (bar as { value: unknown }).value)).toEqual([1, null, 3]);
    expect(bars.title?.subtext).toBe('missing: b');
    expect(exponentialMovingAverage(missing, 0.5)[1]).toBeNaN();
    expect(exponentialMovingAverage(missing, 0)[1]).toBeNaN();
  });

  it('calls a number beyond 1e300 what it is', () => {
    const values = [1, 1e301, -1e302, Number.NaN];
    const steps = [0, 1, 2, 3];
    expect(trainingCurve({ step: steps, train: { loss: values } }).title?.subtext).toBe(
      '2 of 4 values not shown: beyond ±1e300, first at step 1\n1 of 4 values not finite (NaN or ±Infinity), first at step 3',
    );
    expect(scatter({ x: steps, target: values }).title?.subtext).toContain(
      'target: 2 of 4 points not shown: beyond ±1e300',
    );
    expect(barChart({ labels: ['a', 'b', 'c', 'd'], values }).title?.subtext).toContain(
      'not shown: beyond ±1e300: b, c',
    );
  });

  it('says how many points of a cloud it draws', () => {
    const x = Float64Array.from({ length: 50_000 }, (_, i) => Math.sin(i));
    const chart = scatter({ x, target: x.map((_, i) => Math.cos(1.7 * i)) });
    const [series] = chart.series as unknown as [{ data: unknown[]; symbolSize: number }];
    expect(chart.title?.subtext).toBe(
      `target: ${series.data.length.toLocaleString('en')} of 50,000 points drawn, one where several lie together`,
    );
    expect(series.symbolSize).toBeLessThan(scatterSize(10));
  });
});

function scatterSize(points: number): number {
  const column = Array.from({ length: points }, (_, i) => i);
  return (scatter({ x: column, target: column }).series[0] as { symbolSize: number }).symbolSize;
}

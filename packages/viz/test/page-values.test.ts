import { describe, expect, it } from 'vitest';
import type { PageData, PageSeries } from '../src/html/page-data.ts';
import { pageValues } from '../src/html/page-values.ts';

const series = (name: string, data: unknown[], more: Partial<PageSeries> = {}): PageSeries => ({
  type: 'line',
  name,
  xAxisIndex: 0,
  yAxisIndex: 0,
  data,
  ...more,
});

const valuesOf = (...all: PageSeries[]) =>
  pageValues({
    option: {
      grid: [],
      xAxis: [{ type: 'value', gridIndex: 0, name: 'step' }],
      yAxis: [{ type: 'value', gridIndex: 0, name: 'loss' }],
      series: all,
    },
  } as unknown as PageData);

const item = (seriesIndex: number, seriesName: string, value: unknown) => ({
  seriesIndex,
  seriesName,
  name: '',
  value,
});

describe('values under the pointer', () => {
  it('are those of one point, or of all lines at a place', () => {
    const { tooltip } = valuesOf(series('train', []), series('validation', []));
    expect(tooltip(item(0, 'train', [3, 0.123456789]))).toBe('step: 3\ntrain: 0.123457');
    expect(tooltip([item(0, 'train', [3, 0.5]), item(1, 'validation', [3, 0.25])])).toBe(
      'step: 3\ntrain: 0.5\nvalidation: 0.25',
    );
  });

  it('say which value is the measured one where an average has the same name', () => {
    const faint = { lineStyle: { opacity: 0.3 } };
    const both = valuesOf(series('train', [], faint), series('train', [], { lineStyle: { opacity: 1 } }));
    expect(both.tooltip([item(0, 'train', [1, 2]), item(1, 'train', [1, 3])])).toBe(
      'step: 1\ntrain (measured): 2\ntrain: 3',
    );
    const alone = valuesOf(series('train', [], faint));
    expect(alone.tooltip([item(0, 'train', [1, 2])])).toBe('step: 1\ntrain: 2');
  });

  it('of histograms are the bin and its heights, 0 where one has no bin', () => {
    const filled = { areaStyle: {} };
    // As steps: from the line of 0 up, across, and down again.
    const weights = series(
      'weights',
      [
        [0, 0],
        [0, 5],
        [1, 5],
        [1, 7],
        [2, 7],
        [2, 0],
      ],
      filled,
    );
    const biases = series(
      'biases',
      [
        [1, 0],
        [1, 2],
        [2, 2],
        [2, 0],
      ].map((value) => ({ value })),
      filled,
    );
    const { binsAt } = valuesOf(weights, biases);
    expect(binsAt(0.5)).toBe('step 0 to 1: weights 5, biases 0');
    expect(binsAt(1)).toBe('step 1 to 2: weights 7, biases 2');
    expect(binsAt(2)).toBe('');
    expect(binsAt(-1)).toBe('');
  });
});

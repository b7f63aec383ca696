import { describe, expect, it } from 'vitest';
import { histogramOverTime } from '../src/index.ts';
import type { FieldSeries } from '../src/option.ts';

describe('histogramOverTime', () => {
  const field = (option: ReturnType<typeof histogramOverTime>) => option.series[0] as FieldSeries;

  it('has a column around each step, with the share of its values in each bin', () => {
    const drawn = field(
      histogramOverTime({
        step: [0, 10, 30],
        edges: [0, 1, 2],
        counts: [
          [1, 3],
          [2, 2],
          [0, 4],
        ],
      }),
    );
    expect(drawn.xEdges).toEqual([-5, 5, 20, 40]);
    expect(drawn.data).toEqual([25, 50, 0, 75, 50, 100]);
  });

  it('sorts steps and takes the later of two rows of one step', () => {
    const drawn = field(
      histogramOverTime({
        step: [10, 0, 10],
        edges: [0, 1, 2],
        counts: [
          [1, 0],
          [0, 1],
          [0, 1],
        ],
      }),
    );
    expect(drawn.data).toEqual([0, 0, 100, 100]);
  });

  it('brings rows of different edges to bins of equal width, and loses no count', () => {
    const drawn = field(
      histogramOverTime({
        step: [0, 9],
        edges: [
          [0, 1, 2],
          [-1, 0, 5],
        ],
        counts: [
          [30, 10],
          [12, 24],
        ],
      }),
    );
    expect([drawn.yEdges[0], drawn.yEdges.at(-1), drawn.yEdges.length]).toEqual([-1, 5, 61]);
    // Bin after bin, a share for each step.
    const share = (row: number, isMeant: (edge: number) => boolean) =>
      drawn.data.reduce<number>(
        (sum, value, i) => sum + (i % 2 === row && isMeant(drawn.yEdges[i >> 1]!) ? value! : 0),
        0,
      );
    expect([share(0, () => true), share(1, () => true)]).toEqual([
      expect.closeTo(100, 9),
      expect.closeTo(100, 9),
    ]);
    expect(share(1, (edge) => edge < -1e-9)).toBeCloseTo(100 / 3, 9);
    expect(share(0, (edge) => edge < 1 - 1e-9)).toBeCloseTo(75, 9);
  });

  it('keeps edges that are the same in all rows', () => {
    const edges = [0, 1, 2];
    const columns = {
      step: [0, 1],
      counts: [
        [1, 3],
        [2, 2],
      ],
    };
    expect(histogramOverTime({ ...columns, edges: [edges, Float64Array.from(edges)] }).series).toEqual(
      histogramOverTime({ ...columns, edges }).series,
    );
  });

  it('refuses edges of a row that do not rise, and rows without edges', () => {
    const columns = { step: [0, 1], counts: [[1], [1]] };
    expect(() =>
      histogramOverTime({
        ...columns,
        edges: [
          [0, 1],
          [1, 1],
        ],
      }),
    ).toThrow('histogramOverTime: expected edges to be finite and ascending, got 1 at index 1');
    expect(() => histogramOverTime({ ...columns, edges: [[0, 1]] })).toThrow(
      'histogramOverTime: expected edges to have a row for each of 2 steps, got 1',
    );
  });

  it('says where there is nothing to draw', () => {
    const { series, title } = histogramOverTime({ step: [0, 1], values: [[Number.NaN], []] });
    expect([series, title?.subtext]).toEqual([[], '1 of 1 values not finite\nno values to draw']);
  });

  it('refuses a row without a step', () => {
    expect(() => histogramOverTime({ step: [0], values: [] })).toThrow(
      'histogramOverTime: expected values to have a row for each of 1 steps, got 0',
    );
  });
});

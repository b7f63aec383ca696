import { describe, expect, it } from 'vitest';
import {
  type ChartOption,
  exponentialMovingAverage,
  okabeIto,
  type TrainingColumns,
  trainingCurve,
} from '../src/index.ts';

const steps = [0, 1, 2, 3];
const one: TrainingColumns = { step: steps, train: { loss: [4, 3, 2, 1] } };
const both: TrainingColumns = {
  epoch: [1, 2],
  train: { loss: [1, 0.5], accuracy: [0.5, 0.75] },
  validation: { loss: [1.1, 0.7], accuracy: [0.4, 0.7] },
};
const lineOf = (option: ChartOption, index = 0) => {
  const series = option.series[index]!;
  if (series.type !== 'line') throw new Error(`expected a line, got ${series.type}`);
  return series;
};

describe('trainingCurve', () => {
  it('draws one series over steps, with no legend to read', () => {
    const option = trainingCurve(one);
    expect(option.xAxis).toMatchObject({ type: 'value', name: 'step', minInterval: 1 });
    expect(option.yAxis).toMatchObject([{ type: 'value', name: 'loss' }]);
    expect(option.legend).toBeUndefined();
    expect(option.title).toBeUndefined();
    expect(lineOf(option).data).toEqual([
      [0, 4],
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
  });

  it('marks the values of a line that has few, whatever is missing between them', () => {
    const sparse = Array.from({ length: 200 }, (_, i) => (i % 40 === 0 ? 1 / (i + 1) : Number.NaN));
    const marked = (loss: number[]) =>
      lineOf(trainingCurve({ step: loss.map((_, i) => i), train: { loss } })).showSymbol;
    expect(marked(sparse)).toBe(true);
    expect(marked(sparse.map((_, i) => 1 / (i + 1)))).toBe(false);
  });

  it('keeps the order of values at the same step where steps have none', () => {
    const { data } = lineOf(trainingCurve({ step: [2, 1, 1, 0, 1], train: { loss: [5, 1, 2, 9, 3] } }));
    expect(data).toEqual([
      [0, 9],
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 5],
    ]);
  });

  it('puts loss left and accuracy right, a colour a split, a dash an axis', () => {
    const option = trainingCurve(both, { title: 'MNIST' });
    expect(option.yAxis.map(({ name }) => name)).toEqual(['loss', 'accuracy']);
    expect(option.legend?.data).toEqual([
      'train loss',
      'validation loss',
      'train accuracy',
      'validation accuracy',
    ]);
    expect(
      option.series.map((_, i) => [lineOf(option, i).yAxisIndex, lineOf(option, i).lineStyle]),
    ).toMatchObject([
      [0, { color: okabeIto.blue, type: 'solid' }],
      [0, { color: okabeIto.vermillion, type: 'solid' }],
      [1, { color: okabeIto.blue, type: 'dashed' }],
      [1, { color: okabeIto.vermillion, type: 'dashed' }],
    ]);
  });

  it('compares runs: a colour a run, no two curves alike', () => {
    const runs = Array.from({ length: 14 }, (_, i) => ({
      run: `run ${i}`,
      step: steps,
      train: { loss: steps },
      validation: { loss: steps },
    }));
    const option = trainingCurve(runs);
    const looks = option.series.map((_, i) =>
      JSON.stringify([lineOf(option, i).lineStyle.color, lineOf(option, i).lineStyle.type]),
    );
    expect(new Set(looks).size).toBe(28);
    expect(option.legend?.data.slice(0, 2)).toEqual(['run 0 (train)', 'run 0 (validation)']);
  });

  it('joins tables of one run that were measured at different moments', () => {
    const option = trainingCurve([
      { run: 'a', step: steps, train: { loss: [4, 3, 2, 1] } },
      { run: 'a', step: [1, 3], validation: { loss: [3.5, 1.5] } },
    ]);
    expect(option.legend?.data).toEqual(['train', 'validation']);
    expect(lineOf(option, 1).data).toEqual([
      [1, 3.5],
      [3, 1.5],
    ]);
  });

  it('smooths training only, strong in front of the faint measured values', () => {
    const option = trainingCurve({ ...one, validation: { loss: [4, 4, 3, 3] } }, { smoothing: 0.5 });
    expect(option.series.map(({ name }) => name)).toEqual(['train', 'train', 'validation']);
    const [strong, faint, validation] = [0, 1, 2].map((i) => lineOf(option, i));
    expect(strong!.data.map(([, y]) => y)).toEqual(Array.from(exponentialMovingAverage([4, 3, 2, 1], 0.5)));
    expect(faint!.data.map(([, y]) => y)).toEqual([4, 3, 2, 1]);
    expect(strong!.z).toBeGreaterThan(faint!.z);
    expect(faint!.lineStyle.opacity).toBeLessThan(0.5);
    expect(validation!.data.map(([, y]) => y)).toEqual([4, 4, 3, 3]);
  });

  it('turns values that are not finite into gaps and says so', () => {
    const option = trainingCurve({ step: [0, 10, 20, 30], train: { loss: [1, Number.NaN, Infinity, 2] } });
    expect(lineOf(option).data).toEqual([
      [0, 1],
      [10, null],
      [20, null],
      [30, 2],
    ]);
    expect(option.title?.subtext).toBe('2 of 4 values not finite (NaN or ±Infinity), first at step 10');
  });

  it('turns zeros into gaps on a log axis and says so, for y and for x', () => {
    const y = trainingCurve({ step: steps, train: { loss: [1, 0, -1, 0.1] } }, { yScale: 'log' });
    expect(lineOf(y).data).toEqual([
      [0, 1],
      [1, null],
      [2, null],
      [3, 0.1],
    ]);
    expect(y.title?.subtext).toBe('2 of 4 values not shown: ≤ 0 on a log axis, first at step 1');
    const x = trainingCurve(one, { xScale: 'log' });
    expect(lineOf(x).data).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
    expect(x.title?.subtext).toBe('1 of 4 values not shown: step ≤ 0 on a log axis');
  });

  it('tells values that are too small for a log axis from those below it', () => {
    const curve = trainingCurve({ step: [0, 1, 2], train: { loss: [1, 1e-305, 0] } }, { yScale: 'log' });
    expect(curve.title?.subtext).toBe(
      '1 of 3 values not shown: below 1e-300, first at step 1\n1 of 3 values not shown: ≤ 0 on a log axis, first at step 2',
    );
  });

  it('draws the first metric where there is no loss and no accuracy', () => {
    const curve = trainingCurve({ step: [0, 1], train: { mae: [3, 2], rmse: [4, 3] } });
    expect(curve.yAxis.map(({ name }) => name)).toEqual(['mae']);
    expect(curve.series[0]!.data).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });

  it('has no ticks between whole steps, but between other places', () => {
    const axisOf = (step: readonly number[]) => trainingCurve({ step, train: { loss: step } }).xAxis;
    expect(axisOf([0, 1, 2])).toMatchObject({ minInterval: 1 });
    expect(axisOf([0, 0.5, 1])).not.toHaveProperty('minInterval');
  });

  it('marks single values as long as they are few', () => {
    const of = (count: number) => {
      const step = Array.from({ length: count }, (_, i) => i);
      return trainingCurve({ step, train: { loss: step } }).series[0] as { showSymbol: boolean };
    };
    expect([of(40).showSymbol, of(41).showSymbol]).toEqual([true, false]);
  });

  it('draws points for the training loss', () => {
    const option = trainingCurve(one, { style: 'points', yRange: [0, 1] });
    expect(option.series[0]).toMatchObject({
      type: 'scatter',
      data: [
        [0, 4],
        [1, 3],
        [2, 2],
        [3, 1],
      ],
    });
    expect(option.yAxis[0]).toMatchObject({ min: 0, max: 1 });
  });

  it('orders rows that a resumed run wrote twice', () => {
    const option = trainingCurve({ step: [0, 1, 2, 1, 2, 3], train: { loss: [4, 3, 2, 3, 2, 1] } });
    expect(lineOf(option).data.map(([x]) => x)).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('leaves out rows without a place along x', () => {
    const option = trainingCurve({ step: [1, Number.NaN, 0], train: { loss: [1, 2, 3] } });
    expect(lineOf(option).data).toEqual([
      [0, 3],
      [1, 1],
    ]);
    expect(option.title?.subtext).toBe('1 of 3 values not shown: step is not finite');
  });

  it('measures time in the unit that fits', () => {
    const at = (seconds: number) => trainingCurve({ time: [0, seconds], train: { loss: [1, 0] } });
    expect([at(60), at(600), at(20_000)].map(({ xAxis }) => xAxis.name)).toEqual([
      'time (s)',
      'time (min)',
      'time (h)',
    ]);
    expect(lineOf(at(600)).data[1]).toEqual([10, 0]);
  });

  it('keeps the largest value of a million and few points', () => {
    const step = Float64Array.from({ length: 1e6 }, (_, i) => i);
    const loss = step.map((i) => (i === 123_456 ? 99 : 1 / (1 + i)));
    const { data } = lineOf(trainingCurve({ step, train: { loss } }));
    expect(data.length).toBeLessThanOrEqual(2000);
    expect(data).toContainEqual([123_456, 99]);
  });

  it('says that there is nothing to draw', () => {
    for (const empty of [
      [],
      {},
      { step: [], train: { loss: [] } },
      { step: [1], train: { loss: [Number.NaN] } },
    ]) {
      const option = trainingCurve(empty);
      expect(option.title?.subtext).toMatch(/no values to draw$/);
    }
  });

  it('is plain data', () => {
    const option = trainingCurve(both, { smoothing: 0.5 });
    expect(JSON.parse(JSON.stringify(option))).toEqual(structuredClone(option));
  });

  it('refuses what cannot be drawn, and names it', () => {
    const loss = [1, 2, 3];
    expect(() => trainingCurve({ step: steps, train: { loss } })).toThrow(
      'trainingCurve: expected train.loss of run 1 to have as many values as step (4), got 3',
    );
    expect(() => trainingCurve(one, { axis: 'epoch' })).toThrow(
      'trainingCurve: expected a column epoch in every table, got none in that of run 1',
    );
    expect(() => trainingCurve(one, { metrics: ['mae'] })).toThrow(
      'trainingCurve: expected the metric mae in train or validation, got loss',
    );
    expect(() => trainingCurve(one, { smoothing: 1 })).toThrow('expected a weight in [0, 1), got 1');
    expect(() => trainingCurve(one, { yRange: [1, 0] })).toThrow(
      'expected yRange [low, high] with low < high',
    );
    expect(() => trainingCurve(one, { maxPoints: 2 })).toThrow(
      'expected maxPoints to be an integer of at least 4, got 2',
    );
  });
});

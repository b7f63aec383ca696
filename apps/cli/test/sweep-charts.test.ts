import { createRun, RunFolder } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { gradientChart } from '../src/commands/sweep/gradient-chart.ts';
import { trialChart } from '../src/commands/sweep/sweep-charts.ts';
import { trialTable } from '../src/commands/sweep/trial-table.ts';
import { panelsOf } from './plot/panels.ts';
import { newFolder } from './process/kindling.ts';

const trial = (run: string, settings: object, value?: number, metrics: object = {}) =>
  ({
    run,
    settings,
    status: 'completed',
    metrics,
    ...(value === undefined ? {} : { best: { monitor: 'validation.loss', value, epoch: 0 } }),
    epoch: 1,
    seconds: 1,
  }) as never;
const sweep = (trials: readonly object[]) =>
  ({ name: 'mine', monitor: 'validation.loss', definition: { axes: {} }, trials }) as never;

test('the chart of trials has an axis for each setting, with gaps where a trial has none', () => {
  const trials = [
    trial('a', { flag: true, lr: 0.1 }, 1),
    trial('b', { flag: false, widths: [4, 8] }, 2),
    trial('c', { flag: true, lr: 0.2, widths: 'none' }, 3),
  ];
  const text = JSON.stringify(trialChart(sweep([]), trials));
  expect(text).toContain('"true"');
  expect(text).toContain('[4,8]');
  expect(text).not.toContain('"\\"none\\""');
  expect(text).not.toContain('undefined');
});

test('the table of trials leaves what was not measured blank', () => {
  const rows = trialTable(
    [
      trial('a', { lr: 0.1 }, 0.5, { validation: { loss: 0.5, accuracy: 0.75 } }),
      trial('b', { lr: 0.2 }, undefined, { validation: { loss: 0.5 } }),
    ],
    undefined,
    'validation.loss',
    { color: false, width: Number.POSITIVE_INFINITY },
  ).split('\n');
  expect(rows[0]).toMatch(/^trial +lr +validation\.loss +validation\.accuracy +epochs +duration +state$/);
  expect(rows[2]).toMatch(/^a +0\.1 +0\.5000000 +0\.7500 +1 +1\.0 s +completed$/);
  expect(rows[3]).toMatch(/^b +0\.2 +none measured +- +1 +1\.0 s +completed$/);
});

describe('the chart of gradients', () => {
  async function chartOf(settings: readonly object[]) {
    const dir = await newFolder();
    const trials = settings.map((own, i) => ({ run: `t${i}`, settings: own }));
    for (const [i, { run: name }] of trials.entries()) {
      const run = await createRun({ name, dir, config: {} });
      run.logGradientNorms(0, { '0.weight': 0.002 * (i + 1), '0.bias': 1e9, '2.weight': 30 });
      run.finish();
    }
    const folder = { run: (name: string) => new RunFolder(`${dir}/${name}`) } as never;
    const chart = gradientChart(sweep(trials), folder);
    if (chart === undefined) throw new Error('expected a chart');
    return panelsOf(chart).map(({ title, series, yAxis: [y] }) => ({
      title: title?.text,
      lines: series.map(({ name }) => name),
      range: y?.type === 'category' ? [] : [y?.min, y?.max],
    }));
  }

  test('has a panel for each value of the first axis of words, all on one scale of whole decades', async () => {
    const range = [0.001, 100];
    expect(
      await chartOf([
        { act: 'tanh', lr: 1 },
        { act: 'tanh', lr: 2 },
        { act: 'relu', lr: 1 },
      ]),
    ).toEqual([
      { title: 'act=tanh', lines: ['lr=1', 'lr=2'], range },
      { title: 'act=relu', lines: ['lr=1'], range },
    ]);
  });

  test('has one panel where words do not differ, and where they are more than can be told apart', async () => {
    expect(
      await chartOf([
        { act: 'tanh', lr: 1 },
        { act: 'tanh', lr: 2 },
      ]),
    ).toMatchObject([{ title: '', lines: ['act=tanh, lr=1', 'act=tanh, lr=2'] }]);
    const many = Array.from({ length: 7 }, (_, i) => ({ act: `kind-${i}` }));
    expect(await chartOf(many)).toMatchObject([{ title: '', lines: many.map(({ act }) => `act=${act}`) }]);
  });
});

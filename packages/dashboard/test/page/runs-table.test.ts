import { expect, test } from 'vitest';
import {
  cellValue,
  columnKey,
  metricValue,
  type RunColumn,
  settingPaths,
} from '../../src/page/table/run-column.ts';
import { matchesFilter } from '../../src/page/table/run-filter.ts';
import { groupRuns, sortRuns } from '../../src/page/table/run-order.ts';
import type { RunRow } from '../../src/protocol.ts';

const row = (id: string, change: Partial<RunRow> = {}): RunRow => ({
  id,
  name: id,
  state: 'completed',
  settings: { 'optimizer.lr': '0.1', seed: '1' },
  metrics: {},
  note: '',
  tags: [],
  ...change,
});

test('a filter looks into names, tags, notes and settings', () => {
  const one = row('sweep/a', { tags: ['baseline'], note: 'the first', device: 'cuda:0' });
  for (const filter of ['', 'SWEEP', 'base first', 'lr=0.1', 'optimizer.lr=0', 'seed=1 cuda', 'completed']) {
    expect([filter, matchesFilter(one, filter)]).toEqual([filter, true]);
  }
  for (const filter of ['b', 'base second', 'lr=0.2', 'r=0.1', 'lr=0.1 seed=2'].slice(1)) {
    expect([filter, matchesFilter(one, filter)]).toEqual([filter, false]);
  }
});

test('sorting: numbers as numbers, NaN behind them, nothing last, either way', () => {
  const loss: RunColumn = { kind: 'metric', metric: 'loss', value: 'last' };
  const values = { a: 10, b: 9, c: Number.NaN, e: -1 };
  const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => {
    const last = values[id as 'a'];
    return row(id, { metrics: last === undefined ? {} : { loss: { last, min: 0, max: 20 } } });
  });
  const order = (isDescending: boolean) => sortRuns(rows, loss, isDescending).map(({ id }) => id);
  expect(order(false)).toEqual(['e', 'b', 'a', 'c', 'd']);
  expect(order(true)).toEqual(['a', 'b', 'e', 'c', 'd']);
  const settings = ['10', '9', '0.02', '0.005'].map((lr) => row(lr, { settings: { lr } }));
  expect(sortRuns(settings, { kind: 'setting', path: 'lr' }, false).map(({ id }) => id)).toEqual([
    '0.005',
    '0.02',
    '9',
    '10',
  ]);
  const newest = [row('old', { started: 1 }), row('new', { started: 2 })];
  expect(sortRuns(newest, undefined, false).map(({ id }) => id)).toEqual(['new', 'old']);
});

test('groups by a setting, those without it last', () => {
  const rows = [row('a', { settings: {} }), row('b'), row('c', { settings: { seed: '0' } }), row('d')];
  expect(groupRuns(rows, 'seed').map(({ value, rows: own }) => [value, own.length])).toEqual([
    ['0', 1],
    ['1', 2],
    [undefined, 1],
  ]);
  expect(groupRuns(rows, undefined)).toEqual([{ value: undefined, rows }]);
});

test('settings that differ are those without one value for all', () => {
  expect(
    settingPaths([row('a'), row('b', { settings: { 'optimizer.lr': '0.1', momentum: '0.9' } })]),
  ).toEqual({ all: ['optimizer.lr', 'seed', 'momentum'], differing: ['seed', 'momentum'] });
});

test('the best value is the smallest loss and the largest accuracy', () => {
  const values = { last: 2, min: 1, max: 3 };
  const one = row('a', { metrics: { loss: values, 'validation/accuracy': values, lr: values }, seconds: 5 });
  expect(metricValue(one, 'loss', 'best')).toBe(1);
  expect(metricValue(one, 'validation/accuracy', 'best')).toBe(3);
  expect(metricValue(one, 'lr', 'best')).toBeUndefined();
  expect(cellValue(one, { kind: 'field', field: 'duration' })).toBe(5);
  expect(columnKey({ kind: 'metric', metric: 'loss', value: 'max' })).toBe('metric:max:loss');
});

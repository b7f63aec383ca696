import { PROTOCOL_VERSION, type RunRow, type Snapshot } from '@kindling/dashboard/protocol';
import { describe, expect, it } from 'vitest';
import { RunList } from '../src/runs/run-list.ts';
import { RunSpeed } from '../src/runs/run-speed.ts';
import { bestMetric, durationText, lastLoss, metricText } from '../src/runs/run-values.ts';
import { statusText } from '../src/training/status-text.ts';
import { runItem } from '../src/views/run-item.ts';
import { rowOf } from './rows.ts';

const snapshot = (runs: RunRow[]): Snapshot => ({
  type: 'snapshot',
  version: PROTOCOL_VERSION,
  folder: 'runs',
  actions: [],
  canAnnotate: false,
  runs,
});

describe('RunList', () => {
  it('has what the feed said last, the newest first', () => {
    const list = new RunList();
    const first = snapshot([rowOf({ id: 'a', started: 1 }), rowOf({ id: 'b', started: 2 })]);
    expect(list.receive(first)).toEqual({ changed: ['a', 'b'], isReordered: true });
    const running = rowOf({ id: 'c', started: 3, state: 'running' });
    expect(list.receive({ type: 'runs', changed: [running], removed: ['a'] })?.isReordered).toBe(true);
    const further = { ...running, step: 101 };
    expect(list.receive({ type: 'runs', changed: [further], removed: [] })).toEqual({
      changed: ['c'],
      isReordered: false,
    });
    expect(list.rows.map(({ id }) => id)).toEqual(['c', 'b']);
    expect(list.running.map(({ id }) => id)).toEqual(['c']);
    expect(list.newestOf('xor')?.id).toBe('c');
    expect(list.receive({ type: 'runs', changed: [], removed: [] })).toBeUndefined();
    expect(list.receive({ type: 'progress', run: 'c' })).toBeUndefined();
    list.receive(snapshot([]));
    expect(list.rows).toEqual([]);
  });
});

describe('values of a run', () => {
  it('prefers an accuracy of data that was held back, then any score, then the least loss', () => {
    expect(bestMetric(rowOf())).toEqual({ name: 'train/accuracy', value: 0.979 });
    const metrics = { ...rowOf().metrics, 'validation/accuracy': { last: 0.9, max: 0.95 } };
    expect(bestMetric(rowOf({ metrics }))).toEqual({ name: 'validation/accuracy', value: 0.95 });
    expect(bestMetric(rowOf({ metrics: { loss: { last: 2, min: 1, max: 3 } } }))).toEqual({
      name: 'loss',
      value: 1,
    });
    expect(bestMetric(rowOf({ metrics: { 'game/reward': { last: 2, min: 1, max: 3 } } }))?.value).toBe(3);
    expect(bestMetric(rowOf({ metrics: {} }))).toBeUndefined();
    expect(lastLoss(rowOf({ metrics: { 'train/loss': { last: 0.5 } } }))).toBe(0.5);
  });

  it('are written short', () => {
    expect(metricText({ name: 'test/accuracy', value: 0.9789 })).toBe('97.9 %');
    expect(metricText({ name: 'loss', value: 0.123456 })).toBe('0.1235');
    const texts = [Number.NaN, Number.POSITIVE_INFINITY, 0, -0.00001, 0.000009716, 2e10, 123.45].map(
      (value) => metricText({ name: 'loss', value }),
    );
    expect(texts).toEqual(['NaN', 'Infinity', '0', '-1e-5', '9.716e-6', '2e10', '123.5']);
    expect([0.2, 59.7, 125, 3725].map(durationText)).toEqual(['0 s', '1:00', '2:05', '1:02:05']);
  });
});

describe('RunSpeed', () => {
  it('goes by what was seen, not by when a run began', () => {
    const pace = new RunSpeed();
    const at = (epoch: number) => rowOf({ state: 'running', epoch, epochs: 100, started: 0 });
    pace.note([at(50)], 1_000_000);
    expect(pace.secondsLeft(at(50), 1_000_000)).toBeUndefined();
    pace.note([at(60)], 1_010_000);
    expect(pace.secondsLeft(at(60), 1_010_000)).toBeCloseTo(40);
    pace.note([], 1_020_000);
    expect(pace.secondsLeft(at(60), 1_020_000)).toBeUndefined();
  });

  it('has no end for a run whose epochs are not known', () => {
    const pace = new RunSpeed();
    const { epochs: _, ...row } = rowOf({ state: 'running' });
    pace.note([row], 0);
    expect(pace.secondsLeft(row, 1000)).toBeUndefined();
  });
});

describe('statusText', () => {
  it('has the newest run, how far it is and what is left', () => {
    const row = rowOf({ state: 'running', epoch: 5 });
    expect(statusText([row, rowOf()], 65)).toBe('$(sync~spin) xor · 50 % · 1:05 left · +1');
    expect(statusText([row], undefined)).toBe('$(sync~spin) xor · 50 %');
    expect(statusText([], undefined)).toBe('');
  });
});

describe('runItem', () => {
  it('has loss, best metric, device and duration', () => {
    const item = runItem(rowOf());
    expect(item.description).toBe('completed · loss 0.1235 · 97.9 % · cpu · 12 s');
    expect(item.lines).toContain('best train/accuracy: 97.9 %');
    expect(item.context).toBe('run.over');
  });

  it('tells what can be done with a run', () => {
    expect(runItem(rowOf({ state: 'running', epoch: 3 }))).toMatchObject({
      context: 'run.running',
      description: expect.stringMatching(/^30 % · /),
    });
    expect(runItem(rowOf({ settings: { lr: '0.1' } })).context).toBe('run.program');
    const damaged = runItem({
      id: 'x',
      name: 'x',
      state: 'damaged',
      reason: 'summary.json: expected JSON',
      settings: {},
      metrics: {},
      note: '',
      tags: [],
    });
    expect(damaged).toMatchObject({ context: 'run.damaged', description: 'damaged' });
    expect(damaged.lines).toContain('summary.json: expected JSON');
  });
});

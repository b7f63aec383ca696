import { expect, test } from 'vitest';
import { preferredLanguage } from '../../src/language.ts';
import { Layout } from '../../src/page/layout/layout.ts';
import { parseLayout } from '../../src/page/layout/layout-state.ts';
import { paletteSize } from '../../src/page/layout/palette-size.ts';
import { firstSelection, withColors } from '../../src/page/layout/selection.ts';
import { messagesOf } from '../../src/page/messages/messages.ts';
import { generatedRun } from '../generated-runs.ts';

test('whatever a host kept gives a layout; what is whole of it stays', () => {
  const empty = parseLayout(undefined);
  for (const kept of [null, 5, 'x', [], { smoothing: 'much', axis: 'y', table: 3 }]) {
    expect(parseLayout(kept)).toEqual(empty);
  }
  expect(parseLayout({ smoothing: 0.5, axis: 'nowhere', table: { filter: 'lr=1', values: 7 } })).toEqual({
    ...empty,
    smoothing: 0.5,
    table: { ...empty.table, filter: 'lr=1' },
  });
});

test('a layout keeps every change', () => {
  const kept: object[] = [];
  const layout = new Layout({}, (state) => kept.push(state));
  layout.set({ smoothing: 0.9 });
  layout.toggle('pinned', 'a');
  layout.toggle('pinned', 'b');
  layout.toggle('pinned', 'a');
  expect(layout.get('pinned')).toEqual(['b']);
  expect(parseLayout(JSON.parse(JSON.stringify(kept.at(-1))))).toEqual(layout.peek());
});

test('runs first shown: those that are named, else those at work, else the newest', () => {
  const options = { seed: 1, steps: 1, stepsPerEpoch: 1, lr: 1 };
  const rows = (...runs: { id: string; state?: 'running' | 'damaged'; began: number }[]) =>
    new Map(runs.map((run) => [run.id, generatedRun({ ...options, ...run }).row]));
  const all = rows(
    { id: 'old', began: 1 },
    { id: 'new', began: 2 },
    { id: 'bad', began: 3, state: 'damaged' },
  );
  expect(firstSelection(all, ['old', 'gone'])).toEqual(['old']);
  expect(firstSelection(all, ['gone'])).toEqual(['new']);
  expect(
    firstSelection(rows({ id: 'a', began: 1, state: 'running' }, { id: 'b', began: 2 }), undefined),
  ).toEqual(['a']);
  expect(firstSelection(new Map(), undefined)).toEqual([]);
});

test('colours stay with their runs, and new runs get those that are free', () => {
  const first = withColors({}, ['a', 'b']);
  expect(first).toEqual({ a: 0, b: 1 });
  expect(withColors(first, ['b', 'c'])).toEqual({ a: 0, b: 1, c: 0 });
  const many = Object.values(
    withColors(
      {},
      Array.from({ length: 3 * paletteSize }, (_, i) => String(i)),
    ),
  );
  expect(many.filter((color) => color === 3)).toHaveLength(3);
});

test('languages: the first that there is; both say everything', () => {
  expect(preferredLanguage(['fr-FR', 'ko-KR', 'en'])).toBe('ko');
  expect(preferredLanguage(['fr'])).toBe('en');
  for (const language of ['en', 'ko'] as const) {
    const t = messagesOf(language);
    expect(t.duration(3725)).toContain('1');
    expect(t.place('step', 20)).toContain('20');
    expect(t.place('wall', 0)).toBe('1970-01-01 00:00:00 UTC');
    expect(t.axisName('relative', 'min')).toContain('(');
    expect(t.chart.number(-Infinity)).toBe('−∞');
  }
});

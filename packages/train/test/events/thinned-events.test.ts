import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ThinnedEvents } from '../../src/events/thinned-events.ts';
import { RunColumns } from '../../src/events.ts';

interface Look {
  readonly kind: string;
  readonly name?: string;
  readonly at: number;
  readonly data?: string;
}

const looks = (count: number, of: (at: number) => Omit<Look, 'at'>): readonly Look[] => {
  const events = new ThinnedEvents<Look>();
  for (let at = 0; at < count; at++) events.add({ at, ...of(at) });
  return events.all;
};
const positions = (events: readonly Look[]): number[] => events.map(({ at }) => at);

describe('events beyond the limit', () => {
  test.each([1, 2, 999, 1000])('of %i there are all', (count) => {
    expect(positions(looks(count, () => ({ kind: 'text' })))).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
  });

  test('are thinned evenly, the first and the newest among them', () => {
    const kept = positions(looks(123_456, () => ({ kind: 'text' })));
    expect(kept.length).toBeGreaterThan(450);
    expect(kept.length).toBeLessThanOrEqual(1000);
    expect([kept[0], kept.at(-1)]).toEqual([0, 123_455]);
    const gaps = new Set(kept.slice(1, -1).map((at, i) => at - kept[i]!));
    expect([...gaps]).toEqual([128]);
  });

  test('are of each name, and the series that is longest is thinned first', () => {
    const kept = looks(5000, (at) => ({
      kind: 'histogram',
      name: at % 50 === 0 ? 'rare' : `layer ${at % 3}`,
    }));
    expect(kept.length).toBeLessThanOrEqual(1000);
    expect(kept.filter(({ name }) => name === 'rare')).toHaveLength(100);
    for (const name of ['layer 0', 'layer 1', 'layer 2']) {
      expect(kept.filter((look) => look.name === name).length).toBeGreaterThan(100);
    }
    expect(positions(kept)).toEqual(positions(kept).toSorted((a, b) => a - b));
  });

  test('of another kind are not counted', () => {
    const kept = looks(3000, (at) => ({ kind: at < 10 ? 'batch' : 'text' }));
    expect(kept.filter(({ kind }) => kind === 'batch')).toHaveLength(10);
  });

  test('of ever new names are the newest ones', () => {
    const kept = positions(looks(20_000, (at) => ({ kind: 'text', name: `step ${at}` })));
    expect(kept.length).toBeGreaterThan(700);
    expect(kept).toEqual(Array.from(kept, (_, i) => 20_000 - kept.length + i));
  });

  test('in bytes are thinned, too, down to the newest', () => {
    const data = 'x'.repeat(2 ** 20);
    const kept = positions(looks(1000, () => ({ kind: 'images', data })));
    expect(kept.length).toBeGreaterThan(8);
    expect(kept.length).toBeLessThanOrEqual(32);
    expect(kept.at(-1)).toBe(999);
    expect(positions(looks(3, () => ({ kind: 'images', data: data.repeat(40) })))).toEqual([2]);
  });
});

test('what is kept are events of the log in its order, with the newest of each kind, whatever comes', () => {
  const log = fc.array(
    fc.record({
      kind: fc.constantFrom('text', 'images'),
      name: fc.constantFrom('a', 'b', 'c'),
      copies: fc.integer({ min: 1, max: 700 }),
      isCut: fc.boolean(),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(log, (parts) => {
      const events = new ThinnedEvents<Look>();
      const newest = new Map<string, number>();
      let at = 0;
      for (const { kind, name, copies, isCut } of parts) {
        if (isCut) {
          const cut = at - 100;
          events.retain((look) => look.at < cut);
          newest.clear();
        }
        for (let i = 0; i < copies; i++, at++) {
          events.add({ kind, name, at });
          newest.set(`${kind} ${name}`, at);
        }
      }
      const all = events.all;
      expect(positions(all)).toEqual([...new Set(positions(all))].sort((a, b) => a - b));
      for (const [series, last] of newest) {
        expect(all.findLast(({ kind, name }) => `${kind} ${name}` === series)?.at).toBe(last);
      }
      for (const kind of ['text', 'images']) {
        expect(all.filter((look) => look.kind === kind).length).toBeLessThanOrEqual(1000);
      }
    }),
    { numRuns: 30 },
  );
});

test('a run has its newest sample, and not more than memory bears', () => {
  const columns = new RunColumns();
  for (let step = 0; step < 5000; step++) {
    columns.event({ type: 'sample', kind: 'text', name: 'note', text: '', epoch: 0, step, time: 0 });
    columns.event({ type: 'checkpoint', kind: 'last', file: 'last', epoch: 0, step, time: 0 });
  }
  expect(columns.samples.length).toBeLessThanOrEqual(1000);
  expect(columns.checkpoints.length).toBeLessThanOrEqual(1000);
  expect(columns.lastSample('text')?.step).toBe(4999);
});

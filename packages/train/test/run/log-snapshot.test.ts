import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { EventReader, formatEvent, RunColumns, type RunEvent } from '../../src/events.ts';
import { LogSnapshot } from '../../src/run/log-snapshot.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-snapshot-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'events.jsonl');

const time = 5;
const started: RunEvent = { type: 'run-started', run: 'a', time };
const step = (at: number, metrics: Record<string, number> = {}): RunEvent => ({
  type: 'step',
  step: at,
  epoch: 0,
  metrics,
  time,
});
const epoch = (at: number, steps: number): RunEvent => ({
  type: 'epoch',
  epoch: at,
  step: steps,
  train: { loss: steps },
  seconds: 1,
  time,
});
const text = (at: number, name: string): RunEvent => ({
  type: 'sample',
  kind: 'text',
  name,
  text: '',
  epoch: 0,
  step: at,
  time,
});
const write = (events: readonly RunEvent[]): void =>
  writeFileSync(path, events.map((event) => `${formatEvent(event)}\n`).join(''));

/** What of the log counts, in short. */
function current(): { readonly names: readonly string[]; readonly events: unknown[] } {
  using log = new LogSnapshot(path);
  // It is of its moment, whatever comes.
  appendFileSync(path, `${formatEvent(step(1000, { late: 1 }))}\n`);
  const events: unknown[] = [];
  const sink = {
    step: ({
      step,
      names,
      values,
      count,
    }: {
      step: number;
      names: readonly string[];
      values: readonly number[];
      count: number;
    }) =>
      void events.push([step, Object.fromEntries(names.slice(0, count).map((name, i) => [name, values[i]]))]),
    event: (event: RunEvent) =>
      void events.push(
        event.type === 'epoch'
          ? `epoch ${event.epoch}`
          : event.type === 'sample' && event.kind === 'text'
            ? event.name
            : event.type,
      ),
  };
  for (const _ of log.pass(sink));
  return { names: log.names, events };
}

test('events of one step are one row, with the newest values, and epochs stay where they are', () => {
  write([
    started,
    step(0, { a: 1, b: 2 }),
    epoch(0, 1),
    step(0, { b: 3, c: 4 }),
    step(1, { a: 5 }),
    epoch(1, 2),
  ]);
  expect(current()).toEqual({
    names: ['a', 'b', 'c'],
    events: ['run-started', [0, { a: 1, b: 3, c: 4 }], 'epoch 0', [1, { a: 5 }], 'epoch 1'],
  });
});

test('what a resumed run computed again counts once', () => {
  write([
    ...[
      started,
      step(0),
      step(1),
      text(1, 'kept'),
      epoch(0, 2),
      step(2),
      step(3),
      text(3, 'again'),
      epoch(1, 4),
    ],
    ...[started, step(2, { again: 1 }), text(2, 'new'), step(3), epoch(1, 4), step(4)],
    ...[started, step(4, { last: 1 })],
  ]);
  expect(current().events).toEqual([
    ...['run-started', [0, {}], 'kept', [1, {}], 'epoch 0'],
    ...['run-started', 'new', [2, { again: 1 }], [3, {}], 'epoch 1'],
    ...['run-started', [4, { last: 1 }]],
  ]);
});

test('of a run that logs epochs alone, those count that were logged last', () => {
  write([started, epoch(0, 0), epoch(1, 0), started, epoch(1, 0), epoch(2, 0)]);
  expect(current().events).toEqual(['run-started', 'epoch 0', 'run-started', 'epoch 1', 'epoch 2']);
});

test('it agrees with RunColumns on steps and epochs of any run that is resumed now and then', () => {
  const lives = fc.array(
    fc.record({
      back: fc.nat(5),
      events: fc.array(fc.constantFrom('step', 'same', 'epoch'), { maxLength: 8 }),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(lives, (all) => {
      const events: RunEvent[] = [];
      let [at, ended] = [0, 0];
      for (const { back, events: kinds } of all) {
        events.push(started);
        at = Math.max(0, at - back);
        ended = Math.min(ended, at);
        for (const kind of kinds) {
          if (kind === 'epoch') events.push(epoch(ended++, at));
          else events.push(step(kind === 'step' ? at++ : Math.max(0, at - 1), { [kind]: events.length }));
        }
      }
      write(events);
      const columns = new RunColumns();
      const reader = new EventReader(columns);
      for (const event of events) reader.push(`${formatEvent(event)}\n`);
      expect(columns.steps.falls).toEqual([]);
      const rows = current().events.filter((event): event is [number, Record<string, number>] =>
        Array.isArray(event),
      );
      expect(rows.map(([one]) => one)).toEqual([...columns.steps.step]);
      for (const [name, values] of columns.steps.metrics) {
        expect(rows.map(([, metrics]) => metrics[name] ?? Number.NaN)).toEqual([...values]);
      }
    }),
  );
});

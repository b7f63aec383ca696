import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EventError,
  EventReader,
  formatEvent,
  parseEvent,
  parseEvents,
  type RunEvent,
  type StepEvent,
} from '../../src/events.ts';

const step = (number: number): StepEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  loss: 1,
  lr: 0.1,
  time: 0,
});
const text: RunEvent = {
  type: 'sample',
  kind: 'text',
  name: '말',
  text: '안녕 é 🙂\n',
  epoch: 0,
  step: 1,
  time: 0,
};
const all = [step(0), text, step(1), { ...step(2), metrics: { 손실: 2 } }] satisfies RunEvent[];
const lines = (events: readonly RunEvent[]) => events.map((event) => `${formatEvent(event)}\n`).join('');

function reading() {
  const events: RunEvent[] = [];
  const reader = new EventReader({
    event: (event) => void events.push(event),
    restart: () => void events.splice(0),
  });
  return { events, reader };
}

test('a log is read the same in whatever pieces it comes', () => {
  const bytes = new TextEncoder().encode(lines(all));
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const { events, reader } = reading();
      const ends = [...cuts.sort((a, b) => a - b), bytes.length];
      let start = 0;
      for (const end of ends) {
        reader.push(bytes.subarray(start, end));
        start = end;
      }
      expect(events).toEqual(all);
      expect(reader).toMatchObject({
        lines: 4,
        skipped: 0,
        unknown: 0,
        problem: undefined,
        position: bytes.length,
      });
    }),
  );
});

test('a torn last line waits for its rest', () => {
  const { events, reader } = reading();
  const whole = lines(all);
  reader.push(whole.slice(0, -10));
  expect(events).toEqual(all.slice(0, -1));
  expect(reader.skipped).toBe(0);
  reader.push(whole.slice(-10));
  expect(events).toEqual(all);
});

test('a bad line is skipped and counted, with its number', () => {
  const { events, reader } = reading();
  reader.push(`${formatEvent(step(0))}\nnonsense\n{"type":"step","step":-1}\n${formatEvent(step(1))}\n`);
  expect(events).toEqual([step(0), step(1)]);
  expect(reader).toMatchObject({
    lines: 4,
    skipped: 2,
    problem: 'events.jsonl:2: expected an event in JSON, got "nonsense"',
  });
});

test('a line that is too long is skipped without being kept', () => {
  const { events, reader } = reading();
  for (let i = 0; i < 20; i++) reader.push('x'.repeat(2 ** 20));
  reader.push(`\n${formatEvent(step(1))}\n`);
  expect(events).toEqual([step(1)]);
  expect(reader).toMatchObject({
    skipped: 1,
    problem: `events.jsonl:1: expected an event, got a line of more than ${2 ** 24} characters`,
  });
});

test('events of an unknown type, and samples of an unknown kind, pass and are counted', () => {
  const { events, reader } = reading();
  reader.push('{"type":"telepathy","of":1}\n{"type":"sample","kind":"smell","step":0}\n{"type":"sample"}\n');
  expect(events).toEqual([]);
  expect(reader).toMatchObject({ unknown: 2, skipped: 1 });
});

describe('a file', () => {
  test('is read on from where it was', () => {
    const { events, reader } = reading();
    expect(reader.continueAt({ id: 1, size: 100 })).toBe(0);
    const first = lines([step(0)]);
    reader.push(first);
    expect(reader.continueAt({ id: 1, size: 100 })).toBe(first.length);
    expect(events).toEqual([step(0)]);
  });

  test.each([
    ['replaced', { id: 2, size: 1000 }],
    ['shortened', { id: 1, size: 10 }],
  ])('that was %s is read from its beginning', (_, state) => {
    const { events, reader } = reading();
    reader.continueAt({ id: 1, size: 100 });
    reader.push(`x\n${lines([step(0)])}{"half`);
    expect(reader.continueAt(state)).toBe(0);
    expect(events).toEqual([]);
    expect(reader).toMatchObject({ lines: 0, skipped: 0, problem: undefined, position: 0 });
    reader.push(lines([step(5)]));
    expect(events).toEqual([step(5)]);
  });
});

test('parseEvents passes over unknown types and refuses bad lines with their number', () => {
  expect(parseEvents(`${lines([step(0)])}{"type":"telepathy"}\n${lines([step(1)])}{"half`)).toEqual([
    step(0),
    step(1),
  ]);
  expect(() => parseEvents(`${lines([step(0)])}{}\n`, 'log')).toThrow(EventError);
  expect(() => parseEvents(`${lines([step(0)])}{}\n`, 'log')).toThrow(
    'log:2: expected an event, got one with type',
  );
  expect(() => parseEvent('{"type":"telepathy"}')).toThrow(
    'event: expected an event, got one of unknown type telepathy',
  );
});

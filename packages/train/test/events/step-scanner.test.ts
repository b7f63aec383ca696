import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StepScanner } from '../../src/events/step-scanner.ts';
import { EventReader, formatEvent, parseEvent, type RunEvent, type StepEvent } from '../../src/events.ts';

/** The result of reading a line; undefined where it is skipped. */
function readOne(line: string): RunEvent | undefined {
  let read: RunEvent | undefined;
  const event = (next: RunEvent): void => {
    read = next;
  };
  new EventReader({ event }).push(`${line}\n`);
  return read;
}

/** What the schema makes of it. */
function parsed(line: string): RunEvent | undefined {
  try {
    return parseEvent(line);
  } catch {
    return undefined;
  }
}

const name = fc.oneof(fc.string(), fc.constantFrom('loss', 'a', 'b/c', '__proto__', '1', 'é', '한글'));
const steps: fc.Arbitrary<StepEvent> = fc.record(
  {
    type: fc.constant('step' as const),
    step: fc.nat(),
    epoch: fc.nat(),
    loss: fc.double(),
    lr: fc.double(),
    metrics: fc.dictionary(name, fc.double(), { maxKeys: 4 }),
    time: fc.double({ noNaN: true, noDefaultInfinity: true }),
  },
  { requiredKeys: ['type', 'step', 'epoch', 'time'] },
);

test('a line is read as the schema reads it, to the bit', () => {
  fc.assert(
    fc.property(steps, (event) => {
      const line = formatEvent(event);
      expect(readOne(line)).toEqual(parsed(line));
    }),
    { numRuns: 2000 },
  );
});

test('the lines that this version writes are scanned', () => {
  const scanner = new StepScanner();
  const time = 1795898628123;
  for (const event of [
    { type: 'step', step: 0, epoch: 0, loss: 0.7434073090553284, lr: 1e-7, time },
    { type: 'step', step: 3_000_000, epoch: 12, loss: Number.NaN, lr: 0, time },
    {
      type: 'step',
      step: 1,
      epoch: 0,
      metrics: { 'loss/generator': -1.5e-9, x: Number.NEGATIVE_INFINITY },
      time,
    },
    { type: 'step', step: 2, epoch: 0, metrics: {}, time },
  ] satisfies RunEvent[]) {
    const line = formatEvent(event);
    expect(scanner.scan(`x${line}\n`, 1, line.length + 1), line).toBe(true);
    expect(scanner).toMatchObject({ step: event.step, loss: event.loss, lr: event.lr });
  }
});

test('damaged lines are read as the schema reads them', () => {
  const line = formatEvent({
    type: 'step',
    step: 12,
    epoch: 3,
    loss: 0.25,
    lr: 1e-3,
    metrics: { a: 1, b: Number.NaN },
    time: 17,
  });
  fc.assert(
    fc.property(
      fc.nat(line.length - 1),
      fc.nat(3),
      fc.constantFrom(
        '',
        '0',
        '-',
        '.',
        'e9',
        'e999',
        '"',
        '\\',
        ',',
        '}',
        '{',
        ' ',
        ':',
        '"a":1,',
        '\r',
        '1e400',
      ),
      (at, cut, put) => {
        const damaged = line.slice(0, at) + put + line.slice(at + cut);
        expect(readOne(damaged), damaged).toEqual(parsed(damaged));
      },
    ),
    { numRuns: 5000 },
  );
});

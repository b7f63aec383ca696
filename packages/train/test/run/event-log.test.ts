import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { formatEvent, parseEvent, parseEvents, type RunEvent } from '../../src/index.ts';
import { EventLog } from '../../src/run/event-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const step = (number: number): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  loss: 1 / (number + 1),
  lr: 0.1,
  time: 0,
});

test('events come back as they went, whatever the numbers', () => {
  const number = fc.double();
  // Zod leaves out the key __proto__, which in other hands sets a prototype.
  const name = fc.string().filter((text) => text !== '__proto__');
  fc.assert(
    fc.property(number, fc.dictionary(name, number), (loss, train) => {
      const events: RunEvent[] = [
        { type: 'step', step: 0, epoch: 0, loss, lr: 1, time: 1 },
        { type: 'epoch', epoch: 0, step: 1, train, seconds: 1, time: 1 },
        { type: 'checkpoint', epoch: 1, step: 1, kind: 'best', file: 'x', value: loss, time: 1 },
      ];
      for (const event of events) {
        const back = parseEvent(formatEvent(event));
        expect(formatEvent(back)).toBe(formatEvent(event));
        // JSON has no −0.
        if ('loss' in back) expect(back.loss).toBe(Object.is(loss, -0) ? 0 : loss);
      }
    }),
  );
});

test('the log is cut to the length that it is opened with, at the end of a line', () => {
  const path = join(folder, 'cut.jsonl');
  const log = new EventLog(path);
  const lengths = [0, 1, 2, 3].map((number) => {
    log.append(step(number));
    return log.length;
  });
  log.close();
  expect(statSync(path).size).toBe(lengths[3]);

  const again = new EventLog(path, lengths[1]! + 5);
  expect(again.length).toBe(lengths[1]);
  again.append(step(7));
  again.close();
  expect(parseEvents(readFileSync(path, 'utf8'))).toEqual([step(0), step(1), step(7)]);

  new EventLog(path, 0).close();
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('half a line at the end is cut off, and a length beyond the end cuts nothing', () => {
  const path = join(folder, 'half.jsonl');
  writeFileSync(path, `${formatEvent(step(0))}\n${formatEvent(step(1)).slice(0, 20)}`);
  const log = new EventLog(path, 1e6);
  log.append(step(2));
  log.close();
  expect(parseEvents(readFileSync(path, 'utf8'))).toEqual([step(0), step(2)]);
});

test('cutting replaces the file, so that a reader can tell', () => {
  const path = join(folder, 'inode.jsonl');
  const log = new EventLog(path);
  log.append(step(0));
  const { length } = log;
  log.append(step(1));
  log.close();
  const inode = statSync(path).ino;
  new EventLog(path, 1e6).close();
  expect(statSync(path).ino).toBe(inode);
  new EventLog(path, length).close();
  expect(statSync(path).ino).not.toBe(inode);
});

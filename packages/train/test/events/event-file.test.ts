import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EventFile, formatEvent, RunColumns } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (step: number): string =>
  `${formatEvent({ type: 'step', step, epoch: 0, loss: step, lr: 1, time: 0 })}\n`;

test('a log is followed while it grows, is cut and is replaced', () => {
  const path = join(folder, 'events.jsonl');
  const columns = new RunColumns();
  const file = new EventFile(path, columns);
  const steps = () => [...columns.steps.step];

  writeFileSync(path, line(0) + line(1) + line(2).slice(0, 9));
  expect(file.read()).toBe(true);
  expect(steps()).toEqual([0, 1]);
  expect(file.read()).toBe(false);
  appendFileSync(path, line(2).slice(9));
  expect(file.read()).toBe(true);
  expect(steps()).toEqual([0, 1, 2]);

  truncateSync(path, line(0).length);
  expect(file.read()).toBe(true);
  expect(steps()).toEqual([0]);

  writeFileSync(`${path}.new`, line(7) + line(8) + line(9));
  renameSync(`${path}.new`, path);
  expect(file.read()).toBe(true);
  expect(steps()).toEqual([7, 8, 9]);
  expect(file.reader).toMatchObject({ lines: 3, skipped: 0 });

  rmSync(path);
  expect(() => file.read()).toThrow('ENOENT');
});

test('a long log is read piece by piece', () => {
  const path = join(folder, 'long.jsonl');
  const columns = new RunColumns();
  const file = new EventFile(path, columns);
  writeFileSync(path, Array.from({ length: 20_000 }, (_, step) => line(step)).join(''));
  let pieces = 0;
  while (file.read(1)) pieces++;
  expect(pieces).toBeGreaterThan(2);
  expect(columns.steps.length).toBe(20_000);
  expect(file.reader.skipped).toBe(0);
});

import type * as fs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRun, RunError, type RunWriter, readRun } from '../../src/index.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    writeSync: (file: number, bytes: Uint8Array, offset: number, length: number) => {
      // Half of it fits.
      if (disk.isFull) {
        real.writeSync(file, bytes, offset, Math.ceil(length / 2));
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
          code: 'ENOSPC',
          syscall: 'write',
        });
      }
      return real.writeSync(file, bytes, offset, length);
    },
  };
});

const dir = mkdtempSync(join(tmpdir(), 'kindling-disk-'));
afterAll(() => rmSync(dir, { recursive: true }));
let run: RunWriter;
beforeEach(async () => {
  disk.isFull = false;
  run = await createRun({ name: 'loop', dir });
});
afterEach(() => vi.useRealTimers());

const steps = () => [...readRun(run.path).columns.steps.step];

test('a full disk is an error with the path, and what was not written is written later, whole', () => {
  run.log(0, { loss: 1 });
  run.flush();
  run.log(1, { loss: 1 });
  disk.isFull = true;
  expect(() => run.flush()).toThrow(
    `ENOSPC: no space left on device, write '${join(run.path, 'events.jsonl')}'`,
  );
  expect(steps()).toEqual([0]);
  expect(readFileSync(join(run.path, 'events.jsonl'), 'utf8').endsWith('\n')).toBe(true);
  disk.isFull = false;
  run.log(2, { loss: 1 });
  run.finish();
  expect(steps()).toEqual([0, 1, 2]);
  expect(readRun(run.path)).toMatchObject({ state: 'completed', skipped: 0 });
});

test('log writes by itself once a second has passed, and after much text', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  run.finish();
  run = await createRun({ name: 'timed', dir });
  run.log(0, { loss: 1 });
  expect(steps()).toEqual([]);
  vi.setSystemTime(Date.now() + 999);
  run.log(1, { loss: 1 });
  expect(steps()).toEqual([]);
  vi.setSystemTime(Date.now() + 1001);
  run.log(2, { loss: 1 });
  expect(steps()).toEqual([0, 1, 2]);
  // A clock that is set back does not stop it.
  vi.setSystemTime(Date.now() - 3_600_000);
  run.log(3, { loss: 1 });
  expect(steps()).toEqual([0, 1, 2, 3]);
  for (let step = 4; step < 2000; step++) run.log(step, { loss: 1 });
  expect(steps().length).toBeGreaterThan(1000);
  run.finish();
});

test('a run that another process took over is not written any more', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  run.log(0, { loss: 1 });
  run.flush();
  const lock = join(run.path, 'lock');
  const theirs = JSON.stringify({ ...JSON.parse(readFileSync(lock, 'utf8')), token: 'another' });
  writeFileSync(lock, theirs);
  vi.setSystemTime(Date.now() + 2000);
  expect(() => run.log(1, { loss: 1 })).toThrow(RunError);
  expect(() => run.finish()).toThrow('but another process took it over');
  expect(steps()).toEqual([0]);
  expect(readFileSync(lock, 'utf8')).toBe(theirs);
});

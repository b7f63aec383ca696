import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createRun, listRuns, RunFolder, readRun, readRunColumns, requestStop } from '../../src/index.ts';
import { bundled } from '../process/bundled.ts';

const root = mkdtempSync(join(tmpdir(), 'kindling-endings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(root, 'runs-'));
});

const program = await bundled(new URL('child.ts', import.meta.url));

function start(ending: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ending, dir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function exitOf(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode, stderr };
}

const gan = () => readRun(join(dir, 'gan'));
const path = (file: string): string => join(dir, 'gan', file);

describe('a program that', () => {
  test.each([
    ['finishes', 'finish', 0, 'completed', 'enough'],
    ['ends without finish', 'nothing', 0, 'stopped', 'the program ended without finish()'],
    ['throws', 'throw', 1, 'failed', 'RangeError: the discriminator won'],
    ['leaves a rejection', 'reject', 1, 'failed', 'TypeError: rejected'],
    ['exits', 'exit', 3, 'failed', 'the program ended with exit code 3'],
  ])('%s leaves a run that says so', async (_, ending, exitCode, status, reason) => {
    const { code, stderr } = await exitOf(start(ending));
    expect(code, stderr).toBe(exitCode);
    const { state, summary, events, columns, skipped, config } = gan();
    const steps = columns.steps.length;
    expect(steps).toBeGreaterThan(0);
    expect([...columns.steps.step]).toEqual(Array.from({ length: steps }, (_, i) => i));
    expect({ state, summary, skipped }).toMatchObject({
      state: status,
      summary: { status, reason, step: steps },
      skipped: 0,
    });
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status, reason, step: steps });
    expect(config).toEqual({ lr: 2e-4, betas: [0.5, 0.999] });
    expect(existsSync(path('lock'))).toBe(false);
  });
});

describe('a loop that never waits', () => {
  test('is in the log while it runs, and goes on in its folder after it was killed', async () => {
    const child = start('spin');
    const ended = exitOf(child);
    await once(child.stdout!, 'data');
    // The loop must write by itself, and again and again.
    const lengths = new Set<number>();
    for (let tries = 0; tries < 300 && lengths.size < 3; tries++) {
      const length = gan().columns.steps.length;
      if (length > 0) lengths.add(length);
      await sleep(100);
    }
    expect(lengths.size).toBe(3);
    const [listed] = listRuns(dir);
    expect(listed).toMatchObject({
      name: 'gan',
      state: 'running',
      summary: { metrics: { train: { 'loss/generator': expect.any(Number) } } },
    });
    expect(listed?.state !== 'damaged' && listed?.summary.step).toBeGreaterThan(0);
    await expect(createRun({ name: 'gan', dir, resume: true })).rejects.toThrow(
      'run gan is being trained by process',
    );
    child.kill('SIGKILL');
    await ended;

    const killed = gan();
    expect(killed).toMatchObject({ state: 'interrupted', skipped: 0 });
    expect(killed.summary.step).toBe(killed.columns.steps.length);
    appendFileSync(path('events.jsonl'), '{"type":"step","st');

    expect(await exitOf(start('finish', '--resume'))).toMatchObject({ code: 0 });
    const { state, columns, skipped, events } = gan();
    expect({ state, skipped }).toEqual({ state: 'completed', skipped: 0 });
    expect(columns.steps.length).toBeGreaterThan(killed.columns.steps.length);
    expect([...columns.steps.step]).toEqual(Array.from(columns.steps.step, (_, i) => i));
    expect(events.filter(({ type }) => type === 'run-started')).toHaveLength(2);
    expect(listRuns(dir)).toHaveLength(1);
  });

  test.skipIf(process.platform === 'win32')('is ended by a signal', async () => {
    const child = start('spin');
    const ended = exitOf(child);
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    await ended;
    expect(child.signalCode).toBe('SIGINT');
    expect(gan().state).toBe('interrupted');
  });
});

test('a loop that never waits, as fast as it can, hears of runs stop', async () => {
  const child = start('stoppable');
  const ended = exitOf(child);
  await once(child.stdout!, 'data');
  expect(requestStop(new RunFolder(path('')))).toBe(true);
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
  const { state, summary, columns } = readRunColumns(path(''));
  expect(summary).toMatchObject({ status: 'stopped', reason: 'asked to', step: columns.steps.length });
  expect(state).toBe('stopped');
  expect(existsSync(path('stop'))).toBe(false);
});

test('a program that waits is written by a timer', async () => {
  const child = start('wait');
  const ended = exitOf(child);
  await once(child.stdout!, 'data');
  for (let tries = 0; tries < 300 && gan().columns.steps.length === 0; tries++) await sleep(100);
  expect(gan().columns.steps.length).toBeGreaterThan(0);
  child.kill('SIGKILL');
  await ended;
});

test('two programs at once have a folder each', async () => {
  const both = [start('wait'), start('wait')];
  const ends = both.map(exitOf);
  await Promise.all(both.map((child) => once(child.stdout!, 'data')));
  expect(
    listRuns(dir)
      .map(({ name, state }) => [name, state])
      .sort(),
  ).toEqual([
    ['gan', 'running'],
    ['gan-2', 'running'],
  ]);
  expect(readFileSync(path('lock'), 'utf8')).toContain('"pid"');
  for (const child of both) child.kill('SIGKILL');
  await Promise.all(ends);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExperimentInput, readRun } from '../../src/index.ts';
import { bundled } from '../process/bundled.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Draws in every step (dropout), in every epoch (shuffle), and remembers across steps (Adam, batch norm, a schedule). */
const experiment = {
  name: 'killed',
  seed: 5,
  data: { source: 'digits', train: 200, test: 40, batchSize: 16, shuffle: true },
  model: [
    { type: 'linear', out: 16 },
    'batchNorm',
    'relu',
    { type: 'dropout', p: 0.2 },
    { type: 'linear', out: 10 },
  ],
  loss: 'crossEntropy',
  optimizer: 'adam',
  schedule: { type: 'cosine', per: 'step' },
  epochs: 5,
  logEvery: 1,
  metrics: ['accuracy'],
  checkpoint: { steps: 3, seconds: 1e6, monitor: 'validation.accuracy' },
} satisfies ExperimentInput;

const file = join(folder, 'killed.json');
writeFileSync(file, JSON.stringify(experiment));

const program = await bundled(new URL('child.ts', import.meta.url));

function start(runs: string, resume: boolean): ChildProcess {
  const args = [program, runs, file];
  return spawn(process.execPath, [...args, ...(resume ? ['--resume'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Sends a signal once the process has told of so many events; returns how it ended. */
async function signalAfter(
  child: ChildProcess,
  events: number,
  signal: NodeJS.Signals,
): Promise<number | null> {
  let seen = 0;
  for await (const _ of createInterface(child.stdout!)) if (++seen === events) child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const weights = (runs: string, kind: string): string =>
  readFileSync(join(runs, 'killed', 'checkpoints', `${kind}.safetensors`), 'hex');

/** The log but for times, and for the checkpoints that are made when the process is asked to stop. */
const story = (runs: string): unknown[] =>
  readRun(join(runs, 'killed')).events.map(({ time: _, ...event }) =>
    'seconds' in event ? { ...event, seconds: 0 } : event,
  );

const whole = join(folder, 'whole');
beforeAll(async () => {
  expect(await signalAfter(start(whole, false), Number.POSITIVE_INFINITY, 'SIGKILL')).toBe(0);
}, 60_000);

describe('a run that is killed again and again', () => {
  const runs = join(folder, 'killed');
  let kills = 0;

  test('comes to its end', { timeout: 120_000 }, async () => {
    let code: number | null = null;
    while (code !== 0 && kills < 40) {
      const resume = existsSync(join(runs, 'killed', 'experiment.json'));
      // Between 4 and 30 events, so that each life gets past a checkpoint, and all of them end somewhere else.
      code = await signalAfter(start(runs, resume), 4 + Math.floor(26 * Math.random()), 'SIGKILL');
      if (code !== 0) kills++;
    }
    expect(code).toBe(0);
    expect(kills).toBeGreaterThan(2);
  });

  test('ends with the same bytes as one that was never stopped', () => {
    for (const kind of ['initial', 'best', 'last']) expect(weights(runs, kind)).toBe(weights(whole, kind));
  });

  test('tells the same story, every step once', () => {
    expect(story(runs)).toEqual(story(whole));
  });
});

test('a run that is interrupted checkpoints, and goes on to the same end', { timeout: 60_000 }, async () => {
  const runs = join(folder, 'interrupted');
  expect(await signalAfter(start(runs, false), 23, 'SIGINT')).toBe(130);
  const { state, events } = readRun(join(runs, 'killed'));
  expect(state).toBe('stopped');
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'stopped' });
  expect(events.findLast(({ type }) => type === 'checkpoint')).toMatchObject({ kind: 'last' });

  expect(await signalAfter(start(runs, true), Number.POSITIVE_INFINITY, 'SIGKILL')).toBe(0);
  for (const kind of ['initial', 'best', 'last']) expect(weights(runs, kind)).toBe(weights(whole, kind));
  const steps = readRun(join(runs, 'killed')).events.filter(({ type }) => type === 'step');
  expect(steps.map((event) => 'step' in event && event.step)).toEqual(
    Array.from({ length: 65 }, (_, i) => i),
  );
});

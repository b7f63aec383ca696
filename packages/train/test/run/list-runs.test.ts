import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createRun,
  findRun,
  formatEvent,
  listRuns,
  type RunEvent,
  RunFolder,
  readEvents,
  readRun,
  readRunExperiment,
} from '../../src/index.ts';
import { EventLog } from '../../src/run/event-log.ts';
import { openRegularFile, readAt, readRegularFile } from '../../src/run/regular-file.ts';
import { runsFolder } from './set-up.ts';

const runs = runsFolder();

/** A finished run whose summary is changed. */
async function made(name: string, change: object = {}): Promise<RunFolder> {
  const run = await createRun({ name, dir: runs() });
  run.log(0, { loss: 1, lr: 0.1 });
  run.finish();
  const folder = new RunFolder(run.path);
  writeFileSync(
    folder.summary,
    JSON.stringify({ ...JSON.parse(readFileSync(folder.summary, 'utf8')), ...change }),
  );
  return folder;
}

const names = (): string[] => listRuns(runs()).map(({ name }) => name);

describe('runs are listed', () => {
  test('the one that began last first, and of those that began at once by name', async () => {
    await made('a', { started: 5 });
    await made('b', { started: 9 });
    await made('c', { started: 5 });
    await made('d', { started: 1 });
    expect(names()).toEqual(['b', 'c', 'a', 'd']);
  });

  test('damaged ones behind the others, by name', async () => {
    for (const name of ['x2', 'x3', 'x1']) writeFileSync((await made(name)).summary, '{');
    await made('good');
    expect(names()).toEqual(['good', 'x1', 'x2', 'x3']);
    expect(() => findRun(runs(), 'x2')).toThrow('run x2 is damaged: ');
    expect(findRun(runs(), 'good').name).toBe('good');
  });

  test('and found by their name, or by that of their experiment', async () => {
    await made('a', { started: 1, experiment: 'e' });
    await made('b', { started: 2, experiment: 'e' });
    expect(findRun(runs(), 'e').name).toBe('b');
    expect(findRun(runs(), 'a').name).toBe('a');
    expect(() => findRun(runs(), 'c')).toThrow(/no run named "c" in .*; (did you mean|its runs are b, a)/);
    expect(() => findRun(join(runs(), 'nowhere'), 'c')).toThrow('; the folder has no runs');
    expect(() => findRun(runs(), 'quite another')).toThrow('; its runs are b, a');
  });
});

describe('a run that was killed', () => {
  const killed = (folder: RunFolder, ...events: readonly RunEvent[]): void => {
    const before = readFileSync(folder.events, 'utf8')
      .split('\n')
      .filter((line) => line.includes('run-started'));
    writeFileSync(folder.events, `${[...before, ...events.map(formatEvent)].join('\n')}\n`);
  };
  const step = (number: number): RunEvent => ({
    type: 'step',
    step: number,
    epoch: 1,
    loss: 7,
    lr: 0.5,
    time: 1,
  });
  const change = { status: 'running', step: 1, epoch: 0, metrics: { old: { loss: 9 } } };

  test('has the newest numbers of its log', async () => {
    const folder = await made('steps', change);
    killed(folder, step(4));
    expect(readRun(folder.path)).toMatchObject({ state: 'interrupted', summary: { step: 5, epoch: 1 } });
    expect(readRun(folder.path).summary.metrics).toEqual({ old: { loss: 9 }, train: { loss: 7 } });
    killed(folder, step(4), {
      type: 'epoch',
      epoch: 1,
      step: 5,
      test: { f1: 1 },
      seconds: 1,
      time: 1,
    } as RunEvent);
    expect(readRun(folder.path).summary.metrics).toEqual({
      old: { loss: 9 },
      train: { loss: 7 },
      test: { f1: 1 },
    });
    killed(folder);
    expect(readRun(folder.path)).toMatchObject({ summary: { step: 1, metrics: change.metrics } });
  });

  test('or says that it failed, where its log does', async () => {
    const folder = await made('failed', change);
    const end = { type: 'run-finished', reason: 'r', epoch: 0, step: 1, metrics: {}, seconds: 0, time: 0 };
    killed(folder, { ...end, status: 'failed', error: 'e' } as RunEvent);
    expect(readRun(folder.path)).toMatchObject({
      state: 'failed',
      summary: { status: 'failed', reason: 'r', error: 'e' },
    });
    killed(folder, { ...end, status: 'completed' } as RunEvent);
    expect(readRun(folder.path)).toMatchObject({ state: 'interrupted', summary: { status: 'running' } });
  });

  test('without a log has its summary alone', async () => {
    const folder = await made('silent', change);
    rmSync(folder.events);
    const { columns, events, skipped, unknown, problem } = readRun(folder.path);
    expect([columns.steps.length, events, skipped, unknown, problem]).toEqual([0, [], 0, 0, undefined]);
  });
});

test('an experiment is read where there is one', async () => {
  const folder = await made('own');
  expect(() => readRunExperiment(folder)).toThrow('got a run of createRun, which has only');
  expect(() => readRunExperiment(new RunFolder(join(runs(), 'none')))).toThrow('no run in ');
  mkdirSync(join(runs(), 'e'));
  const document = {
    name: 'e',
    data: { source: 'xor' },
    model: [{ type: 'linear', out: 1 }],
    loss: 'mse',
    optimizer: 'adam',
    epochs: 0,
  };
  const broken = new RunFolder(join(runs(), 'e'));
  writeFileSync(broken.experiment, JSON.stringify(document));
  expect(() => readRunExperiment(broken)).toThrow(`${broken.experiment}:1:`);
  expect(readRunExperiment(broken, ['epochs=3']).epochs).toBe(3);
  expect(() => readRunExperiment(broken, ['epochs=2', 'epochs=-1'])).toThrow('--set epochs=-1: epochs: ');
  expect(() => readRunExperiment(broken, ['epochs=2', 'optimizer.lr=-1'])).toThrow(
    '--set optimizer.lr=-1: optimizer.lr: ',
  );
});

describe('files', () => {
  test('are read from any place, as far as they go', () => {
    const path = join(runs(), 'bytes');
    writeFileSync(
      path,
      Uint8Array.from({ length: 100 }, (_, i) => i),
    );
    const at = (position: number, length: number): number[] =>
      openRegularFile(path, (file) => [...readAt(file, position, length)]);
    expect(at(0, 3)).toEqual([0, 1, 2]);
    expect(at(97, 10)).toEqual([97, 98, 99]);
    expect(at(100, 10)).toEqual([]);
    expect(at(5, 0)).toEqual([]);
    expect(readRegularFile(path, 100)).toHaveLength(100);
    expect(() => readRegularFile(path, 99)).toThrow(`${path}: expected a file of at most 99 bytes, got 100`);
  });

  const event = (step: number): RunEvent => ({ type: 'step', step, epoch: 0, loss: step, lr: 1, time: step });
  const steps = (path: string): number[] => {
    const found: number[] = [];
    readEvents(path, (read) => void (read.type === 'step' && found.push(read.step)));
    return found;
  };

  test('of a log go on at their end, without half a line', () => {
    const path = join(runs(), 'log');
    const first = new EventLog(path);
    for (const step of [0, 1]) first.append(event(step));
    const { length } = first;
    first.close();
    appendFileSync(path, '{"type":"st');
    const second = new EventLog(path);
    expect(second.length).toBe(length);
    second.appendLines(`${formatEvent(event(2))}\n`);
    second.sync();
    second.close();
    expect(steps(path)).toEqual([0, 1, 2]);
  });

  test('of a log are cut behind so many bytes, but for the event that is known to follow', () => {
    const path = join(runs(), 'log');
    const log = new EventLog(path);
    for (const step of [0, 1]) log.append(event(step));
    const { length } = log;
    for (const step of [2, 3]) log.append(event(step));
    log.close();
    const whole = readFileSync(path);
    const reopened = (next?: RunEvent, at = length): number[] => {
      writeFileSync(path, whole);
      new EventLog(path, at, next).close();
      return steps(path);
    };
    expect(reopened()).toEqual([0, 1]);
    expect(reopened(event(2))).toEqual([0, 1, 2]);
    expect(reopened(event(9))).toEqual([0, 1, 9]);
    expect(reopened(undefined, 0)).toEqual([]);
    expect(reopened(undefined, length - 1)).toEqual([0]);
    expect(reopened(undefined, 1e9)).toEqual([0, 1, 2, 3]);
    expect(reopened(event(9), 1e9)).toEqual([0, 1, 2, 3, 9]);
  });

  test('of a log may have lines longer than what is read at once', () => {
    const path = join(runs(), 'log');
    const text = (length: number): RunEvent => ({
      type: 'sample',
      kind: 'text',
      name: 't',
      text: 'x'.repeat(length),
      epoch: 0,
      step: 0,
      time: 0,
    });
    const log = new EventLog(path);
    log.append(event(0));
    log.append(text(200_000));
    const { length } = log;
    log.append(text(300_000));
    log.close();
    new EventLog(path, length + 1000).close();
    expect(readFileSync(path)).toHaveLength(length);
    expect(steps(path)).toEqual([0]);
  });
});

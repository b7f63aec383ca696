import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSafetensors } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  type Callback,
  type CheckpointKind,
  type Experiment,
  type RunEvent,
  type RunFolder,
  readRun,
  runExperiment,
} from '../../src/index.ts';
import { writeFileAtomic } from '../../src/run/atomic-file.ts';
import { decodeTree, encodeTree } from '../../src/run/tensor-tree.ts';
import { checksum } from '../../src/run/weights-file.ts';
import { experiment, runsFolder, stepsOf } from './set-up.ts';

const runs = runsFolder();
/** A folder for one run, whose name is then the same as that of any other: it is in the weights. */
const fresh = (): string => mkdtempSync(join(runs(), 'of-one-'));
const kinds = ['initial', 'last', 'best'] as const;

/** Stops some epochs after its best one. */
const stopping = (change: object = {}): Experiment =>
  experiment({
    evaluateEvery: 1,
    epochs: 40,
    optimizer: { type: 'sgd', lr: 30 },
    earlyStopping: { patience: 3 },
    checkpoint: { steps: 2, seconds: 1e6 },
    ...change,
  });

const weights = (folder: RunFolder): Record<string, string> =>
  Object.fromEntries(kinds.map((kind) => [kind, readFileSync(folder.checkpoint(kind), 'hex')]));

/** The log but for times. */
const story = (folder: RunFolder): string =>
  readFileSync(folder.events, 'utf8').replaceAll(/,"(time|seconds)":[^,}]+/g, '');

const saved = (folder: RunFolder): Record<string, unknown> =>
  decodeTree(readFileSync(folder.state), 'state') as Record<string, unknown>;

const resume = (folder: RunFolder, asked: Experiment, options: object = {}) =>
  runExperiment(asked, { runDir: folder.path, resume: true, ...options });

/** Stops a run when training is at a step, with all its files as they are then. */
async function stopped(
  asked: Experiment,
  step: number,
  hook: 'onTrainBatchEnd' | 'onTrainEpochEnd' = 'onTrainBatchEnd',
) {
  const controller = new AbortController();
  const watch: Callback = {
    name: 'watch',
    [hook]: (_: unknown, trainer: { step: number }) => {
      if (trainer.step === step) controller.abort();
    },
  };
  const result = await runExperiment(asked, { runs: fresh(), signal: controller.signal, callbacks: [watch] });
  expect(result.status).toBe('stopped');
  return result;
}

describe('a checkpoint is one thing', () => {
  test('the state has the checksums of the files that belong to it', async () => {
    const { folder } = await runExperiment(stopping(), { runs: fresh() });
    const of = (kind: CheckpointKind) => checksum(readFileSync(folder.checkpoint(kind)));
    expect(saved(folder).weights).toEqual({ initial: of('initial'), last: of('last'), best: of('best') });
    expect(of('best')).not.toBe(of('last'));
  });

  test.each([
    ['missing', (path: string) => rmSync(path)],
    ['empty', (path: string) => writeFileSync(path, '')],
    ['cut', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 100))],
    ['of other weights', (path: string) => cpSync(join(path, '..', 'initial.safetensors'), path)],
    [
      'changed in one bit',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 1]! ^= 1;
        writeFileSync(path, bytes);
      },
    ],
  ])('weights that are %s are written again, although there is nothing to train', async (_, damage) => {
    for (const kind of kinds) {
      const { folder, steps } = await runExperiment(stopping(), { runs: fresh() });
      expect(steps).toBeGreaterThan(3);
      const before = weights(folder);
      if (kind === 'initial') writeFileSync(folder.checkpoint(kind), 'x');
      else damage(folder.checkpoint(kind));
      const again = await resume(folder, stopping());
      expect(again).toMatchObject({ status: 'completed', steps: 0 });
      expect(weights(folder)).toEqual(before);
      await loadSafetensors(folder.checkpoint(kind));
    }
  });

  test('best weights of an epoch after the state do not stay', async () => {
    const { folder } = await stopped(stopping(), 3);
    const whole = await runExperiment(stopping(), { runs: fresh() });
    cpSync(whole.folder.checkpoint('last'), folder.checkpoint('best'));
    await resume(folder, stopping());
    expect(weights(folder).best).toBe(weights(whole.folder).best);
  });

  test('best weights that no state knows are removed', async () => {
    const none = stopping({ evaluateEvery: 30, epochs: 30, checkpoint: { steps: 2, seconds: 1e6 } });
    const { folder } = await stopped(none, 5);
    expect(saved(folder).best).toBeNull();
    cpSync(folder.checkpoint('last'), folder.checkpoint('best'));
    await expect(resume(folder, none, { signal: AbortSignal.abort() })).resolves.toMatchObject({ steps: 0 });
    expect(() => readFileSync(folder.checkpoint('best'))).toThrow('ENOENT');
  });

  test('a state of another version is refused, and changes nothing', async () => {
    const { folder } = await runExperiment(experiment(), { runs: fresh() });
    writeFileAtomic(folder.state, encodeTree({ ...saved(folder), version: 3 }));
    const files = [folder.summary, folder.events, folder.experiment];
    const before = files.map((path) => readFileSync(path, 'utf8'));
    // `toThrow` would take a thrown undefined for any error.
    await expect(resume(folder, experiment({ epochs: 99 }))).rejects.toMatchObject({
      message: expect.stringContaining(`${folder.state}: expected a training state, got version`),
    });
    for (const damage of [{}, { trainer: 1 }, { trainer: { step: 0 } }, { event: { type: 'x' } }]) {
      writeFileAtomic(folder.state, encodeTree({ ...saved(folder), version: 2, ...damage, logLength: 'x' }));
      await expect(resume(folder, experiment({ epochs: 99 }))).rejects.toThrow(folder.state);
    }
    expect(files.map((path) => readFileSync(path, 'utf8'))).toEqual(before);
  });

  test('one that is due with the last step of an epoch comes after its evaluation', async () => {
    const xor = experiment({
      data: { source: 'xor', batchSize: 2, shuffle: true },
      evaluateEvery: 1,
      epochs: 3,
      checkpoint: { steps: 2, seconds: 1e6 },
    });
    const { folder } = await runExperiment(xor, { runs: fresh() });
    const { events } = readRun(folder.path);
    const kept = events.flatMap((event, i) =>
      event.type === 'checkpoint' && event.kind === 'last' ? [[event.epoch, event.step, i]] : [],
    );
    expect(kept.map(([epoch, step]) => [epoch, step])).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    const epochs = events.flatMap((event, i) => (event.type === 'epoch' ? [i] : []));
    for (const [i, [, , at]] of kept.entries()) expect(at).toBeGreaterThan(epochs[i]!);
  });
});

describe('the log of a run that is stopped and resumed', () => {
  const xor = experiment({
    data: { source: 'xor', batchSize: 2, shuffle: true },
    evaluateEvery: 1,
    epochs: 5,
    logEvery: 7,
    checkpoint: { steps: 1e6, seconds: 1e6 },
  });
  /** Without the checkpoint that stopping makes. */
  const tale = (folder: RunFolder): string[] =>
    story(folder)
      .split('\n')
      .filter((line) => !(line.includes('"kind":"last"') && !line.includes('"step":10')));

  test('agrees with that of one that was not, wherever it was stopped', async () => {
    const whole = await runExperiment(xor, { runs: fresh() });
    for (let step = 1; step < 10; step++) {
      const { folder } = await stopped(xor, step);
      const { steps, status } = await resume(folder, xor);
      expect([status, steps]).toEqual(['completed', 10 - step]);
      expect(weights(folder)).toEqual(weights(whole.folder));
      expect(tale(folder)).toEqual(tale(whole.folder));
    }
  });

  test('has the gradient norms of a step whose evaluation another process does', async () => {
    const whole = await runExperiment(xor, { runs: fresh() });
    const norms = (folder: RunFolder): RunEvent[] =>
      readRun(folder.path).events.filter(
        (event) => event.type === 'sample' && event.kind === 'gradientNorms',
      );
    expect(norms(whole.folder)).toHaveLength(5);
    const { folder } = await stopped(xor, 2);
    expect(norms(folder)).toHaveLength(0);
    await resume(folder, xor);
    const plain = (events: RunEvent[]) => events.map(({ time: _, ...event }) => event);
    expect(plain(norms(folder))).toEqual(plain(norms(whole.folder)));
  });

  test('has a last step that logEvery does not divide, whichever way training ends', async () => {
    const last = (folder: RunFolder) => stepsOf(readRun(folder.path).events).at(-1);
    expect(last((await runExperiment(xor, { runs: fresh() })).folder)).toBe(9);
    const short = { ...xor, maxSteps: 5 };
    expect(last((await runExperiment(short, { runs: fresh() })).folder)).toBe(4);
    expect(last((await stopped(xor, 3)).folder)).toBe(2);
    const early = stopping({ logEvery: 1000 });
    const { folder, summary } = await runExperiment(early, { runs: fresh() });
    expect(last(folder)).toBe(summary.step - 1);
  });

  test('adds up the time of all its parts', async () => {
    const { folder, summary } = await stopped(xor, 3);
    const state = saved(folder) as { trainer: { callbacks: { recorder: { seconds: number } } } };
    state.trainer.callbacks.recorder.seconds = 1000;
    writeFileAtomic(folder.state, encodeTree(state));
    const end = await resume(folder, xor);
    expect(summary.seconds).toBeLessThan(900);
    expect(end.summary.seconds).toBeGreaterThan(1000);
    expect(end.summary.seconds).toBeLessThan(1900);
    expect(readRun(folder.path).events.at(-1)).toMatchObject({ seconds: end.summary.seconds });
  });

  test('gets back a checkpoint event that the process did not come to write', async () => {
    const asked = { ...xor, checkpoint: { ...xor.checkpoint, steps: 3 } };
    const whole = await runExperiment(asked, { runs: fresh() });
    const { folder } = await stopped(asked, 4);
    const { logLength } = saved(folder) as { logLength: number };
    writeFileSync(folder.events, readFileSync(folder.events).subarray(0, logLength));
    await resume(folder, asked);
    const kept = (at: RunFolder) =>
      readRun(at.path).events.flatMap((event) =>
        event.type === 'checkpoint' && event.kind === 'last' ? [event.step] : [],
      );
    expect(kept(whole.folder)).toEqual([3, 6, 9, 10]);
    expect(kept(folder)).toEqual([3, 4, 6, 9, 10]);
  });
});

describe('a run says why it ended', () => {
  const reasonOf = async (asked: Experiment) => {
    const { folder, reason, summary } = await runExperiment(asked, { runs: fresh() });
    expect(readRun(folder.path).events.at(-1)).toMatchObject({ type: 'run-finished', reason });
    expect(summary.reason).toBe(reason);
    expect(readRun(folder.path).summary.reason).toBe(reason);
    return { folder, reason };
  };

  test('in its result, its log and its summary', async () => {
    expect((await reasonOf(experiment())).reason).toBe('all 25 epochs are done');
    expect((await reasonOf(experiment({ epochs: 1 }))).reason).toBe('the epoch is done');
    expect((await reasonOf(experiment({ maxSteps: 7 }))).reason).toBe('all 7 steps are done');
    const early = /^early stopping: train\.loss was not better than 0\.\d+ in 3 evaluations in a row$/;
    const { folder, reason } = await reasonOf(stopping());
    expect(reason).toMatch(early);
    const again = await resume(folder, stopping({ epochs: 60 }));
    expect(again).toMatchObject({ status: 'completed', steps: 0, reason });
  });

  test('with the message of the signal, or of the error', async () => {
    const controller = new AbortController();
    const callbacks: Callback[] = [
      { name: 'stop', onTrainBatchEnd: () => controller.abort(new DOMException('SIGHUP', 'AbortError')) },
    ];
    const { reason } = await runExperiment(experiment(), {
      runs: fresh(),
      signal: controller.signal,
      callbacks,
    });
    expect(reason).toBe('interrupted: SIGHUP');
    const failed = fresh();
    const fail: Callback[] = [{ name: 'fail', onTrainEpochEnd: () => Promise.reject(new Error('no luck')) }];
    await expect(runExperiment(experiment(), { runs: failed, callbacks: fail })).rejects.toThrow('no luck');
    expect(readRun(join(failed, 'tiny')).summary).toMatchObject({ status: 'failed', reason: 'no luck' });
  });
});

describe('a run cannot get shorter', () => {
  test('than the epochs that are done, or the one that has begun', async () => {
    const xor = (change: object) =>
      experiment({ data: { source: 'xor', batchSize: 2 }, epochs: 9, ...change });
    const { folder } = await stopped(xor({}), 5);
    const before = readFileSync(folder.summary, 'utf8');
    await expect(resume(folder, xor({ epochs: 2 }))).rejects.toThrow(
      'run tiny: expected at least 3 epochs, of which 2 are done and one has started, got 2',
    );
    await expect(resume(folder, xor({ maxSteps: 4 }))).rejects.toThrow(
      'run tiny: expected a maxSteps of at least 5, which are done, got 4',
    );
    expect(readFileSync(folder.summary, 'utf8')).toBe(before);
    expect(await resume(folder, xor({ epochs: 3 }))).toMatchObject({ status: 'completed', steps: 1 });
    await expect(resume(folder, xor({ epochs: 1 }))).rejects.toThrow(
      'run tiny: expected at least 3 epochs, which are done, got 1',
    );
    expect(await resume(folder, xor({ epochs: 3 }))).toMatchObject({ status: 'completed', steps: 0 });
    expect(await resume(folder, xor({ epochs: 4 }))).toMatchObject({ status: 'completed', steps: 2 });
  });
});

describe('a schedule that is as long as training', () => {
  const notices = async (schedule: object, epochs: number) => {
    const told: string[] = [];
    const asked = (count: number) =>
      experiment({ schedule: schedule as never, epochs: count, optimizer: { type: 'adam', lr: 0.1 } });
    const { folder } = await runExperiment(asked(20), { runs: fresh() });
    await resume(folder, asked(epochs), { onNotice: (notice: string) => told.push(notice) });
    return told;
  };

  test('says what happens to the rate when it is stretched', async () => {
    expect(await notices({ type: 'oneCycle', maxLr: 0.1 }, 40)).toEqual([
      expect.stringMatching(
        /^schedule oneCycle: its length is that of the training, now 40 steps instead of 20; the learning rate changes from 0\.00125 to 0\.0\d+$/,
      ),
    ]);
    expect(await notices({ type: 'cosine' }, 40)).toEqual([
      expect.stringContaining(
        'schedule cosine: its length is that of the training, now 40 steps instead of 20; ',
      ),
    ]);
  });

  test('says nothing where nothing happens', async () => {
    expect(await notices({ type: 'oneCycle', maxLr: 0.1 }, 20)).toEqual([]);
    expect(await notices({ type: 'oneCycle', maxLr: 0.1, totalSteps: 100 }, 40)).toEqual([]);
    expect(await notices({ type: 'exponential', gamma: 0.9 }, 40)).toEqual([]);
  });

  test('must be long enough, which is known before training', async () => {
    const short = experiment({
      schedule: { type: 'oneCycle', maxLr: 0.1, totalSteps: 10 },
      optimizer: { type: 'adam', lr: 0.1 },
    });
    await expect(runExperiment(short, { runs: fresh() })).rejects.toThrow(
      'tiny: schedule.totalSteps: expected at least 25, the number of training steps, got 10',
    );
  });
});

describe('numbers that JSON has no form for', () => {
  test('neither stop a run nor keep it from being resumed', async () => {
    // All targets alike: r² is NaN, and so is what is watched.
    const csv = join(runs(), 'flat.csv');
    writeFileSync(csv, 'x,y\n1,3\n2,3\n3,3\n4,3\n');
    const flat = experiment({
      data: { source: 'csv', path: csv, batchSize: 2 },
      model: [{ type: 'linear', out: 1 }],
      loss: 'mse',
      optimizer: { type: 'sgd', lr: 0.01 },
      epochs: 4,
      evaluateEvery: 1,
      metrics: ['r2'],
      checkpoint: { monitor: 'train.r2', steps: 2, seconds: 1e6 },
      earlyStopping: { monitor: 'train.r2', patience: 9 },
    });
    const whole = await runExperiment(flat, { runs: fresh() });
    expect(Number.isFinite(whole.summary.metrics.train?.r2)).toBe(false);
    const { folder } = await stopped(flat, 5);
    const end = await resume(folder, flat);
    expect(end.status).toBe('completed');
    expect(end.summary.best).toBeUndefined();
    expect(readFileSync(folder.checkpoint('last'), 'hex')).toBe(
      readFileSync(whole.folder.checkpoint('last'), 'hex'),
    );
    expect(readFileSync(folder.summary, 'utf8')).toMatch(/"r2": "(NaN|-Infinity)"/);
    expect(readFileSync(folder.events, 'utf8')).not.toContain('null');
    const file = readRun(folder.path);
    expect(Number.isFinite(file.summary.metrics.train!.r2)).toBe(false);
    expect(file.skipped).toBe(0);
  });
});

describe('a run whose first evaluation finds no finite number', () => {
  const wild = experiment({
    loss: 'mse',
    optimizer: { type: 'sgd', lr: 1e30 },
    model: [{ type: 'linear', out: 1 }],
    evaluateEvery: 1,
    checkpoint: { steps: 1, seconds: 1e6 },
  });

  test.each([1, 5])('has diverged, with %i epochs, and keeps nothing of it', async (epochs) => {
    const { folder, status, reason } = await runExperiment({ ...wild, epochs }, { runs: fresh() });
    expect(status).toBe('diverged');
    expect(reason).toMatch(
      epochs === 1
        ? /^train loss (NaN|Infinity) in the evaluation after step 0$/
        : /^loss (NaN|Infinity) at step 1$/,
    );
    const { summary, events } = readRun(folder.path);
    expect(summary.best).toBeUndefined();
    expect(events.filter((event) => event.type === 'checkpoint').map(({ kind }) => kind)).toEqual(
      epochs === 1 ? ['initial'] : ['initial', 'last'],
    );
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'diverged', reason });
  });
});

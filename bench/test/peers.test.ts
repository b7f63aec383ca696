import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataFiles } from '../src/data/data-files.ts';
import { canTake, type Implementation, implementations, type PeerName } from '../src/implementations.ts';
import { disagreements } from '../src/measure/agreement.ts';
import { taskOf } from '../src/measure/steps.ts';
import { packageRoot } from '../src/package-root.ts';
import { PeerPool } from '../src/process/peer-pool.ts';
import { findPython } from '../src/python.ts';
import { type ChapterName, chapterNames } from '../src/task.ts';
import type { Step } from '../src/workload.ts';
import { mlp } from '../src/workloads/layers.ts';

/*
 * The real peers, as processes, at small tasks: they compute the same. That, and not their speed, is what makes them
 * comparable.
 */

const isBuilt = existsSync(join(packageRoot, 'dist', 'worker.js'));
if (!isBuilt) console.log('Skipped the peers: bench/dist is not built (npm run build)');

const noise = { rows: 24, inputs: 12, classes: 10 };
const common = { kind: 'training', data: noise, batch: 8 } as const;

const convolution = { kind: 'convolution', batch: 2, channels: 3, size: 5, kernel: 3 } as const;

const steps: Record<string, Step> = {
  'sigmoids, BCE, SGD': {
    ...common,
    data: 'xor',
    batch: 4,
    layers: mlp([2, 3, 1], ['sigmoid'], ['sigmoid']),
    loss: 'bce',
    optimizer: { type: 'sgd', lr: 1 },
    feed: 'fixed',
  },
  'one row, LeakyReLU, LayerNorm, BCE, Adam': {
    ...common,
    data: 'diabetes',
    batch: 1,
    layers: [['linear', 8, 6], ['leakyRelu', 0.02], ['layerNorm', 6], ['linear', 6, 1], ['sigmoid']],
    loss: 'bce',
    optimizer: { type: 'adam', lr: 0.01 },
    feed: 'rows',
  },
  'a batch shared by two processes': {
    ...common,
    processes: 2,
    layers: mlp([12, 9, 10], ['relu']),
    loss: 'crossEntropy',
    optimizer: { type: 'adam', lr: 0.01 },
    feed: 'fixed',
  },
  'MSE, Adam': {
    ...common,
    data: 'weight-height',
    layers: mlp([1, 8, 1], ['relu']),
    loss: 'mse',
    optimizer: { type: 'adam', lr: 0.05 },
    feed: 'fixed',
  },
  'tanh, MSE, Adam, several outputs': {
    ...common,
    data: { rows: 20, inputs: 4, outputs: 3 },
    batch: 20,
    layers: mlp([4, 6, 5, 3], ['tanh']),
    loss: 'mse',
    optimizer: { type: 'adam', lr: 0.01 },
    feed: 'fixed',
  },
  'cross-entropy from a loader': {
    ...common,
    layers: mlp([12, 9, 10], ['relu']),
    loss: 'crossEntropy',
    optimizer: { type: 'sgd', lr: 0.5 },
    feed: 'loader',
  },
  'cross-entropy by index': {
    ...common,
    batch: 10,
    layers: mlp([12, 9, 10], ['relu']),
    loss: 'crossEntropy',
    optimizer: { type: 'adam', lr: 0.01 },
    feed: 'gather',
  },
  product: { kind: 'product', m: 3, k: 5, n: 7 },
  'product, first transposed': { kind: 'product', m: 3, k: 5, n: 7, transposeA: true },
  'product, second transposed': { kind: 'product', m: 3, k: 5, n: 7, transposeB: true },
  add: { kind: 'pointwise', op: 'add', size: 50 },
  relu: { kind: 'pointwise', op: 'relu', size: 50 },
  exp: { kind: 'pointwise', op: 'exp', size: 50 },
  tanh: { kind: 'pointwise', op: 'tanh', size: 50 },
  sigmoid: { kind: 'pointwise', op: 'sigmoid', size: 50 },
  softmax: { kind: 'softmax', rows: 4, columns: 6 },
  convolution: { ...convolution, pass: 'forward' },
  'gradients of a convolution': { ...convolution, pass: 'backward' },
  'calls of log': { kind: 'log', values: 3 },
  'reading a log': { kind: 'read', steps: 2500 },
};

/** Rows that the built-in programs take, and which peers are left out, as they would compile for long. */
const chapters: Record<ChapterName, readonly [batch: number, leftOut: readonly PeerName[]]> = {
  'mnist-lenet': [4, ['pytorch-compiled', 'jax-loop']],
  'mnist-cnn': [2, ['pytorch-compiled', 'jax', 'jax-loop']],
  'mnist-resnet': [4, ['pytorch-compiled', 'jax-loop']],
  'gan-mnist': [1, ['pytorch-compiled', 'jax-loop']],
  hihello: [1, []],
  sentence: [3, ['pytorch-compiled', 'jax', 'jax-loop']],
  lstm: [5, ['pytorch-compiled', 'jax', 'jax-loop']],
  gru: [5, ['pytorch-compiled', 'jax', 'jax-loop']],
  attention: [3, ['pytorch-compiled', 'jax', 'jax-loop']],
};

const pool = new PeerPool();
let files: DataFiles;
let present: Implementation[] = [];

beforeAll(async () => {
  if (!isBuilt) return;
  files = await DataFiles.create();
  const all = implementations(findPython(), 1).filter(({ peer }) => peer !== 'machine');
  const started = await Promise.all(all.map(async (each) => ({ each, peer: await pool.get(each) })));
  present = started.filter(({ peer }) => peer !== undefined).map(({ each }) => each);
  for (const [name, reason] of pool.absent) console.log(`Skipped ${name}: ${reason}`);
}, 90_000);

afterAll(async () => {
  await pool.stop();
  await files?.remove();
});

test.skipIf(!isBuilt)('those that are dependencies are there', () => {
  expect(present.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Kindling eager 1t',
      'Kindling compile 1t',
      'Kindling Trainer 1t',
      'TF.js CPU',
      'TF.js WASM',
      'jax-js',
    ]),
  );
});

/** Lets peers prepare a step, and compares what they compute. @returns how many did. */
async function expectAgreement(step: Step, leftOut: readonly PeerName[] = []): Promise<number> {
  const task = await taskOf(step, files);
  const taking = present.filter((each) => canTake(each, step) && !leftOut.includes(each.peer));
  // All come to their end before the test does: one that fails must not leave the others at work when the next test asks.
  const ended = await Promise.allSettled(
    taking.map(async (implementation) => {
      const peer = (await pool.get(implementation))!;
      // Some compile for it.
      await peer.request({ op: 'prepare', task }, 120);
      const { check } = await peer.request({ op: 'check' }, 120);
      // Across the end of an epoch.
      const { seconds } = await peer.request({ op: 'step', count: 7 }, 30);
      expect(seconds).toBeGreaterThan(0);
      await peer.request({ op: 'release' }, 30);
      return { implementation: implementation.name, check };
    }),
  );
  const failures = ended.flatMap((each, i) =>
    each.status === 'rejected' ? `${taking[i]!.name}: ${each.reason}` : [],
  );
  expect(failures).toEqual([]);
  const checks = ended.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  expect(checks[0]?.check).toBeGreaterThan(0);
  expect(disagreements(checks)).toEqual([]);
  return checks.length;
}

/** Longer than four answers may take. */
const patience = 330_000;

test.skipIf(!isBuilt).each(Object.keys(steps))(
  'all compute the same: %s',
  async (name) => {
    const step = steps[name]!;
    const count = await expectAgreement(step);
    // Other libraries have no runs, and those in JavaScript no convolution here.
    const least = { log: 1, read: 1, convolution: 2 } as Partial<Record<Step['kind'], number>>;
    expect(count).toBeGreaterThanOrEqual(least[step.kind] ?? 4);
  },
  patience,
);

test.skipIf(!isBuilt).each(chapterNames)(
  'a built-in program does the same in all: %s',
  async (program) => {
    const [batch, leftOut] = chapters[program];
    const count = await expectAgreement({ kind: 'chapter', program, feed: 'fixed', batch }, leftOut);
    expect(count).toBeGreaterThanOrEqual(3);
  },
  patience,
);

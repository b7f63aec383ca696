import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { buildTraining, loadExperiment, type TrainSteps } from '../../src/index.ts';

type Curve = readonly (readonly [step: number, loss: number])[];

/** Losses of PyTorch 2.15 on the CPU for the tutorial programs. */
const reference: {
  readonly [N in 'xor' | 'xor-wide-deep' | 'diabetes' | 'diabetes-deep']: { readonly curve: Curve };
} & {
  readonly 'weight-height': { readonly start: Curve };
  readonly mnist: { readonly first: readonly { readonly indices: number[]; readonly loss: number }[] };
  readonly 'mnist-single': Readonly<Record<string, Curve>>;
} = JSON.parse(readFileSync(new URL('../fixtures/programs.json', import.meta.url), 'utf8'));

vi.setConfig({ testTimeout: 300_000 });

/** Steps of the long programs: all of them in the heavy run (KINDLING_TEST_CASES=10000), else a beginning. */
const longest = (quick: number, all: number): number =>
  Number(process.env.KINDLING_TEST_CASES ?? 0) >= 10_000 ? all : quick;

const dataDir = process.env.KINDLING_DATA_DIR;
const missing = (file: string): boolean => {
  const isMissing = dataDir === undefined || !existsSync(join(dataDir, file));
  if (isMissing) console.warn(`skipped: no ${file} in KINDLING_DATA_DIR (${dataDir ?? 'not set'})`);
  return isMissing;
};

/** Losses of a program's first steps, and the first samples of each batch. */
async function firstSteps(name: string, steps: number, variant?: string) {
  const indices: number[][] = [];
  const losses: number[] = [];
  const experiment = await loadExperiment(name, { variant, set: ['device=tfjs'] });
  const { trainer, batches, device } = await buildTraining(experiment, {
    onBatch: (batch) => indices.push([...batch.subarray(0, 8)]),
  });
  expect(device).toBe('tfjs');
  const onTrainBatchEnd = ({ loss }: TrainSteps) => {
    losses.push(...loss);
  };
  const { epochs } = experiment;
  await trainer.fit(batches, { epochs, maxSteps: steps, callbacks: [{ name: 'losses', onTrainBatchEnd }] });
  expect(losses).toHaveLength(steps);
  return { indices, losses };
}

/** Compares the losses at those of the curve's steps that were taken, two at least. */
function expectCurve(losses: readonly number[], curve: Curve, relative: number): void {
  const taken = curve.filter(([step]) => step < losses.length);
  expect(taken.length).toBeGreaterThan(1);
  for (const [step, loss] of taken) {
    expect(Math.abs(losses[step]! / loss - 1), `loss at step ${step}`).toBeLessThan(relative);
  }
}

test.each(['xor', 'xor-wide-deep'] as const)('%s', async (name) => {
  const { losses } = await firstSteps(name, longest(101, 10_001));
  expectCurve(losses.slice(0, 101), reference[name].curve, 1e-6);
  expectCurve(losses, reference[name].curve, 1e-3);
});

test.skipIf(missing('diabetes.csv.gz')).each(['diabetes', 'diabetes-deep'] as const)('%s', async (name) => {
  const { curve } = reference[name];
  const { losses } = await firstSteps(name, longest(101, curve.at(-1)![0] + 1));
  expectCurve(losses, curve, 1e-4);
});

test.skipIf(missing('weight_height.csv'))('weight-height', async () => {
  const { start } = reference['weight-height'];
  const { losses } = await firstSteps('weight-height', start.at(-1)![0] + 1);
  expectCurve(losses, start, 1e-6);
});

describe.skipIf(missing('mnist/train-images-idx3-ubyte.gz'))('mnist', () => {
  test('takes the same batches and finds the same losses', async () => {
    const { indices, losses } = await firstSteps('mnist', 5);
    reference.mnist.first.forEach((batch, i) => {
      expect(indices[i]).toEqual(batch.indices);
      expect(Math.abs(losses[i]! / batch.loss - 1)).toBeLessThan(1e-5);
    });
  });

  test.each(['mse', 'all'])('one image a step: %s', async (variant) => {
    const { losses } = await firstSteps('mnist-single', 5, variant);
    reference['mnist-single'][variant]!.forEach(([, loss], i) => {
      expect(Math.abs(losses[i]! / loss - 1)).toBeLessThan(1e-5);
    });
  });
});

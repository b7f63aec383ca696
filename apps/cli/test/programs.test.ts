import type { RunEvent } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { events, ofType } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { newFolder } from './process/kindling.ts';
import {
  beginning,
  dataEnv,
  expectClose,
  isMissing,
  losses,
  mnistLosses,
  singleLosses,
  trainOn,
} from './process/tutorial.ts';

// The package train compares whole curves; here it is the command line's turn.

const mnistEpochs = [
  { loss: 0.3732889342181226, train: 0.9437666535377502, test: 0.9404000043869019 },
  { loss: 0.16365644380133204, train: 0.9666500091552734, test: 0.9616000056266785 },
  { loss: 0.11460166814479422, train: 0.9728833436965942, test: 0.9664000272750854 },
];
async function trained(name: string, ...args: string[]): Promise<RunEvent[]> {
  const { code, stdout, stderr } = await kindling(trainOn('cpu', name, ...args), {
    cwd: await newFolder(),
    env: dataEnv,
  });
  expect(code, stderr).toBe(0);
  return events(stdout);
}

const accuracy = (all: readonly RunEvent[]): number | undefined =>
  ofType(all, 'run-finished')[0]?.metrics.train?.accuracy;

describe('the built-in programs print the numbers of the tutorials', () => {
  test('xor', async () => {
    const all = await trained('xor');
    expect(losses(all).get(0)?.toFixed(7)).toBe('0.7434073');
    expect(losses(all).get(10_000)?.toFixed(7)).toBe('0.0012345');
    expect(accuracy(all)).toBe(1);
  });

  test('xor-wide-deep', async () => {
    const all = await trained('xor-wide-deep');
    expect(losses(all).get(0)?.toFixed(7)).toBe('0.6948984');
    expectClose(losses(all).get(10_000), 0.0001565, 1e-3);
    expect(accuracy(all)).toBe(1);
  });

  test.skipIf(isMissing('diabetes.csv.gz'))('diabetes', async () => {
    const all = await trained('diabetes');
    expectClose(losses(all).get(0), 0.8002623319625854, 1e-5);
    expect(accuracy(all)?.toFixed(4)).toBe('0.6535');
  });

  test.skipIf(isMissing('diabetes.csv.gz'))('diabetes-deep, its beginning', async () => {
    const all = await trained('diabetes-deep', '--epochs', '101');
    expectClose(losses(all).get(0), 0.669630765914917, 1e-5);
    expectClose(losses(all).get(100), 0.6452512145042419, 1e-5);
  });

  test.skipIf(isMissing('weight_height.csv'))('weight-height', async () => {
    const all = await trained('weight-height', '--epochs', '401');
    expectClose(losses(all).get(0), 184.6352996826172, 1e-6);
    expectClose(losses(all).get(300), 3.3665847778320312, 1e-4);
  });

  test.skipIf(isMissing('weight_height.csv'))(
    'weight-height-numpy, as published and with the true gradient',
    async () => {
      for (const [args, after] of [
        [[], 0.003103167747362285],
        [['--variant', 'true-gradient'], 0.0033163568940495955],
      ] as const) {
        const all = await trained('weight-height-numpy', ...args);
        expectClose(losses(all).get(0), 1.12909730181823, 1e-9);
        expect(Math.abs(ofType(all, 'run-finished')[0]!.metrics.train!.loss! - after)).toBeLessThan(1e-9);
      }
    },
  );

  test.skipIf(isMissing('mnist/train-images-idx3-ubyte.gz'))('mnist, its first batches', async () => {
    const all = await beginning(4, trainOn('cpu', 'mnist'));
    const batches = ofType(all, 'sample').flatMap((sample) =>
      sample.kind === 'batch' ? [sample.indices] : [],
    );
    expect(batches[0]).toEqual([47417, 4937, 765, 43854, 53308, 8555, 2426, 10978]);
    mnistLosses.forEach((loss, step) => {
      expectClose(losses(all).get(step), loss, 1e-5);
    });
  });

  test.skipIf(isMissing('mnist/train-images-idx3-ubyte.gz')).each(Object.entries(singleLosses))(
    'mnist-single, variant %s, its first images',
    async (variant, expected) => {
      const all = await beginning(4, trainOn('cpu', 'mnist-single', '--variant', variant));
      expected.forEach((loss, step) => {
        expectClose(losses(all).get(step), loss, 1e-5);
      });
    },
  );

  test.skipIf(process.env.KINDLING_LONG_TESTS === undefined || isMissing('mnist/train-images-idx3-ubyte.gz'))(
    'mnist, three epochs (minutes: KINDLING_LONG_TESTS asks for it)',
    async () => {
      const rows = ofType(await trained('mnist', '--epochs', '3'), 'epoch');
      mnistEpochs.forEach(({ loss, train, test }, epoch) => {
        expect(Math.abs(rows[epoch]!.train!.loss! - loss)).toBeLessThan(0.002);
        expect(Math.abs(rows[epoch]!.train!.accuracy! - train)).toBeLessThan(0.002);
        expect(Math.abs(rows[epoch]!.validation!.accuracy! - test)).toBeLessThan(0.002);
      });
    },
    3_600_000,
  );

  test('digits learns without a file', async () => {
    const all = await trained(
      'digits',
      '--epochs',
      '1',
      '--set',
      'data.train=2000',
      '--set',
      'data.test=500',
    );
    expect(ofType(all, 'run-finished')[0]?.metrics.validation?.accuracy).toBeGreaterThan(0.75);
  });
});

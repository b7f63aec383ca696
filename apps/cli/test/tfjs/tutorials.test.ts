import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { events, ofType } from '../process/events.ts';
import { jsonLines, kindlingProcess, newFolder } from '../process/kindling.ts';
import {
  beginning,
  dataEnv,
  expectClose,
  isMissing,
  losses,
  mnistLosses,
  trainOn,
} from '../process/tutorial.ts';
import { testFirstLosses } from '../process/tutorial-tests.ts';

/** Where `npm run test:tfjs` has set up @tensorflow/tfjs-node with a TensorFlow. */
const installed = process.env.KINDLING_TEST_TFJS;

/** A folder that has those packages. */
async function folderWithPackages(): Promise<string> {
  const cwd = await newFolder();
  await symlink(join(installed!, 'node_modules'), join(cwd, 'node_modules'));
  return cwd;
}

const first = async (step: number, name: string, ...args: string[]): Promise<ReadonlyMap<number, number>> =>
  losses(await beginning(step, trainOn('tfjs', name, ...args), {}, await folderWithPackages()));

describe.skipIf(installed === undefined)("on TensorFlow's own binding (npm run test:tfjs)", () => {
  test('devices and doctor tell which TensorFlow it is', async () => {
    for (const command of ['devices', 'doctor']) {
      const { stdout } = await kindlingProcess([command, '--json'], { cwd: await folderWithPackages() });
      const line = jsonLines(stdout).find(({ device, check }) =>
        (device ?? check)?.toString().endsWith('tfjs'),
      );
      expect(JSON.stringify(line)).toMatch(/tfjs-node 4\.\d+\.\d+ in .* with TensorFlow 2\.\d+\.\d+ from /);
    }
  });

  test('TensorFlow says nothing while it starts, unless it is asked to', async () => {
    const cwd = await folderWithPackages();
    const train = trainOn('tfjs', 'xor', '--epochs', '2');
    const quiet = await kindlingProcess(train, { cwd });
    expect(quiet.code).toBe(0);
    // Kindling's own notes; on a slow machine one tells of an epoch.
    const others = quiet.stderr.split('\n').filter((line) => !/^(xor: |epoch |$)/.test(line));
    expect(others).toEqual([]);
    const loud = await kindlingProcess(train, { cwd, env: { TF_CPP_MIN_LOG_LEVEL: '0' } });
    expect([loud.code, loud.stderr]).toEqual([0, expect.stringContaining('oneDNN')]);
  });

  test('xor, all its steps', async () => {
    const train = trainOn('tfjs', 'xor', '--set', 'evaluateEvery=5000');
    const { code, stdout, stderr } = await kindlingProcess(train, { cwd: await folderWithPackages() });
    expect(code, stderr).toBe(0);
    const all = events(stdout);
    expectClose(losses(all).get(0), 0.7434073, 1e-6);
    expectClose(losses(all).get(10_000), 0.0012345, 1e-3);
    expect(ofType(all, 'run-finished')[0]?.metrics.train?.accuracy).toBe(1);
  });

  test('xor-wide-deep', async () => {
    const curve = await first(300, 'xor-wide-deep');
    const cpu = await beginning(300, trainOn('cpu', 'xor-wide-deep')).then(losses);
    expectClose(curve.get(0), 0.6948984, 1e-6);
    for (const step of [100, 200, 300]) expectClose(curve.get(step), cpu.get(step)!, 1e-5);
  });

  testFirstLosses(first);

  test('weight-height-numpy is float64, which TensorFlow.js does not support', async () => {
    const { code, stderr } = await kindlingProcess(trainOn('tfjs', 'weight-height-numpy'), {
      cwd: await folderWithPackages(),
    });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('float64, which TensorFlow.js does not support'),
    ]);
  });

  test.skipIf(isMissing('mnist/train-images-idx3-ubyte.gz'))('mnist, an epoch', async () => {
    const { code, stdout, stderr } = await kindlingProcess(
      trainOn('tfjs', 'mnist', '--epochs', '1', '--log-every', '1'),
      { cwd: await folderWithPackages(), env: dataEnv },
    );
    expect(code, stderr).toBe(0);
    const all = events(stdout);
    mnistLosses.forEach((loss, step) => {
      expectClose(losses(all).get(step), loss, 1e-5);
    });
    const epoch = ofType(all, 'epoch')[0]!;
    expect(Math.abs(epoch.train!.loss! - 0.3732889342181226)).toBeLessThan(0.002);
    expect(Math.abs(epoch.validation!.accuracy! - 0.9404000043869019)).toBeLessThan(0.002);
  });
});

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { events, ofType } from './process/events.ts';
import { kindlingProcess, newFolder } from './process/kindling.ts';
import { beginning, expectClose, isMissing, losses, mnistLosses, trainOn } from './process/tutorial.ts';
import { testFirstLosses } from './process/tutorial-tests.ts';

const emulator = join(import.meta.dirname, '../../../packages/core/cuda/emulator/build/libcuda-emulator.so');
const env = { KINDLING_CUDA_LIBRARY: emulator, KINDLING_EMULATOR_QUIET: '1' };

beforeEach(({ skip }) => {
  if (existsSync(emulator)) return;
  skip(`no ${emulator}; npm run build:emulator in packages/core builds it where there is a C++ compiler`);
});

const train = (...args: string[]): string[] => [
  'train',
  'xor',
  '--device',
  'cuda',
  '--epochs',
  '120',
  '--log-every',
  '1',
  '--set',
  'checkpoint.steps=20',
  '--json',
  ...args,
];

const weights = (cwd: string): Promise<Buffer> =>
  readFile(join(cwd, 'runs', 'xor', 'checkpoints', 'last.safetensors'));

describe('a GPU, emulated', () => {
  test('that is lost in training ends the run with exit code 4 and leaves the last checkpoint, from which it goes on', async () => {
    const whole = await newFolder();
    expect((await kindlingProcess(train(), { cwd: whole, env })).code).toBe(0);

    const cwd = await newFolder();
    const lost = { ...env, KINDLING_EMULATOR_FAIL: 'cuGraphLaunch:80=719' };
    const { code, stdout, stderr } = await kindlingProcess(train(), { cwd, env: lost });
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('CUDA_ERROR_LAUNCH_FAILED (719) in cuGraphLaunch: ');
    const told = events(stdout);
    expect(told.at(-1)).toMatchObject({ type: 'run-finished', status: 'failed' });
    const saved = ofType(told, 'checkpoint').findLast(({ kind }) => kind === 'last');
    expect(saved?.step).toBeGreaterThanOrEqual(60);

    const resumed = await kindlingProcess(['train', 'xor', '--resume', '--json'], { cwd, env });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await weights(cwd)).toEqual(await weights(whole));
  });

  test('that is not there is exit code 4 before anything is trained', async () => {
    const cwd = await newFolder();
    const none = { ...env, KINDLING_EMULATOR_DEVICES: '0' };
    const { code, stderr } = await kindlingProcess(train(), { cwd, env: none });
    expect(code).toBe(4);
    expect(stderr).toContain('expected an NVIDIA GPU, but the driver (CUDA 12.4) finds none');
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });

  test('evaluates and predicts with what it has learnt', async () => {
    const cwd = await newFolder();
    expect((await kindlingProcess(train(), { cwd, env })).code).toBe(0);
    const evaluated = await kindlingProcess(['eval', 'xor', '--device', 'cuda', '--json'], { cwd, env });
    expect(evaluated.code, evaluated.stderr).toBe(0);
    const onCpu = await kindlingProcess(['eval', 'xor', '--device', 'cpu', '--json'], { cwd, env });
    const lossIn = (text: string): number => Number(/"loss":([\d.e-]+)/.exec(text)?.[1]);
    expect(lossIn(evaluated.stdout)).toBeCloseTo(lossIn(onCpu.stdout), 5);
    expect(lossIn(evaluated.stdout)).toBeGreaterThan(0);
  });

  test('devices and doctor tell what it is, and what to do where there is none', async () => {
    const found = await kindlingProcess(['devices'], { env });
    expect(found.stdout).toMatch(/cuda: .*compute capability 8\.0, 4\.0 GiB, driver for CUDA\s+12\.4/);
    const old = await kindlingProcess(['doctor', '--json'], {
      env: { ...env, KINDLING_EMULATOR_DRIVER: '11040' },
    });
    const checks = old.stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    expect(checks.find(({ check }) => check === 'device cuda')).toMatchObject({
      state: 'missing',
      found: 'cuda: expected an NVIDIA driver for CUDA 12.0 or newer, got one for CUDA 11.4',
      advice: 'install driver 525 or newer',
    });
  });
});

describe('the tutorial programs on an emulated GPU begin with the numbers of the CPU', () => {
  const first = (step: number, name: string, ...args: string[]) =>
    beginning(step, trainOn('cuda', name, ...args), env).then(losses);

  test('xor', async () => {
    const curve = await first(300, 'xor');
    const { stdout } = await kindlingProcess(trainOn('cpu', 'xor', '--epochs', '301', '--log-every', '1'), {
      cwd: await newFolder(),
    });
    const expected = losses(events(stdout));
    expect(curve.get(0)?.toFixed(7)).toBe('0.7434073');
    for (const [step, loss] of expected) expectClose(curve.get(step), loss, 1e-5);
  });

  testFirstLosses(first);

  test.skipIf(isMissing('weight_height.csv'))('weight-height-numpy', async () => {
    expectClose((await first(0, 'weight-height-numpy')).get(0), 1.12909730181823, 1e-9);
  });

  test.skipIf(isMissing('mnist/train-images-idx3-ubyte.gz'))('mnist', async () => {
    const curve = await first(4, 'mnist');
    mnistLosses.forEach((loss, step) => {
      expectClose(curve.get(step), loss, 1e-5);
    });
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { canTake, implementations } from '../src/implementations.ts';
import { packageRoot } from '../src/package-root.ts';
import { PeerError, PeerProcess } from '../src/process/peer-process.ts';
import { findPython } from '../src/python.ts';
import type { ChapterName } from '../src/task.ts';
import type { Step } from '../src/workload.ts';

afterEach(() => vi.unstubAllEnvs());

test('KINDLING_BENCH_PYTHON names the Python of the peers', () => {
  vi.stubEnv('KINDLING_BENCH_PYTHON', '/somewhere/python');
  expect(findPython()).toBe('/somewhere/python');
  const commands = implementations(findPython(), 2)
    .filter(({ peer }) => /^(pytorch|jax)(-compiled|-loop)?$/.test(peer))
    .map(({ name, launch }) => [name, launch.command, launch.args.slice(1).join(' ')]);
  expect(commands).toEqual([
    ['PyTorch eager 1t', '/somewhere/python', 'eager 1 contiguous'],
    ['PyTorch compiled 1t', '/somewhere/python', 'compiled 1 contiguous'],
    ['PyTorch eager 1t channels_last', '/somewhere/python', 'eager 1 channels_last'],
    ['PyTorch compiled 1t channels_last', '/somewhere/python', 'compiled 1 channels_last'],
    ['PyTorch eager 2t', '/somewhere/python', 'eager 2 contiguous'],
    ['PyTorch compiled 2t', '/somewhere/python', 'compiled 2 contiguous'],
    ['PyTorch eager 2t channels_last', '/somewhere/python', 'eager 2 channels_last'],
    ['PyTorch compiled 2t channels_last', '/somewhere/python', 'compiled 2 channels_last'],
    ['JAX step 1t', '/somewhere/python', 'step 1'],
    ['JAX loop 1t', '/somewhere/python', 'loop 1'],
    ['JAX step 2t', '/somewhere/python', 'step 2'],
    ['JAX loop 2t', '/somewhere/python', 'loop 2'],
  ]);
});

test('channels_last is for steps with images alone', () => {
  const layouts = implementations('python', 1).filter(({ name }) => name.endsWith('channels_last'));
  const program = (program: ChapterName) => ({ kind: 'chapter', program, feed: 'fixed', batch: 1 }) as const;
  const convolution = {
    kind: 'convolution',
    pass: 'forward',
    batch: 1,
    channels: 1,
    size: 3,
    kernel: 3,
  } as const;
  const taking = (step: Step | undefined) =>
    layouts.filter((each) => canTake(each, step)).map(({ peer }) => peer);
  expect(taking(program('mnist-lenet'))).toEqual(['pytorch', 'pytorch-compiled']);
  expect(taking(convolution)).toEqual(['pytorch']);
  expect(taking(program('lstm'))).toEqual([]);
  expect(taking(undefined)).toEqual([]);
});

const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', '0']).status === 0);
if (python === undefined) console.log('Skipped a Python without libraries: no Python found');

test.skipIf(python === undefined)('a Python without the library says so and does no harm', async () => {
  // -S leaves out installed packages.
  for (const [file, mode, library] of [
    ['pytorch.py', 'eager', 'torch'],
    ['jax_xla.py', 'loop', 'jax'],
  ] as const) {
    const args = ['-S', join(packageRoot, 'peers', file), mode, '1'];
    await expect(PeerProcess.start({ command: python!, args })).rejects.toThrow(
      new PeerError(`No module named '${library}'`),
    );
  }
});

const worker = join(packageRoot, 'dist', 'worker.js');
const isBuilt = existsSync(worker);
if (!isBuilt) console.log('Skipped tfjs-node: bench/dist is not built (npm run build)');

test.skipIf(!isBuilt)('a folder without tfjs-node is named', async () => {
  const launch = {
    command: process.execPath,
    args: [worker, 'tfjs-node'],
    env: { KINDLING_BENCH_TFJS_NODE: '/no/such/folder' },
  };
  await expect(PeerProcess.start(launch)).rejects.toThrow(
    new PeerError('@tensorflow/tfjs-node is not installed in /no/such/folder'),
  );
});

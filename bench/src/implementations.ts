import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import type { Launch } from './process/peer-process.ts';
import type { Task } from './task.ts';

/** A library with settings, in a process of its own: a row for each in the results, a column for each family in the table. */
export interface Implementation {
  /** Unique: the family and the setting. */
  readonly name: string;
  /** Implementations that differ in their settings alone; the table shows the best of them. */
  readonly family: Family;
  /**
   * What tells it from others of its family; empty where it is alone. `2t`: two threads. `2+1`: two threads of PyTorch and one
   * of its BLAS.
   */
  readonly setting: string;
  /** Name that `--peers` takes. */
  readonly peer: PeerName;
  /** How many threads it may use. */
  readonly threads: number;
  readonly kinds: readonly Task['kind'][];
  readonly launch: Launch;
}

export const peerNames = ['kindling', 'pytorch', 'tfjs-cpu', 'tfjs-wasm', 'jax-js', 'machine'] as const;
export type PeerName = (typeof peerNames)[number];

export const families = [
  'Kindling eager',
  'Kindling compile',
  'Kindling Trainer',
  'PyTorch',
  'TF.js CPU',
  'TF.js WASM',
  'jax-js',
  'machine',
] as const;
export type Family = (typeof families)[number];

const computing: readonly Task['kind'][] = ['training', 'product', 'pointwise', 'softmax'];

const worker = (...args: string[]): Launch => ({
  command: process.execPath,
  args: [join(packageRoot, 'dist', 'worker.js'), ...args],
});

function implementation(
  family: Family,
  setting: string,
  rest: Omit<Implementation, 'name' | 'family' | 'setting'>,
): Implementation {
  return { name: `${family} ${setting}`.trim(), family, setting, ...rest };
}

/** Each mode of Kindling with each number of threads. Operations alone are the same in all modes. */
function kindling(threads: number): Implementation[] {
  const modes = {
    eager: 'Kindling eager',
    compile: 'Kindling compile',
    trainer: 'Kindling Trainer',
  } as const;
  return Object.entries(modes).map(([mode, family]) =>
    implementation(family, `${threads}t`, {
      peer: 'kindling',
      threads,
      kinds: mode === 'eager' ? computing : ['training'],
      launch: { ...worker('kindling', mode), env: { KINDLING_NUM_THREADS: String(threads) } },
    }),
  );
}

/** PyTorch shares elementwise work by its own threads and products by those of its BLAS: two settings. */
function pytorch(python: string, threads: number, blas: number): Implementation {
  return implementation('PyTorch', `${threads}+${blas}`, {
    peer: 'pytorch',
    threads: Math.max(threads, blas),
    kinds: computing,
    launch: {
      command: python,
      args: [join(packageRoot, 'peers', 'pytorch.py'), String(threads)],
      env: {
        OMP_NUM_THREADS: String(threads),
        OPENBLAS_NUM_THREADS: String(blas),
        MKL_NUM_THREADS: String(blas),
      },
    },
  });
}

/** The first Python that has PyTorch, or the first of all, which will say what it lacks. */
export function findPython(): string {
  const { KINDLING_BENCH_PYTHON: asked } = process.env;
  const candidates = asked ? [asked] : ['python3', '/usr/bin/python3', 'python'];
  const looksFor = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)';
  return candidates.find((python) => spawnSync(python, ['-c', looksFor]).status === 0) ?? candidates[0]!;
}

const alone = { threads: 1, kinds: computing };

/** All implementations. With two cores or more, those that can are taken with one and with two threads. */
export function implementations(python: string, cores: number): Implementation[] {
  const counts = cores > 1 ? [1, 2] : [1];
  return [
    ...counts.flatMap(kindling),
    ...counts.flatMap((threads) => counts.map((blas) => pytorch(python, threads, blas))),
    implementation('TF.js CPU', '', { ...alone, peer: 'tfjs-cpu', launch: worker('tfjs', 'cpu') }),
    implementation('TF.js WASM', '', { ...alone, peer: 'tfjs-wasm', launch: worker('tfjs', 'wasm') }),
    implementation('jax-js', '', { ...alone, peer: 'jax-js', launch: worker('jax') }),
    implementation('machine', '', {
      peer: 'machine',
      threads: cores,
      kinds: ['limit'],
      launch: worker('machine'),
    }),
  ];
}

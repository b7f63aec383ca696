import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { folderOf } from '../peers/resources.ts';
import type { CommandWorkload, LaunchWorkload, SizeWorkload, Step } from '../workload.ts';
import { epochs, programs } from './programs.ts';

const stepOf = (name: string): Step =>
  [...programs, ...epochs].find((program) => program.name === name)!.step;

/** The command line, built. */
export const cli = join(packageRoot, '..', 'apps', 'cli', 'bin', 'kindling.mjs');

/**
 * What fresh processes and pages need, with one thread. `cli-start` is the command line's least answer, beside what a program with PyTorch
 * must do before its first line, and an empty program for Node.
 */
export const processes = (python: string): readonly (LaunchWorkload | CommandWorkload | SizeWorkload)[] => [
  { name: 'import', group: 'start', measure: 'import', unit: 'ms', threads: 1 },
  {
    name: 'first-step-xor',
    group: 'start',
    measure: 'first-step',
    unit: 'ms',
    threads: 1,
    step: stepOf('xor'),
  },
  {
    name: 'first-step-mlp-large',
    group: 'start',
    measure: 'first-step',
    unit: 'ms',
    threads: 1,
    step: stepOf('mlp-large'),
  },
  {
    name: 'cli-start',
    group: 'start',
    measure: 'command',
    unit: 'ms',
    commands: {
      'Kindling eager': [process.execPath, cli, '--version'],
      'PyTorch eager': [python, '-c', 'import torch'],
      machine: [process.execPath, '-e', '0'],
    },
  },
  {
    name: 'page-xor',
    group: 'size',
    measure: 'download',
    unit: 'kB',
    threads: 1,
    step: stepOf('xor'),
  },
  {
    name: 'module',
    group: 'size',
    measure: 'size',
    unit: 'kB',
    files: {
      'Kindling wasm': join(folderOf('@kindling/core'), 'native', 'build', 'wasm', 'simd128.wasm'),
      'TF.js WASM': join(
        folderOf('@tensorflow/tfjs-backend-wasm'),
        'wasm-out',
        'tfjs-backend-wasm-simd.wasm',
      ),
    },
  },
  { name: 'memory-import', group: 'memory', measure: 'peak-memory', unit: 'MB', threads: 1 },
  {
    name: 'memory-xor',
    group: 'memory',
    measure: 'peak-memory',
    unit: 'MB',
    threads: 1,
    step: stepOf('xor'),
    steps: 10_000,
  },
  {
    name: 'memory-mnist',
    group: 'memory',
    measure: 'peak-memory',
    unit: 'MB',
    threads: 1,
    step: stepOf('mnist-256-epoch'),
    steps: 100,
  },
  {
    name: 'memory-mlp-large',
    group: 'memory',
    measure: 'peak-memory',
    unit: 'MB',
    threads: 1,
    step: stepOf('mlp-large'),
    steps: 5,
  },
];

import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { CommandWorkload } from '../workload.ts';
import { cli } from './processes.ts';

const program = (file: string): string => join(packageRoot, 'peers', 'programs', file);

/**
 * Trainings from the start of a process to its end, by the command line and by the same program in PyTorch: of digits, train and test
 * accuracy after each epoch. `…-gather`: beside the program that gathers its batches by index in place of a loader.
 */
export const commands = (python: string): readonly CommandWorkload[] => [
  {
    name: 'train-xor',
    group: 'commands',
    measure: 'command',
    unit: 's',
    commands: {
      'Kindling Trainer': [process.execPath, cli, 'train', 'xor'],
      'PyTorch eager': [python, program('xor.py')],
    },
  },
  ...['loader', 'gather'].map(
    (feed): CommandWorkload => ({
      name: feed === 'loader' ? 'train-mnist' : `train-mnist-${feed}`,
      group: 'commands',
      measure: 'command',
      unit: 's',
      commands: {
        'Kindling Trainer': [process.execPath, cli, 'train', 'mnist', '--epochs', '10'],
        'PyTorch eager': [python, program('mnist.py'), feed],
      },
      dataFolder: 'mnist',
    }),
  ),
];

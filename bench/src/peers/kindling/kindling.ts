import { deviceReports, manualSeed } from '@kindling/core';
import { versionOf } from '#resources';
import { type Peer, unsupported, type Versions } from '../peer.ts';
import { prepareConvolution } from './convolutions.ts';
import { prepareOperation } from './operations.ts';
import { prepareTrainer } from './trainer.ts';
import { prepareLoop } from './training.ts';

const modes = ['eager', 'compile', 'trainer'] as const;

async function versions(): Promise<Versions> {
  const engine = deviceReports().find(({ device }) => device === 'cpu')?.engine ?? 'none';
  return { '@kindling/core': await versionOf('@kindling/core'), 'Kindling engine': engine };
}

/** Kindling on the CPU; the argument says how steps are run. */
export async function openKindling(argument = 'eager'): Promise<Peer> {
  const mode = modes.find((name) => name === argument);
  if (mode === undefined) throw new Error(`expected a mode of ${modes.join(', ')}, got ${argument}`);
  manualSeed(777);
  return {
    versions,
    prepare(task) {
      switch (task.kind) {
        case 'training':
          return mode === 'trainer' ? prepareTrainer(task) : prepareLoop(task, mode === 'compile');
        case 'product':
        case 'pointwise':
        case 'softmax':
          return prepareOperation(task);
        case 'convolution':
          return prepareConvolution(task);
        default:
          throw unsupported('Kindling', 'task of this kind');
      }
    },
  };
}

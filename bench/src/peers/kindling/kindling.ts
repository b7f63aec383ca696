import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deviceReports, manualSeed } from '@kindling/core';
import { type Peer, unsupported } from '../peer.ts';
import { prepareLog, prepareRead } from './logs.ts';
import { prepareOperation } from './operations.ts';
import { prepareTrainer } from './trainer.ts';
import { prepareLoop } from './training.ts';

const modes = ['eager', 'compile', 'trainer'] as const;

function versions() {
  const manifest = createRequire(import.meta.url).resolve('@kindling/core/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const engine = deviceReports().find(({ device }) => device === 'cpu')?.engine ?? 'none';
  return { '@kindling/core': version, 'Kindling engine': engine };
}

/** Kindling on the CPU; the argument says how steps are run. */
export function openKindling(argument = 'eager'): Peer {
  const mode = modes.find((name) => name === argument);
  if (mode === undefined) throw new Error(`expected a mode of ${modes.join(', ')}, got ${argument}`);
  manualSeed(777);
  return {
    versions,
    prepare(task) {
      if (task.kind === 'log') return prepareLog(task);
      if (task.kind === 'read') return prepareRead(task);
      if (task.kind === 'limit') throw unsupported('Kindling', 'task of this kind');
      if (task.kind !== 'training') return prepareOperation(task);
      return mode === 'trainer' ? prepareTrainer(task) : prepareLoop(task, mode === 'compile');
    },
  };
}

import { tensor } from '@kindling/core';
import type { Peer } from '../peer.ts';
import { prepareChapter } from './chapters.ts';
import { openKindling } from './kindling.ts';
import { prepareLog, prepareRead } from './logs.ts';

/** Kindling on the CPU, with runs and built-in experiments, which pages have none of. */
export async function openKindlingInNode(mode?: string): Promise<Peer> {
  // An engine that is asked for opens now, so that one that is not there is told of before any task.
  if (process.env.KINDLING_BACKEND) tensor(0).dispose();
  const peer = await openKindling(mode);
  return {
    versions: () => peer.versions(),
    prepare(task) {
      if (task.kind === 'log') return prepareLog(task);
      if (task.kind === 'read') return prepareRead(task);
      if (task.kind === 'chapter') return prepareChapter(task, mode !== 'eager');
      return peer.prepare(task);
    },
  };
}

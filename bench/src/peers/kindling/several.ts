import { processes } from '@kindling/distributed';
import { type Peer, unsupported } from '../peer.ts';
import { openKindling } from './kindling.ts';
import { prepareTrainer } from './trainer.ts';

/** Kindling in one of several processes, each of which is asked for the same and takes its share of each batch. */
export async function openKindlingSeveral(): Promise<Peer> {
  const group = processes();
  const { versions } = await openKindling('trainer');
  return {
    versions,
    prepare(task) {
      if (task.kind !== 'training' || task.feed !== 'fixed' || task.batch % group.size !== 0) {
        throw unsupported('Kindling MPI', 'shares of this task');
      }
      return prepareTrainer(task, group);
    },
  };
}

import { fileURLToPath } from 'node:url';
import type { Family } from '../src/families.ts';
import type { Implementation } from '../src/implementations.ts';
import type { Launch } from '../src/process/peer-process.ts';

/** What `fixtures/peer.mjs` takes. */
export interface FakePeer {
  readonly name?: string;
  readonly perStep?: number;
  readonly check?: number;
  readonly log?: string;
  /** How it misbehaves at a request, or at its start. */
  readonly on?: Readonly<
    Record<string, 'refuse' | 'babble' | 'mistake' | 'late' | 'end' | 'hang' | 'complain'>
  >;
}

const script = fileURLToPath(new URL('fixtures/peer.mjs', import.meta.url));

export const launchOf = (peer: FakePeer): Launch => ({
  command: process.execPath,
  args: [script, JSON.stringify(peer)],
});

export const fakeImplementation = (
  name: string,
  peer: FakePeer,
  family: Family = 'jax-js',
): Implementation => ({
  name,
  family,
  setting: '',
  peer: 'jax-js',
  threads: 1,
  kinds: ['training', 'product', 'pointwise', 'softmax'],
  launch: launchOf({ name, ...peer }),
});

import type { StreamCollective, StreamCollectives } from './backend/stream-collectives.ts';
import { KindlingError } from './errors.ts';
import { launch } from './ops/launch.ts';
import type { Tensor } from './tensor.ts';

/** What has registered an operation, with the number that it gave. */
const registered = new WeakMap<StreamCollective, number>();

/** The GPU on whose stream operations of message-passing libraries work on a tensor; undefined where its device has none. */
export const streamCollectivesOf = (x: Tensor): StreamCollectives | undefined =>
  x.storage.backend.collectives;

/** x ← what the processes make of it together, in place, where it lies without gaps. In a compiled function each replay does it anew. */
export function runCollective(x: Tensor, collective: StreamCollective): void {
  const { collectives } = x.storage.backend;
  if (collectives === undefined || !x.isContiguous())
    throw new KindlingError(`runCollective: expected a tensor without gaps on a GPU, got one on ${x.device}`);
  const number = registered.get(collective) ?? collectives.register(collective);
  registered.set(collective, number);
  launch('allReduce', [x.strided], [], { count: x.numel, reduction: number });
  x.storage.version++;
}

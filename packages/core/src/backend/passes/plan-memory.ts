import { type Buffer, isBufferView } from './memory-use.ts';
import { callsOf, type OptimizedCall } from './optimized-call.ts';

/** Whether a call uses the buffer for the first or the last time. */
export interface Lifetime {
  first: number;
  last: number;
}

/** The positions of the first and the last call that use each buffer. */
export function lifetimesOf(calls: readonly OptimizedCall[]): ReadonlyMap<Buffer, Lifetime> {
  const lifetimes = new Map<Buffer, Lifetime>();
  for (const [i, optimized] of calls.entries()) {
    for (const { outputs, inputs } of callsOf(optimized)) {
      for (const operand of [...outputs, ...inputs]) {
        if (!isBufferView(operand)) continue;
        const known = lifetimes.get(operand.storage);
        if (known === undefined) lifetimes.set(operand.storage, { first: i, last: i });
        else known.last = i;
      }
    }
  }
  return lifetimes;
}

/** Memory that buffers can have one after another. */
export interface Pool<M> {
  allocate(byteLength: number): M;
  free(memory: M): void;
}

/**
 * Gives each buffer memory from its first use to its last, so that later ones take the place of earlier ones.
 *
 * @param byteLengthOf Of the buffers that are to be planned; undefined for those that have their memory.
 * @param readLater Buffers that a later call at a position may read as well.
 */
export function planMemory<M>(
  calls: readonly OptimizedCall[],
  byteLengthOf: (buffer: Buffer) => number | undefined,
  pool: Pool<M>,
  readLater: Iterable<readonly [Buffer, number]> = [],
): ReadonlyMap<Buffer, M> {
  const planned = new Map<Buffer, M>();
  const begins: [Buffer, number][][] = calls.map(() => []);
  const ends: Buffer[][] = calls.map(() => []);
  const lifetimes = lifetimesOf(calls);
  for (const [buffer, at] of readLater) {
    const lifetime = lifetimes.get(buffer)!;
    lifetime.last = Math.max(lifetime.last, at);
  }
  for (const [buffer, { first, last }] of lifetimes) {
    const byteLength = byteLengthOf(buffer);
    if (byteLength === undefined) continue;
    begins[first]!.push([buffer, byteLength]);
    ends[last]!.push(buffer);
  }
  for (const i of calls.keys()) {
    for (const [buffer, byteLength] of begins[i]!) planned.set(buffer, pool.allocate(byteLength));
    for (const buffer of ends[i]!) pool.free(planned.get(buffer)!);
  }
  return planned;
}

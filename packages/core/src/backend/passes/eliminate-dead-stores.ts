import type { LoweredCall } from '../lowered-call.ts';
import {
  type Buffer,
  type Extent,
  extentOf,
  isCollective,
  isDense,
  overwritesOutputs,
  readsOf,
} from './memory-use.ts';

const overlap = (a: Extent, b: Extent): boolean => a.start < b.end && b.start < a.end;
const covers = (a: Extent, b: Extent): boolean => a.start <= b.start && b.end <= a.end;
const hull = (a: Extent | undefined, b: Extent): Extent =>
  a === undefined ? b : { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };

/**
 * Leaves out calls whose results nobody reads: zeros that are overwritten before, gradients of inputs that nobody asked for. Going back
 * from the end, a call stays if a later one, or whoever comes after the last, reads what it writes.
 *
 * @param outlives Whether a buffer's content is wanted after the last call.
 */
export function eliminateDeadStores(
  calls: readonly LoweredCall[],
  outlives: (buffer: Buffer) => boolean,
): readonly LoweredCall[] {
  /** What of each buffer is read later, before it is overwritten: at the end, all that was written of those that outlive. */
  const wanted = new Map<Buffer, Extent | undefined>();
  for (const place of calls.flatMap(({ outputs }) => outputs)) {
    const { storage } = place;
    if (outlives(storage)) wanted.set(storage, hull(wanted.get(storage), extentOf(place)));
  }
  const kept: LoweredCall[] = [];
  for (const call of calls.toReversed()) {
    const isWanted = call.outputs.some((output) => {
      const later = wanted.get(output.storage);
      return later !== undefined && overlap(extentOf(output), later);
    });
    // Without outputs, a call is there for its check.
    if (!isWanted && call.outputs.length > 0 && !isCollective(call)) continue;
    kept.push(call);
    if (overwritesOutputs(call)) {
      for (const output of call.outputs) {
        const later = wanted.get(output.storage);
        if (later !== undefined && isDense(output) && covers(extentOf(output), later)) {
          wanted.set(output.storage, undefined);
        }
      }
    }
    for (const place of readsOf(call)) {
      wanted.set(place.storage, hull(wanted.get(place.storage), extentOf(place)));
    }
  }
  return kept.reverse();
}

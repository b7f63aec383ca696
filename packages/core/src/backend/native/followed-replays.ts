import type { BufferView, LoweredCall } from '../lowered-call.ts';
import {
  extentOf,
  isCollective,
  isDense,
  mayFail,
  overwritesOutputs,
  readsOf,
} from '../passes/memory-use.ts';
import { callsOf, type OptimizedCall } from '../passes/optimized-call.ts';
import type { Block } from './memory.ts';

/** Bytes [start, end) of the machine's memory; undefined for what has none, such as scratch memory. */
function reachOf(place: BufferView): readonly [start: number, end: number] | undefined {
  const { address } = place.storage.handle as Block;
  const { start, end } = extentOf(place);
  return address === undefined || start === end ? undefined : [address + start, address + end];
}

export function overlap(one: BufferView, other: BufferView): boolean {
  const [a, b] = [reachOf(one), reachOf(other)];
  return a !== undefined && b !== undefined && a[0] < b[1] && b[0] < a[1];
}

function covers(one: BufferView, other: BufferView): boolean {
  const [a, b] = [reachOf(one), reachOf(other)];
  return isDense(one) && a !== undefined && b !== undefined && a[0] <= b[0] && b[1] <= a[1];
}

/** Whether the calls overwrite a place as a whole before any of them reads of it, or never read it. */
export function isUnread(calls: readonly OptimizedCall[], place: BufferView): boolean {
  for (const optimized of calls) {
    for (const call of callsOf(optimized)) {
      if (readsOf(call).some((read) => overlap(read, place))) return false;
      if (overwritesOutputs(call) && call.outputs.some((output) => covers(output, place))) return true;
    }
  }
  return true;
}

/** Calls that are there for nothing but what their outputs hold. */
const isPure = (call: OptimizedCall): call is LoweredCall =>
  call.kind !== 'fusedPointwise' &&
  call.kind !== 'sharedTasks' &&
  call.outputs.length > 0 &&
  !mayFail(call) &&
  !isCollective(call);

/**
 * The calls for replays that another one follows at once: without those whose results are overwritten before anything reads them, such as
 * gradients that an optimizer's step has read, or that are set to null before the next one.
 *
 * @param calls with the memory that they work on
 * @param collected what is read after each replay
 */
export function dropUnread(
  calls: readonly OptimizedCall[],
  collected: readonly BufferView[],
): readonly OptimizedCall[] {
  const kept = [...calls];
  for (let at = kept.length - 1; at >= 0; at--) {
    const call = kept[at]!;
    // The replay that follows may be the last one, which makes all calls.
    const behind = [...kept.slice(at + 1), ...calls];
    const isLost = (output: BufferView): boolean =>
      !collected.some((read) => overlap(read, output)) && isUnread(behind, output);
    if (isPure(call) && call.outputs.every(isLost)) kept.splice(at, 1);
  }
  return kept;
}

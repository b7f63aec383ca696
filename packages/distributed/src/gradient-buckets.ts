import { cat, type Tensor } from '@kindling/core';
import { allReduce, reducesInPlace } from './collectives.ts';

/** Bytes from which a gradient is averaged where it lies: copying it would take longer than a call of its own. */
const LARGE_BYTES = 2 ** 17;

const bytesOf = (x: Tensor): number => x.numel * x.itemSize;

/**
 * Gradients in groups that are averaged together, in the reverse order of parameters, in which they come: a large one alone, small ones of
 * a dtype and device up to `capacity` bytes.
 */
export function bucketsOf(gradients: readonly Tensor[], capacity: number): Tensor[][] {
  const buckets: Tensor[][] = [];
  const open = new Map<string, { readonly members: Tensor[]; bytes: number }>();
  for (const gradient of gradients.toReversed()) {
    const bytes = bytesOf(gradient);
    if (bytes >= LARGE_BYTES) {
      buckets.push([gradient]);
      continue;
    }
    const key = `${gradient.dtype} ${gradient.device}`;
    const last = open.get(key);
    if (last !== undefined && last.bytes + bytes <= capacity) {
      last.members.push(gradient);
      last.bytes += bytes;
    } else {
      const members = [gradient];
      open.set(key, { members, bytes });
      buckets.push(members);
    }
  }
  return buckets;
}

/** Averages gradients over the processes, in place. */
export function averageTogether(gradients: readonly Tensor[]): void {
  const [first] = gradients;
  if (first === undefined) return;
  if (gradients.length === 1 && (reducesInPlace(first) || !first.isContiguous())) {
    allReduce(first, 'mean');
    return;
  }
  const flat = cat(gradients.map((gradient) => gradient.flatten()));
  allReduce(flat, 'mean');
  let start = 0;
  for (const gradient of gradients) {
    gradient.copy_(flat.narrow(0, start, gradient.numel).reshape(gradient.shape));
    start += gradient.numel;
  }
}

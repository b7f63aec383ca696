import type { DataParallel } from '../trainer/data-parallel.ts';
import { decodeTree, encodeTree } from './tensor-tree.ts';

/** What process 0 reads, at all processes: numbers, texts, tensors, and lists and objects of them. Without processes, what this one reads. */
export function readShared<T>(processes: DataParallel | undefined, read: () => T): T {
  if (processes === undefined) return read();
  if (processes.rank > 0) return decodeTree(processes.share(undefined), 'what process 0 reads') as T;
  const value = read();
  processes.share(encodeTree(value));
  return value;
}

/** The device of this process: where one of `cuda` is asked for, that of its number on its machine. */
export const ownDevice = (device: string, processes: DataParallel | undefined): string =>
  device === 'cuda' && processes !== undefined ? `cuda:${processes.localRank}` : device;

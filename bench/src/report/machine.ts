import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { getNumThreads } from '@kindling/core';
import type { Cache, Results } from './results.ts';

/** Caches of data that a core has or shares, the nearest first; none where the system does not tell. */
export function cachesIn(folder = '/sys/devices/system/cpu/cpu0/cache'): Cache[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.startsWith('index'));
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const of = (file: string): string => readFileSync(join(folder, name, file), 'utf8').trim();
      const kilobytes = /^(\d+)K$/.exec(of('size'))?.[1];
      return kilobytes === undefined || of('type') === 'Instruction'
        ? []
        : [{ level: Number(of('level')), bytes: 1024 * Number(kilobytes) }];
    })
    .sort((a, b) => a.level - b.level);
}

/** The machine, with the number of threads that Kindling takes by default here. */
export const thisMachine = (): Results['machine'] => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  os: `${osType()} ${release()} ${process.arch}`,
  node: process.version,
  caches: cachesIn(),
  threads: getNumThreads(),
});

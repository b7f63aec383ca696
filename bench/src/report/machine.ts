import { availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';
import type { Results } from './results.ts';

export const thisMachine = (): Results['machine'] => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  os: `${osType()} ${release()} ${process.arch}`,
  node: process.version,
});

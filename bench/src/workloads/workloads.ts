import type { Workload } from '../workload.ts';
import { chapterEpochs, chapters, convolutions } from './chapters.ts';
import { commands } from './commands.ts';
import { growth } from './growth.ts';
import { limits } from './limits.ts';
import { logs } from './logs.ts';
import { processes } from './processes.ts';
import { products } from './products.ts';
import { epochs, programs, shared } from './programs.ts';
import { throughput } from './throughput.ts';

/** All workloads, in the order of the table. @param python the command that starts Python. */
export const workloads = (python: string): readonly Workload[] => [
  ...limits,
  ...programs,
  ...chapters,
  ...shared,
  ...epochs,
  ...chapterEpochs,
  ...products,
  ...convolutions,
  ...throughput,
  ...growth,
  ...processes(python),
  ...commands(python),
  ...logs,
];

import { hostname } from 'node:os';
import { setNumThreads } from '@kindling/core';
import { type DataParallel, type Experiment, parseExperiment } from '@kindling/train';
import { DivergenceError } from '../divergence-error.ts';
import type { ExitCode } from '../exit-code.ts';
import { reportFailure } from '../failure.ts';
import { InterruptedError } from '../interruption.ts';
import { obeyLauncher } from './stop-line.ts';

/** The processes that train together, and what ends their group. */
export interface Group {
  readonly processes: DataParallel;
  /** Leaves the group, when all is done. */
  leave(): void;
  /** Ends all processes with an exit code, after an error of this one. */
  abort(code: number): void;
}

/**
 * Joins the processes that a launcher (`mpirun`, `mpiexec`, `srun`) started along with this one. Each takes its part of the machine's cores.
 *
 * @returns undefined where this process is alone.
 */
async function joinGroup(): Promise<Group | undefined> {
  const distributed = await import('@kindling/distributed');
  if (!distributed.launched()) return undefined;
  obeyLauncher();
  distributed.initProcessGroup();
  const processes = distributed.processes();
  if (processes.size === 1) {
    distributed.destroyProcessGroup();
    return undefined;
  }
  const cores = distributed.bindToOwnCores();
  if (process.env.KINDLING_NUM_THREADS === undefined) setNumThreads(cores);
  return {
    processes,
    leave: distributed.destroyProcessGroup,
    abort: distributed.abortProcessGroup,
  };
}

/**
 * Does a command's work as one of a group of processes, or alone, and leaves the group. An error of one process ends all: the others may
 * be waiting for it. Where several processes are asked for, and no launcher has started this one, it starts them, for this command line.
 *
 * @throws the error of a process alone, and of all processes alike.
 */
export async function inGroup(
  count: number | undefined,
  work: (group: Group | undefined) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (count !== undefined && count > 1 && !(await import('@kindling/distributed')).launched()) {
    const { launchProcesses, withoutProcesses } = await import('./launch.ts');
    return launchProcesses(count, withoutProcesses(process.argv.slice(2)));
  }
  const group = await joinGroup();
  try {
    const code = await work(group);
    group?.leave();
    return code;
  } catch (error) {
    return endOf(error, group);
  }
}

function endOf(error: unknown, group: Group | undefined): ExitCode {
  const interrupted = error instanceof InterruptedError ? error.exitCode : undefined;
  if (group === undefined || error instanceof DivergenceError) {
    group?.leave();
    if (interrupted === undefined) throw error;
    return interrupted;
  }
  const code = interrupted ?? reportFailure(error, placeOf(group));
  group.abort(code);
  return code;
}

/** Whether this process reads what was asked for and shows what comes of it: alone, or as number 0. */
export const isFirst = (group: Group | undefined): boolean =>
  group === undefined || group.processes.rank === 0;

/** The experiment of process 0, which alone reads it; the others give nothing. */
export async function sharedExperiment(
  { processes }: Group,
  own: Experiment | undefined,
): Promise<Experiment> {
  const text = own && new TextEncoder().encode(JSON.stringify(own));
  const shared = new TextDecoder().decode(processes.share(text));
  const experiment = own ?? parseExperiment(JSON.parse(shared));
  return experiment.device === 'cuda' ? { ...experiment, device: `cuda:${processes.localRank}` } : experiment;
}

/** What tells this process from the others in a message. */
const placeOf = ({ processes: { rank, size } }: Group): string =>
  `process ${rank} of ${size} on ${hostname()}`;

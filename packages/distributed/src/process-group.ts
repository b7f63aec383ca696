import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { ArgumentError, DeviceError, KindlingError, type Tensor } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';
import type { Communicator } from './communicator.ts';
import { launcherOf, startedProcesses } from './mpi/launcher.ts';
import { openMpiLibrary } from './mpi/library.ts';
import { MpiWorld } from './mpi/mpi.ts';
import type { NcclCommunicator } from './nccl/communicator.ts';
import { GpuGroups } from './nccl/gpu-groups.ts';
import { singleProcess } from './single-process.ts';

export interface ProcessGroupOptions {
  /**
   * What passes tensors on `cuda`: `nccl` asks for NCCL and fails without it, `mpi` does without. Default: NCCL where it is found and each
   * process has a GPU of its own, else the memory of the host. All else goes by MPI, the library of the launcher that started this process.
   */
  readonly backend?: Backend | undefined;
  /**
   * Seconds that a call may wait for other processes. A process that waits longer says so, and ends all: one of the others took another way
   * through the program, hangs, or was stopped. Default `KINDLING_TIMEOUT`, else 1800. Infinity: without end.
   */
  readonly timeout?: number | undefined;
}

/** Half an hour, as in PyTorch. */
const DEFAULT_TIMEOUT = 1800;

function timeoutFrom({ KINDLING_TIMEOUT: text }: NodeJS.ProcessEnv): number {
  if (text === undefined || text === '') return DEFAULT_TIMEOUT;
  const timeout = Number(text);
  if (timeout > 0) return timeout;
  throw new DeviceError(`KINDLING_TIMEOUT: expected a number of seconds above 0, got ${text}`);
}

const uses = { mpi: 'declined', nccl: 'demanded' } as const;
type Backend = keyof typeof uses;

let current: Communicator | undefined;
let gpus: GpuGroups | undefined;

/** The group, once it is initialized. @throws {KindlingError} before that. */
export function currentGroup(name: string): Communicator {
  if (current === undefined)
    throw new KindlingError(`${name}: expected initProcessGroup() before it, got no group`);
  return current;
}

/** What passes the tensor on in the memory of GPUs; undefined where it goes through the host. Asked for by all processes alike. */
export const ncclOf = (x: Tensor): NcclCommunicator | undefined => gpus?.of(x);

/** A process that fails takes the others with it, which would wait for it. */
function leave(code: number): void {
  const [group, gpuGroups] = [current, gpus];
  [current, gpus] = [undefined, undefined];
  if (group === undefined) return;
  if (code !== 0) {
    group.abort(code);
    return;
  }
  try {
    gpuGroups?.close();
  } catch (error) {
    say(error, group);
    group.abort(1);
  }
  group.finalize();
}

/** What sets this process apart from the others in a message. */
const placeOf = ({ rank, size }: { readonly rank: number; readonly size: number }): string =>
  `process ${rank} of ${size} on ${hostname()}`;

function say(error: unknown, group: Communicator): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeSync(2, `${placeOf(group)}: ${what}\n`);
}

/** Says where an error was, and ends all processes: by itself Node.js would end this one before it says anything. */
function fail(error: unknown): void {
  const group = current;
  if (group === undefined) return;
  say(error, group);
  abortProcessGroup(1);
}

/**
 * Joins the processes that `mpirun`, `mpiexec` or `srun` started along with this one. Without a launcher the group is this process alone.
 * When the process ends, it leaves the group; with an exit code other than 0 it ends all others too.
 *
 * Source: https://docs.pytorch.org/docs/2.15/distributed.html#torch.distributed.init_process_group
 *
 * @throws {DeviceError} where the launcher's library is not found.
 * @throws {KindlingError} if a group is there already.
 */
export function initProcessGroup(options: ProcessGroupOptions = {}): void {
  const given = checkOptions('initProcessGroup', options, { backend: true, timeout: true });
  const { backend, timeout = timeoutFrom(process.env) } = given;
  if (backend !== undefined && !Object.hasOwn(uses, backend)) {
    throw new ArgumentError(
      `initProcessGroup: expected backend 'mpi' or 'nccl', got ${JSON.stringify(backend)}`,
    );
  }
  if (typeof timeout !== 'number' || !(timeout > 0)) {
    throw new ArgumentError(
      `initProcessGroup: expected timeout to be a number above 0, got ${describeValue(timeout)}`,
    );
  }
  if (current !== undefined)
    throw new KindlingError('initProcessGroup: expected no group, got a second call');
  const launcher = launcherOf(process.env);
  const watch = { timeout, place: placeOf(startedProcesses(process.env)) };
  current = launcher === undefined ? singleProcess : new MpiWorld(openMpiLibrary(launcher), watch);
  gpus = new GpuGroups(current, backend === undefined ? 'allowed' : uses[backend], timeout);
  if (launcher === undefined) return;
  process.once('exit', leave);
  process.on('uncaughtExceptionMonitor', fail);
}

/** Whether there is a group. */
export const isInitialized = (): boolean => current !== undefined;

/** Number of this process in the group, from 0. */
export const getRank = (): number => currentGroup('getRank').rank;

/** Number of processes in the group. */
export const getWorldSize = (): number => currentGroup('getWorldSize').size;

/** What passes the messages, in words. */
export const describeGroup = (): string =>
  [currentGroup('describeGroup').description, gpus?.description ?? []].flat().join(', ');

function stopWatching(): void {
  process.removeListener('exit', leave);
  process.removeListener('uncaughtExceptionMonitor', fail);
}

/** Leaves the group; every process does. MPI lets no process join anew. */
export function destroyProcessGroup(): void {
  currentGroup('destroyProcessGroup');
  gpus?.close();
  stopWatching();
  leave(0);
}

/** Ends all processes of the group with an exit code. */
export function abortProcessGroup(code: number): void {
  stopWatching();
  const group = current;
  [current, gpus] = [undefined, undefined];
  group?.abort(code);
}

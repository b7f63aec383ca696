import { readFileSync } from 'node:fs';
import { allowedCores, physicalCores } from '@kindling/core/internal';
import { type Koffi, loadKoffi } from './mpi/koffi.ts';
import { localProcesses } from './mpi/launcher.ts';
import { currentGroup } from './process-group.ts';
import { processes } from './processes.ts';

type Cores = readonly (readonly number[])[];

/** Processors that a mask has room for. */
const MASK_PROCESSORS = 8192;

/** An equal part of the cores, that of the process of a number; undefined where there are more processes than cores. */
export function partOf(cores: Cores, number: number, count: number): Cores | undefined {
  const each = Math.floor(cores.length / count);
  return each === 0 ? undefined : cores.slice(number * each, (number + 1) * each);
}

/** What machine this is, as numbers: containers on one share its cores. */
const machine = (): readonly number[] =>
  [...readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')].map((letter) => letter.charCodeAt(0));

function bind(koffi: Koffi, cores: Cores): void {
  const mask = new Uint8Array(MASK_PROCESSORS / 8);
  for (const cpu of cores.flat()) mask[cpu >> 3]! |= 1 << (cpu & 7);
  // Where the system refuses, threads are as many, and move.
  koffi.load(null).func('int sched_setaffinity(int thread, size_t bytes, const void *mask)')(
    0,
    mask.length,
    mask,
  );
}

/**
 * Binds this process to cores of its own, on Linux: those that a launcher bound several processes of a machine to, all of them where it
 * bound none, are shared out among these in equal parts. Threads that it starts later work on them too. Every process of the group makes
 * the call.
 *
 * @returns the number of its cores, for `setNumThreads`; 1 where there are more processes than cores, none of which is bound then.
 */
export function bindToOwnCores(): number {
  const { rank } = currentGroup('bindToOwnCores');
  const cores = allowedCores();
  const available = physicalCores();
  if (cores === undefined) return Math.max(1, Math.floor(available / localProcesses().size));
  const places = processes()
    .gather([...machine(), ...cores.flat()])
    .map(String);
  const sharing = [...places.keys()].filter((other) => places[other] === places[rank]);
  const own = partOf(cores, sharing.indexOf(rank), sharing.length);
  if (own !== undefined && sharing.length > 1) bind(loadKoffi('mpi'), own);
  return Math.max(1, Math.floor(available / sharing.length));
}

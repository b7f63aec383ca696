import { DeviceError } from '@kindling/core';
import { type Handles, handlesOf, standardHandles } from './handles.ts';
import { type Koffi, type LibraryHandle, loadKoffi } from './koffi.ts';
import type { Launcher } from './launcher.ts';

/** A library of MPI with its handles as numbers. */
export interface MpiLibrary {
  readonly koffi: Koffi;
  readonly file: string;
  /** What it says of itself, on one line. */
  readonly version: string;
  readonly handle: LibraryHandle;
  readonly handles: Handles;
  /** The address of a function or a variable. */
  address(symbol: string): number;
}

const MAX_VERSION = 8192;

/**
 * What UCX, which MPICH and Open MPI may stand on, does otherwise: it takes memory calls and signals over, and both are V8's, which ends
 * the process sooner or later.
 */
const ucx = { UCX_MEM_EVENTS: 'no', UCX_HANDLE_ERRORS: 'none' } as const;

function open(koffi: Koffi, file: string): MpiLibrary {
  // Open MPI's own parts look for its symbols among the global ones.
  const handle = koffi.load(file, { global: true });
  const find = (symbol: string): bigint | undefined => {
    try {
      return koffi.address(handle.symbol(symbol));
    } catch {
      return undefined;
    }
  };
  const addresses = new Map<string, number>();
  const text = Buffer.alloc(MAX_VERSION);
  const length = Int32Array.of(0);
  handle.func('int MPI_Get_library_version(void *text, void *length)')(text, length);
  const version = text
    .toString('latin1', 0, length[0])
    .split(/[\n\0]/, 1)[0]!
    .replace(/\s+/g, ' ')
    .trim();
  const isStandard = /libmpi_abi/.test(file);
  const handles = isStandard ? standardHandles : handlesOf((symbol) => find(symbol) !== undefined, version);
  if (handles === undefined) throw new Error(`expected Open MPI, MPICH or the standard ABI, got ${version}`);
  return {
    koffi,
    file,
    version,
    handle,
    handles,
    address: (symbol) => {
      const known = addresses.get(symbol);
      if (known !== undefined) return known;
      const found = find(symbol);
      if (found === undefined)
        throw new Error(`expected ${file} to have ${symbol}, got a library without it`);
      addresses.set(symbol, Number(found));
      return Number(found);
    },
  };
}

/**
 * Opens the library that processes of a launcher use, or the one that the environment variable KINDLING_MPI_LIBRARY names.
 *
 * @throws {DeviceError} with what was looked for.
 */
export function openMpiLibrary(launcher: Launcher): MpiLibrary {
  const named = process.env.KINDLING_MPI_LIBRARY;
  const files = named === undefined ? launcher.libraries : [named];
  const koffi = loadKoffi('mpi');
  for (const [name, value] of Object.entries(ucx)) process.env[name] ??= value;
  const failures: string[] = [];
  for (const file of files) {
    try {
      return open(koffi, file);
    } catch (error) {
      failures.push(`${file}: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`);
    }
  }
  throw new DeviceError(
    `mpi: expected the library of ${launcher.name}, found none that loads (${failures.join('; ')}); install Open MPI (libopenmpi3) or MPICH (libmpich12), or name the file in KINDLING_MPI_LIBRARY`,
  );
}

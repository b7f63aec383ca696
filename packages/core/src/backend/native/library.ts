import { codesText } from './codes.ts';
import type { Heap } from './memory.ts';

/** The version of records and functions that this loader speaks (`kd_version`). */
const VERSION = 7;

/** The engine's functions, as native/src/engine.cpp exports them, and the memory that they work on. */
export interface Library {
  /** The file that it was loaded from. */
  readonly path: string;
  readonly heap: Heap;
  /** Runs the record at an address; 0 when it was done, else a status. */
  readonly execute: (record: number) => number;
  /** Rows of a chunk of a sum over rows. */
  readonly chunk: (rows: number) => number;
  /** Elements of a row at most that recorded steps work on as lines; 0 where they do not. */
  readonly lineWidth: () => number;
  /** Makes a graph of records in the memory given; the bytes used, or minus a status. */
  readonly prepare: (records: number, count: number, memory: number, capacity: number) => number;
  /** Replays a graph. */
  readonly replay: (graph: number) => number;
  /** Replays a graph `times` times, with copies before each run (the first so many of the table) and after each. */
  readonly repeat: (graph: number, times: number, copies: number, before: number, after: number) => number;
  /** The index in its graph of the call that failed last. */
  readonly failedCall: () => number;
  /** The value that the last failure was about. */
  readonly failedValue: () => number;
  /** The index, or the position, that the last failure was about. */
  readonly failedIndex: () => number;
  /** Chooses an instruction set by name, the best one for ''; 0 when it does not run here. */
  readonly select: (name: string) => number;
  readonly selected: () => string;
  readonly setThreads: (count: number) => void;
  readonly threads: () => number;
  /** Registers a function for calls of `allReduce`; its number, or −1 where there is no room. Undefined where none can be called. */
  readonly registerReduction?: (
    dtype: number,
    address: number,
    inPlace: number,
    datatype: number,
    op: number,
    communicator: number,
    waits: number,
  ) => number;
}

/** Checks that a library has this package's records and operations: `version` and `codes` are what it says of itself. */
export function assertVersion(version: number, codes: () => string): void {
  if (version === VERSION && codes() === codesText) return;
  throw new Error(
    `expected version ${VERSION} with this package's operations, got another one (version ${version}); rebuild it`,
  );
}

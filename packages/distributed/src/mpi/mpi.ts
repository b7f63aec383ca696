import { ArgumentError, type DType, type TypedArray } from '@kindling/core';
import type { ForeignReduction } from '@kindling/core/internal';
import type { Communicator, Reduction } from '../communicator.ts';
import { declarationOf, type FunctionName, functionNames } from './functions.ts';
import type { ForeignFunction } from './koffi.ts';
import type { MpiLibrary } from './library.ts';
import { FORWARDING_MS, Waits, type WatchOptions } from './waits.ts';

/** The most elements of one message: counts are numbers of 32 bits. */
const MAX_COUNT = 2 ** 31 - 1;

const dtypeOf = (values: TypedArray): DType => {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  return values instanceof Int32Array ? 'int32' : 'uint8';
};

/** Engines have its address for good. There is one group of MPI in a process. */
const waits = new Waits();

/** All processes that a launcher of MPI started (MPI_COMM_WORLD). */
export class MpiWorld implements Communicator {
  readonly description: string;
  readonly rank: number;
  readonly size: number;
  readonly #library: MpiLibrary;
  readonly #functions = new Map<FunctionName, { readonly call: ForeignFunction; readonly number: number }>();
  readonly #inMemory = new Map<string, ForeignReduction>();

  /** Joins the group; every process does. */
  constructor(library: MpiLibrary, limit: Pick<WatchOptions, 'timeout' | 'place'>) {
    this.#library = library;
    for (const [number, name] of functionNames.entries()) {
      this.#functions.set(name, { call: library.handle.func(declarationOf(name)), number });
    }
    this.description = `${library.handles.name}: ${library.version}`;
    waits.watch({ ...limit, file: library.file, world: this.#world });
    this.#call('MPI_Init', 0, null, null);
    const number = Int32Array.of(0);
    const ask = (name: 'MPI_Comm_rank' | 'MPI_Comm_size'): number => {
      this.#call(name, 0, this.#world, number);
      return number[0]!;
    };
    this.rank = ask('MPI_Comm_rank');
    this.size = ask('MPI_Comm_size');
  }

  allReduce(values: TypedArray, reduction: Reduction): void {
    const { handles } = this.#library;
    this.#call(
      'MPI_Allreduce',
      values.length,
      handles.inPlace,
      values,
      this.#count(values),
      this.#datatype(values),
      this.#handle(handles.ops[reduction]),
      this.#world,
    );
  }

  broadcast(values: TypedArray, root: number): void {
    this.#call(
      'MPI_Bcast',
      values.length,
      values,
      this.#count(values),
      this.#datatype(values),
      root,
      this.#world,
    );
  }

  reduce(values: TypedArray, reduction: Reduction, root: number): void {
    const isRoot = this.rank === root;
    this.#call(
      'MPI_Reduce',
      values.length,
      // Not in place: MPICH 4.0 ends in a segmentation fault for a root other than 0.
      isRoot ? values.slice() : values,
      isRoot ? values : null,
      this.#count(values),
      this.#datatype(values),
      this.#handle(this.#library.handles.ops[reduction]),
      root,
      this.#world,
    );
  }

  allGather(own: TypedArray, all: TypedArray): void {
    const [count, datatype] = [this.#count(own), this.#datatype(own)];
    this.#call('MPI_Allgather', count, own, count, datatype, all, count, datatype, this.#world);
  }

  gather(own: TypedArray, all: TypedArray | undefined, root: number): void {
    const [count, datatype] = [this.#count(own), this.#datatype(own)];
    this.#call('MPI_Gather', count, own, count, datatype, all ?? null, count, datatype, root, this.#world);
  }

  scatter(all: TypedArray | undefined, own: TypedArray, root: number): void {
    const [count, datatype] = [this.#count(own), this.#datatype(own)];
    this.#call('MPI_Scatter', count, all ?? null, count, datatype, own, count, datatype, root, this.#world);
  }

  reduceScatter(all: TypedArray, own: TypedArray, reduction: Reduction): void {
    this.#call(
      'MPI_Reduce_scatter_block',
      own.length,
      all,
      own,
      this.#count(own),
      this.#datatype(own),
      this.#handle(this.#library.handles.ops[reduction]),
      this.#world,
    );
  }

  send(values: TypedArray, to: number, tag: number): void {
    this.#call(
      'MPI_Send',
      values.length,
      values,
      this.#count(values),
      this.#datatype(values),
      to,
      tag,
      this.#world,
    );
  }

  receive(values: TypedArray, from: number, tag: number): void {
    this.#call(
      'MPI_Recv',
      values.length,
      values,
      this.#count(values),
      this.#datatype(values),
      from,
      tag,
      this.#world,
      this.#library.handles.ignoredStatus,
    );
  }

  barrier(): void {
    this.#call('MPI_Barrier', 0, this.#world);
  }

  abort(code: number): void {
    // MPICH drops what its launcher has not read by then of the processes' output, such as the reason.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FORWARDING_MS);
    this.#call('MPI_Abort', 0, this.#world, code);
  }

  finalize(): void {
    this.#call('MPI_Finalize', 0);
    waits.unwatch();
  }

  inMemory(dtype: DType, reduction: Reduction): ForeignReduction {
    const key = `${dtype} ${reduction}`;
    const { handles } = this.#library;
    const made = this.#inMemory.get(key) ?? {
      dtype,
      address: this.#library.address('MPI_Allreduce'),
      inPlace: handles.inPlace,
      datatype: this.#handle(handles.datatypes[dtype]),
      op: this.#handle(handles.ops[reduction]),
      communicator: this.#world,
      waits: Number(this.#library.koffi.address(waits.words)),
    };
    this.#inMemory.set(key, made);
    return made;
  }

  get #world(): number {
    return this.#handle(this.#library.handles.world);
  }

  #handle(value: number | string): number {
    return typeof value === 'number' ? value : this.#library.address(value);
  }

  #datatype(values: TypedArray): number {
    return this.#handle(this.#library.handles.datatypes[dtypeOf(values)]);
  }

  #count({ length }: TypedArray): number {
    if (length > MAX_COUNT)
      throw new ArgumentError(`mpi: expected at most ${MAX_COUNT} elements, got ${length}`);
    return length;
  }

  /** Calls a function. @param count elements that it passes on. */
  #call(name: FunctionName, count: number, ...operands: readonly unknown[]): void {
    const { call, number } = this.#functions.get(name)!;
    waits.begin(number, count);
    const code = call(...operands);
    waits.end();
    if (code !== 0)
      throw new Error(`${name}: expected success, got the error code ${code} of ${this.description}`);
  }
}

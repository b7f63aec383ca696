import { ArgumentError, type DType, type TypedArray } from '@kindling/core';
import type { ForeignReduction } from '@kindling/core/internal';
import type { Communicator, Reduction } from '../communicator.ts';
import type { ForeignFunction } from './koffi.ts';
import type { MpiLibrary } from './library.ts';

/** The most elements of one message: counts are numbers of 32 bits. */
const MAX_COUNT = 2 ** 31 - 1;

const dtypeOf = (values: TypedArray): DType => {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  return values instanceof Int32Array ? 'int32' : 'uint8';
};

/** All processes that a launcher of MPI started (MPI_COMM_WORLD). */
export class MpiWorld implements Communicator {
  readonly description: string;
  readonly rank: number;
  readonly size: number;
  readonly #library: MpiLibrary;
  readonly #functions = new Map<string, ForeignFunction>();
  readonly #inMemory = new Map<string, ForeignReduction>();

  /** Joins the group; every process does. */
  constructor(library: MpiLibrary) {
    this.#library = library;
    this.description = `${library.handles.name}: ${library.version}`;
    this.#call('MPI_Init(void *argc, void *argv)', null, null);
    const number = Int32Array.of(0);
    const ask = (name: string): number => {
      this.#call(`${name}(intptr_t communicator, void *out)`, this.#world, number);
      return number[0]!;
    };
    this.rank = ask('MPI_Comm_rank');
    this.size = ask('MPI_Comm_size');
  }

  allReduce(values: TypedArray, reduction: Reduction): void {
    const { handles } = this.#library;
    this.#call(
      'MPI_Allreduce(intptr_t send, void *receive, int count, intptr_t datatype, intptr_t op, intptr_t communicator)',
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
      'MPI_Bcast(void *values, int count, intptr_t datatype, int root, intptr_t communicator)',
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
      'MPI_Reduce(void *send, void *receive, int count, intptr_t datatype, intptr_t op, int root, intptr_t communicator)',
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
    this.#call(
      'MPI_Allgather(void *own, int count, intptr_t datatype, void *all, int each, intptr_t type, intptr_t communicator)',
      own,
      count,
      datatype,
      all,
      count,
      datatype,
      this.#world,
    );
  }

  gather(own: TypedArray, all: TypedArray | undefined, root: number): void {
    const [count, datatype] = [this.#count(own), this.#datatype(own)];
    this.#call(
      'MPI_Gather(void *own, int count, intptr_t datatype, void *all, int each, intptr_t type, int root, intptr_t communicator)',
      own,
      count,
      datatype,
      all ?? null,
      count,
      datatype,
      root,
      this.#world,
    );
  }

  scatter(all: TypedArray | undefined, own: TypedArray, root: number): void {
    const [count, datatype] = [this.#count(own), this.#datatype(own)];
    this.#call(
      'MPI_Scatter(void *all, int each, intptr_t type, void *own, int count, intptr_t datatype, int root, intptr_t communicator)',
      all ?? null,
      count,
      datatype,
      own,
      count,
      datatype,
      root,
      this.#world,
    );
  }

  reduceScatter(all: TypedArray, own: TypedArray, reduction: Reduction): void {
    this.#call(
      'MPI_Reduce_scatter_block(void *all, void *own, int count, intptr_t datatype, intptr_t op, intptr_t communicator)',
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
      'MPI_Send(void *values, int count, intptr_t datatype, int to, int tag, intptr_t communicator)',
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
      'MPI_Recv(void *values, int count, intptr_t datatype, int from, int tag, intptr_t communicator, intptr_t status)',
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
    this.#call('MPI_Barrier(intptr_t communicator)', this.#world);
  }

  abort(code: number): void {
    this.#call('MPI_Abort(intptr_t communicator, int code)', this.#world, code);
  }

  finalize(): void {
    this.#call('MPI_Finalize()');
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

  /** Calls a function by its declaration, without the result, which is an error code. */
  #call(declaration: string, ...operands: readonly unknown[]): void {
    const known = this.#functions.get(declaration);
    const fn = known ?? this.#library.handle.func<ForeignFunction>(`int ${declaration}`);
    if (known === undefined) this.#functions.set(declaration, fn);
    const code = fn(...operands);
    if (code !== 0) {
      const name = declaration.slice(0, declaration.indexOf('('));
      throw new Error(`${name}: expected success, got the error code ${code} of ${this.description}`);
    }
  }
}

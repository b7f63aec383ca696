import { hostname } from 'node:os';
import { DeviceError, type DType } from '@kindling/core';
import type { StreamCollective, StreamCollectives, StreamCommunicator } from '@kindling/core/internal';
import type { Communicator, Reduction } from '../communicator.ts';
import { datatypes, ops, results, UNIQUE_ID_BYTES } from './constants.ts';
import type { FunctionName, NcclLibrary } from './library.ts';

/** Memory of the GPU that an operation works on, in elements of one dtype, and the stream that it is enqueued on. */
interface Target {
  readonly count: number;
  readonly stream: number;
  /** The address of an element. */
  at(element: number): number;
}

/**
 * The processes of a group, each with a GPU of its own, as NCCL joins them. It gives operations in place. Where the memory is that of all
 * processes (`allGather`, `reduceScatter`, and `gather` and `scatter` at the root), it holds a part for each, in the order of ranks.
 */
export class NcclCommunicator implements StreamCommunicator {
  readonly rank: number;
  readonly size: number;
  readonly #library: NcclLibrary;
  readonly #gpu: StreamCollectives;
  readonly #timeout: number;
  /** One object for each operation, as an engine registers it once. */
  readonly #collectives = new Map<string, StreamCollective>();
  /** 0 once it is ended. */
  #handle = 0;
  #failure: DeviceError | undefined;

  /**
   * Joins the processes; every process does.
   *
   * @param timeout Seconds that the host waits for the GPU, which waits for other processes.
   */
  constructor(library: NcclLibrary, group: Communicator, gpu: StreamCollectives, timeout: number) {
    this.#library = library;
    this.#gpu = gpu;
    this.#timeout = timeout;
    this.rank = group.rank;
    this.size = group.size;
    // The id that process 0 makes, and behind it whether it could: where it could not, no process waits for it.
    const shared = new Uint8Array(UNIQUE_ID_BYTES + 1);
    const id = shared.subarray(0, UNIQUE_ID_BYTES);
    if (this.rank === 0) shared[UNIQUE_ID_BYTES] = library.call.ncclGetUniqueId(id);
    group.broadcast(shared, 0);
    const made = shared[UNIQUE_ID_BYTES]!;
    if (made !== results.success) throw this.#error('ncclGetUniqueId', made, 0);
    gpu.use();
    const handle = new BigUint64Array(1);
    const joined = library.call.ncclCommInitRank(handle, this.size, { internal: id }, this.rank);
    if (joined !== results.success) throw this.#error('ncclCommInitRank', joined);
    this.#handle = Number(handle[0]!);
  }

  allReduce(dtype: DType, reduction: Reduction): StreamCollective {
    return this.#collective(`allReduce ${reduction}`, dtype, ({ at, count, stream }) =>
      this.#enqueue('ncclAllReduce', [at(0), at(0), count], dtype, [ops[reduction]], stream),
    );
  }

  broadcast(dtype: DType, root: number): StreamCollective {
    return this.#collective(`broadcast ${root}`, dtype, ({ at, count, stream }) =>
      this.#enqueue('ncclBroadcast', [at(0), at(0), count], dtype, [root], stream),
    );
  }

  /** Of the memory of process `root`; that of the others stays what it is. */
  reduce(dtype: DType, reduction: Reduction, root: number): StreamCollective {
    return this.#collective(`reduce ${reduction} ${root}`, dtype, ({ at, count, stream }) => {
      const result = this.rank === root ? at(0) : 0;
      this.#enqueue('ncclReduce', [at(0), result, count], dtype, [ops[reduction], root], stream);
    });
  }

  allGather(dtype: DType): StreamCollective {
    return this.#collective('allGather', dtype, ({ at, count, stream }) => {
      const each = count / this.size;
      this.#enqueue('ncclAllGather', [at(this.rank * each), at(0), each], dtype, [], stream);
    });
  }

  reduceScatter(dtype: DType, reduction: Reduction): StreamCollective {
    return this.#collective(`reduceScatter ${reduction}`, dtype, ({ at, count, stream }) => {
      const each = count / this.size;
      const parts = [at(0), at(this.rank * each), each];
      this.#enqueue('ncclReduceScatter', parts, dtype, [ops[reduction]], stream);
    });
  }

  /** At the root of the memory of all, which gets the parts of the others; at the others of the part that they give. */
  gather(dtype: DType, root: number): StreamCollective {
    return this.#collective(`gather ${root}`, dtype, (target) =>
      this.rank === root
        ? this.#withOthers('ncclRecv', dtype, target)
        : this.#enqueue('ncclSend', [target.at(0), target.count], dtype, [root], target.stream),
    );
  }

  /** At the root of the memory of all, which gives their parts to the others; at the others of the part that they get. */
  scatter(dtype: DType, root: number): StreamCollective {
    return this.#collective(`scatter ${root}`, dtype, (target) =>
      this.rank === root
        ? this.#withOthers('ncclSend', dtype, target)
        : this.#enqueue('ncclRecv', [target.at(0), target.count], dtype, [root], target.stream),
    );
  }

  send(dtype: DType, to: number): StreamCollective {
    return this.#collective(`send ${to}`, dtype, ({ at, count, stream }) =>
      this.#enqueue('ncclSend', [at(0), count], dtype, [to], stream),
    );
  }

  receive(dtype: DType, from: number): StreamCollective {
    return this.#collective(`receive ${from}`, dtype, ({ at, count, stream }) =>
      this.#enqueue('ncclRecv', [at(0), count], dtype, [from], stream),
    );
  }

  check(waited: number): void {
    const handle = this.#live();
    if (waited > this.#timeout) {
      this.#abort(
        new DeviceError(
          `nccl: expected the other processes within ${this.#timeout} s at ${this.#place}, whose GPU waits for them; KINDLING_TIMEOUT=SECONDS gives more time`,
        ),
      );
    }
    const state = new Int32Array(1);
    this.#check('ncclCommGetAsyncError', this.#library.call.ncclCommGetAsyncError(handle, state));
    if (state[0] !== results.inProgress) this.#check('ncclCommGetAsyncError', state[0]!);
  }

  /** Leaves the communicator, once the GPU is done with it; every process does. */
  close(): void {
    const handle = this.#handle;
    if (handle === 0) return;
    this.#handle = 0;
    this.#gpu.release(this);
    const code = this.#library.call.ncclCommDestroy(handle);
    if (code !== results.success) throw this.#error('ncclCommDestroy', code, 0);
  }

  #collective(name: string, dtype: DType, run: (target: Target) => void): StreamCollective {
    const key = `${name} ${dtype}`;
    const { bytes } = datatypes[dtype];
    const made = this.#collectives.get(key) ?? {
      communicator: this,
      dtype,
      enqueue: (address, count, stream) => run({ count, stream, at: (element) => address + element * bytes }),
    };
    this.#collectives.set(key, made);
    return made;
  }

  /** Messages between this process and each other one, all at once: the part of each in the memory of all. */
  #withOthers(name: 'ncclSend' | 'ncclRecv', dtype: DType, { at, count, stream }: Target): void {
    const { call } = this.#library;
    const { code: datatype } = datatypes[dtype];
    const handle = this.#live();
    const each = count / this.size;
    this.#check('ncclGroupStart', call.ncclGroupStart());
    const codes = Array.from({ length: this.size }, (_, r) =>
      r === this.rank ? results.success : call[name](at(r * each), each, datatype, r, handle, stream),
    );
    // The group ends whatever became of its messages: a communicator is aborted outside of one.
    const ended = call.ncclGroupEnd();
    for (const code of codes) this.#check(name, code);
    this.#check('ncclGroupEnd', ended);
  }

  /** Every operation takes buffers and a count, the datatype, what is its own, the communicator, the stream. */
  #enqueue(
    name: FunctionName,
    buffers: readonly number[],
    dtype: DType,
    own: readonly number[],
    stream: number,
  ): void {
    const handle = this.#live();
    this.#check(name, this.#library.call[name](...buffers, datatypes[dtype].code, ...own, handle, stream));
  }

  #live(): number {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#handle !== 0) return this.#handle;
    throw new DeviceError(`nccl: expected the communicator of ${this.#place}, which has been left`);
  }

  /** Where a call failed the communicator is aborted: what is enqueued would wait for other processes without end. */
  #check(name: FunctionName, code: number): void {
    if (code !== results.success) this.#abort(this.#error(name, code));
  }

  #abort(failure: DeviceError): never {
    const handle = this.#handle;
    this.#failure = failure;
    this.#handle = 0;
    this.#gpu.release(this);
    this.#library.call.ncclCommAbort(handle);
    throw failure;
  }

  get #place(): string {
    return `process ${this.rank} of ${this.size} on ${hostname()}`;
  }

  #error(name: FunctionName, code: number, communicator = this.#handle): DeviceError {
    return new DeviceError(
      `nccl: expected ${name} to succeed at ${this.#place}, got its error ${code}, ${this.#library.reason(code, communicator)}`,
    );
  }
}

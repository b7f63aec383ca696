import type { DType } from '../dtype.ts';
import { DeviceError } from '../errors.ts';
import type { Capture } from './capture.ts';
import type { Feature, KernelCall } from './kernels.ts';
import type { StreamCollectives } from './stream-collectives.ts';

/** What a backend hands out for a piece of its memory; only that backend looks inside. */
export type BufferHandle = unknown;

/**
 * A device's memory and arithmetic behind one small interface. A new device is one folder that implements it.
 *
 * Calls take effect in the order they are made; `read` waits for what precedes it.
 */
export interface Backend {
  /** The engine: `reference`, `native`, `wasm`, `cuda`, `tfjs`. */
  readonly name: string;
  /** The device that tensors report: `cpu`, `cuda:0`. */
  readonly device: string;
  /** What serves the device, in words: the card, its memory, its driver. */
  readonly description?: string;
  /** How many threads share the work of large operations, which may be set. Omitted: one, regardless of the setting. */
  threads?: number;
  /** Unsupported dtypes. Omitted: none. */
  readonly unsupportedDTypes?: readonly DType[];
  /** The most bytes of one tensor. Left out: as many as an address reaches. */
  readonly maxBytes?: number;
  /** Reserves memory whose content is unspecified. */
  allocate(byteLength: number): BufferHandle;
  free(handle: BufferHandle): void;
  /** Copies host bytes into a buffer. */
  write(handle: BufferHandle, byteOffset: number, source: Uint8Array): void;
  /** Copies a buffer's bytes to the host. */
  read(handle: BufferHandle, byteOffset: number, target: Uint8Array): void;
  execute(call: KernelCall): void;
  /** Whether `execute` takes this; what has no support runs through its composite definition. */
  supports(feature: Feature): boolean;
  /**
   * Logs every call from now on, besides executing it, until the capture is stopped. Left out: the backend cannot capture.
   *
   * @param strict Reading memory on the host throws; otherwise it is done, and the capture says why it cannot be replayed.
   */
  capture?(strict: boolean): Capture;
  /** Registers a function that calls of `allReduce` name by the number that it gets. Left out: the backend calls no functions. */
  registerReduction?(reduction: ForeignReduction): number;
  /** What takes operations of message-passing libraries for GPUs into the order of its calls. Left out: none can be. */
  readonly collectives?: StreamCollectives;
}

/**
 * A function of a message-passing library on the memory of the engine, as C has it:
 * `int f(const void *send, void *receive, int count, T datatype, T op, T communicator)`, with T an int or a pointer. 0 is success.
 */
export interface ForeignReduction {
  /** The dtype of the elements that the datatype stands for. */
  readonly dtype: DType;
  readonly address: number;
  /** What stands for `send` where the elements of `receive` are reduced. */
  readonly inPlace: number;
  readonly datatype: number;
  readonly op: number;
  readonly communicator: number;
  /**
   * Where three ints are for good that another thread watches: the calls that were begun and ended, an odd number while one waits for other
   * processes; 0, which stands for this function; the elements of the call.
   */
  readonly waits: number;
}

function reserve(backend: Backend, byteLength: number): BufferHandle {
  try {
    return backend.allocate(byteLength);
  } catch (error) {
    // What JavaScript says where the system has no more memory.
    if (!(error instanceof RangeError)) throw error;
    throw new DeviceError(
      `allocate: expected ${byteLength} bytes of memory on ${backend.device}, which is out of memory (${error.message}); use smaller batches, or free tensors with scope or dispose`,
      { cause: error },
    );
  }
}

/** Memory of one backend, shared by the tensors that view it and freed with the last of them. */
export class Storage {
  readonly backend: Backend;
  readonly byteLength: number;
  /** Counts in-place writes, so that the backward pass can tell an overwritten saved value. */
  version = 0;
  /** Counts tensors that left for other memory, so that a captured graph can tell that it works on memory without a tensor. */
  departures = 0;
  #handle: BufferHandle;
  #references = 0;

  constructor(backend: Backend, byteLength: number) {
    this.backend = backend;
    this.byteLength = byteLength;
    this.#handle = reserve(backend, byteLength);
  }

  get handle(): BufferHandle {
    return this.#handle;
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    if (--this.#references > 0) return;
    this.backend.free(this.#handle);
    this.#handle = undefined;
  }
}

/** A strided window on a storage; `offset` and `strides` count elements. */
export interface View {
  readonly storage: Storage;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** An input of a pointwise kernel: a view, or a constant that reads as every element of one. */
export type Operand = View | number;

import { type DType, dtypes } from '../../dtype.ts';
import type { BufferHandle } from '../backend.ts';
import type { BufferView } from '../lowered-call.ts';
import { type Tensorflow, type TfTensor, tfDTypeOf } from './tensorflow.ts';

/** What a buffer has in TensorFlow.js' memory; it outlives the buffer, so that it can be freed after it. */
interface Slot {
  tensor: TfTensor | undefined;
}

/** Frees the tensors of buffers that were dropped without being freed. */
const dropped = new FinalizationRegistry<Slot>(({ tensor }) => tensor?.dispose());

/** The elements that bytes of a dtype are for TensorFlow.js. */
function elementsOf(dtype: DType, bytes: Uint8Array): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'bool') return bytes;
  if (dtype === 'uint8') return Int32Array.from(bytes);
  const array = dtype === 'float32' ? Float32Array : Int32Array;
  return new array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / array.BYTES_PER_ELEMENT);
}

/** The bytes of a dtype's elements, as TensorFlow.js gives them: after a cast, in an array of the dtype that they were cast from. */
function bytesOf(dtype: DType, elements: Float32Array | Int32Array | Uint8Array): Uint8Array {
  const array = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
  const { buffer, byteOffset, byteLength } = elements instanceof array ? elements : array.from(elements);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Mutable memory on immutable tensors: one tensor, of any shape, that holds all elements in row-major order, and is replaced by another at
 * each write.
 *
 * Memory is asked for and written in bytes, and only a kernel call tells their dtype. So bytes from the host stay there until a call
 * wants them, and those of int32, which serve as indices, afterwards too: they can be checked without waiting for the device.
 */
export class TensorBuffer {
  readonly byteLength: number;
  readonly #tf: Tensorflow;
  readonly #slot: Slot = { tensor: undefined };
  /** The dtype of the tensor's elements. */
  #dtype: DType | undefined;
  /** The content as the host has it; never written to, because a tensor may share it. */
  #bytes: Uint8Array | undefined;

  constructor(tf: Tensorflow, byteLength: number) {
    this.#tf = tf;
    this.byteLength = byteLength;
    dropped.register(this, this.#slot, this.#slot);
  }

  /** All elements in row-major order, in a tensor that the buffer keeps; zeros where nothing was written yet. */
  elements(dtype: DType): TfTensor {
    const { tensor } = this.#slot;
    if (tensor !== undefined && this.#dtype === dtype) return tensor;
    if (tensor !== undefined) this.#bytes ??= this.#download(tensor);
    const type = tfDTypeOf(dtype);
    const length = this.byteLength / dtypes[dtype].bytes;
    const bytes = this.#bytes;
    const made =
      bytes === undefined
        ? this.#tf.zeros([length], type)
        : this.#tf.tensor1d(elementsOf(dtype, bytes), type);
    this.#hold(made, dtype);
    if (dtype === 'int32') this.#bytes = bytes;
    return made;
  }

  /** Takes a tensor as the new content. */
  replace(tensor: TfTensor, dtype: DType): void {
    this.#hold(tensor, dtype);
  }

  write(byteOffset: number, source: Uint8Array): void {
    let bytes: Uint8Array;
    if (source.length === this.byteLength) {
      bytes = new Uint8Array(source);
    } else {
      bytes = new Uint8Array(this.bytes());
      bytes.set(source, byteOffset);
    }
    this.#clear();
    this.#bytes = bytes;
  }

  read(byteOffset: number, target: Uint8Array): void {
    const { tensor } = this.#slot;
    if (this.#bytes === undefined && tensor !== undefined && target.length < this.byteLength) {
      const size = dtypes[this.#dtype!].bytes;
      const length = target.length / size;
      const part = this.#tf.tidy(() =>
        this.#tf.slice(this.#tf.reshape(tensor, [tensor.size]), byteOffset / size, length),
      );
      target.set(this.#download(part));
      part.dispose();
    } else {
      target.set(this.bytes().subarray(byteOffset, byteOffset + target.length));
    }
  }

  /** The whole content on the host; not to be written to. */
  bytes(): Uint8Array {
    const { tensor } = this.#slot;
    return this.#bytes ?? (tensor === undefined ? new Uint8Array(this.byteLength) : this.#download(tensor));
  }

  free(): void {
    this.#clear();
    dropped.unregister(this.#slot);
  }

  #clear(): void {
    this.#slot.tensor?.dispose();
    this.#slot.tensor = undefined;
    this.#bytes = undefined;
  }

  #download(tensor: TfTensor): Uint8Array {
    return bytesOf(this.#dtype!, tensor.dataSync());
  }

  #hold(tensor: TfTensor, dtype: DType): void {
    this.#clear();
    this.#slot.tensor = this.#tf.keep(tensor);
    this.#dtype = dtype;
  }
}

export const bufferOf = ({ storage }: BufferView): TensorBuffer => storage.handle as TensorBuffer;

export const asBuffer = (handle: BufferHandle): TensorBuffer => handle as TensorBuffer;

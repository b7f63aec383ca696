import type { DType } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { BufferView, LoweredCall } from '../lowered-call.ts';
import type { Buffer } from './memory-use.ts';
import type { RowSum } from './row-part.ts';

/** Elements between the sums of chunks that different threads write: a cache line. */
const LINE = 16;

/** Elements one behind the other. */
const vector = (storage: Buffer, dtype: DType, count: number, offset = 0): BufferView => ({
  storage,
  dtype,
  shape: [count],
  strides: [1],
  offset,
});

/** The sums of the chunks of rows, and the calls that add them up, as the sum of all rows does. */
export class PartialSums {
  readonly #sum: RowSum;
  readonly #count: number;
  readonly #step: number;
  readonly #createBuffer: () => Buffer;
  readonly #storage: Buffer;

  constructor(sum: RowSum, createBuffer: () => Buffer) {
    this.#createBuffer = createBuffer;
    this.#storage = createBuffer();
    this.#sum = sum;
    this.#count = numel(sum.out.shape);
    this.#step = sum.isAdded ? Math.ceil(this.#count / LINE) * LINE : this.#count;
  }

  of(chunk: number): BufferView {
    return vector(this.#storage, this.#sum.dtype, this.#count, chunk * this.#step);
  }

  *added(call: LoweredCall, chunks: number): Generator<LoweredCall> {
    const { out, dtype } = this.#sum;
    const result = vector(out.storage, out.dtype, this.#count, out.offset);
    if (call.kind === 'reduce' && !this.#sum.isAdded) {
      const isConverted = dtype !== out.dtype;
      const total = isConverted ? vector(this.#createBuffer(), dtype, this.#count) : result;
      yield {
        kind: 'reduce',
        attributes: { ...call.attributes, length: chunks },
        outputs: [total],
        inputs: [vector(this.#storage, dtype, chunks * this.#count)],
      };
      if (isConverted) yield { kind: 'copy', attributes: {}, outputs: [result], inputs: [total] };
      return;
    }
    for (let chunk = 1; chunk < chunks; chunk++) {
      const before = chunk === 1 ? this.of(0) : result;
      yield {
        kind: 'binary',
        attributes: { op: 'add' },
        outputs: [result],
        inputs: [before, this.of(chunk)],
      };
    }
  }
}

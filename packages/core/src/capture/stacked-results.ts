import type { View } from '../backend/backend.ts';
import { allocate, copyInto } from '../ops/launch.ts';
import type { Tensor } from '../tensor.ts';
import { tensorsOf, withTensors } from './structure.ts';

/** The results of several calls: each tensor with one more axis in front, along which the calls stand. */
export class StackedResults {
  readonly #count: number;
  #structure: unknown;
  #tensors: Tensor[] | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /** Makes room, where there is none yet, for results of this structure and tensors like these. */
  reserve(structure: unknown, tensors: readonly Tensor[]): void {
    if (this.#tensors !== undefined) return;
    this.#structure = structure;
    this.#tensors = tensors.map((tensor) => {
      const { storage, dtype, shape } = tensor.strided;
      return tensor.wrap(allocate(storage.backend, dtype, [this.#count, ...shape]), undefined);
    });
  }

  /** The place of tensor n of call `i`. */
  row(n: number, i: number): View {
    const { shape, strides, offset, ...rest } = this.#tensors![n]!.strided;
    return { ...rest, shape: shape.slice(1), strides: strides.slice(1), offset: offset + i * strides[0]! };
  }

  /** Copies the result of call `i`, and returns the stacked tensors, so that a scope lets them out. */
  put(result: unknown, i: number): readonly Tensor[] {
    const tensors = tensorsOf(result);
    this.reserve(result, tensors);
    for (const [n, tensor] of tensors.entries()) copyInto(this.row(n, i), tensor.strided);
    return this.#tensors!;
  }

  /** The structure of one result with the stacked tensors in it. */
  take(): unknown {
    return withTensors(this.#structure, this.#tensors!);
  }
}

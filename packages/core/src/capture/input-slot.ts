import type { Storage, View } from '../backend/backend.ts';
import { allocate, copyInto } from '../ops/launch.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Memory of a graph's own for an input, in the input's layout: a graph works on the same memory at each replay, wherever the
 * call's inputs lie.
 */
export class InputSlot {
  readonly view: View;
  /** What the memory was filled from. */
  #from: Storage | undefined;
  #version = -1;
  #offset = -1;

  constructor(input: Tensor) {
    const { storage, dtype, shape, strides } = input.strided;
    if (input.isContiguous()) {
      this.view = allocate(storage.backend, dtype, shape);
    } else {
      const ends = shape.map((size, d) => strides[d]! * (size - 1));
      const before = ends.reduce((total, end) => total - Math.min(end, 0), 0);
      const after = ends.reduce((total, end) => total + Math.max(end, 0), 0);
      const whole = allocate(storage.backend, dtype, [before + after + 1]);
      this.view = { ...whole, shape, strides, offset: before };
    }
    this.view.storage.retain();
  }

  /** Takes an input's elements over, unless they are those it has. */
  fill(input: Tensor): void {
    const { storage, offset } = input.strided;
    if (storage === this.#from && storage.version === this.#version && offset === this.#offset) return;
    copyInto(this.view, input.strided);
    this.#from = storage;
    this.#version = storage.version;
    this.#offset = offset;
  }
}

import { ShapeError, type Tensor } from '@kindling/core';
import { assertWhole, checkOptions, describeValue } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { TensorDataset } from '../dataset/tensor-dataset.ts';

/** Inputs and targets, with the samples along the first axis. */
export type WindowTensors = [input: Tensor, target: Tensor];

/** How windows lie in what they are windows of. */
export interface WindowOptions {
  /** Elements of an input. */
  readonly window: number;
  /** From the beginning of a window to that of the next. Default 1. */
  readonly stride?: number | undefined;
}

export interface WindowTensorOptions {
  /** Default: what `setDefaultDevice` has set. */
  readonly device?: string | undefined;
}

/** Overlapping pieces of a sequence as samples. */
export abstract class WindowDataset implements Dataset<WindowTensors, WindowTensors> {
  readonly window: number;
  readonly stride: number;
  /** How many windows there are. */
  readonly length: number;

  /**
   * @param elements of the sequence, of which a sample takes `span`.
   * @throws DataError when there are fewer than one sample takes.
   */
  constructor(
    { op, place, elements }: { readonly op: string; readonly place: string; readonly elements: number },
    { window, stride = 1 }: WindowOptions,
    span: number,
  ) {
    assertWhole(op, 'window', window, 1);
    assertWhole(op, 'stride', stride, 1);
    if (elements < span) {
      const expected = `at least ${span} elements for a window of ${window}`;
      throw new DataError({ place, expected, got: `${elements}` });
    }
    this.window = window;
    this.stride = stride;
    this.length = Math.floor((elements - span) / stride) + 1;
  }

  /** Inputs and targets of the windows that begin at these elements. */
  protected abstract windowsAt(starts: Int32Array, device: string | undefined): WindowTensors;

  /** Window `index`. @throws ShapeError when there is none. */
  get(index: number): WindowTensors {
    const [input, target] = this.batch([index]);
    return [input.squeeze(0), target.squeeze(0)];
  }

  /** The windows at `indices`, in that order. @throws ShapeError for an index of none. */
  batch(indices: Int32Array | readonly number[]): WindowTensors {
    return this.#at(Int32Array.from(indices, (index) => this.#checked(index)));
  }

  /** All windows. Where they would not fit into memory, a `DataLoader` over the dataset itself makes each batch as it comes. */
  tensors(options: WindowTensorOptions = {}): TensorDataset<WindowTensors> {
    const { device } = checkOptions(`${this.constructor.name}.tensors`, options, { device: true });
    const all = Int32Array.from({ length: this.length }, (_, i) => i);
    return new TensorDataset(...this.#at(all, device));
  }

  #at(indices: Int32Array, device?: string): WindowTensors {
    return this.windowsAt(
      indices.map((index) => index * this.stride),
      device,
    );
  }

  #checked(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return index;
    throw new ShapeError(
      `${this.constructor.name}: expected indices in [0, ${this.length}), got ${describeValue(index)}`,
    );
  }
}

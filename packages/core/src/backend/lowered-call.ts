import type { DType } from '../dtype.ts';
import type { BufferHandle } from './backend.ts';
import type { KernelAttributes, KernelKind } from './kernels.ts';

/** What of a view an engine needs to run a call: a live tensor's, or one that a capture keeps after the tensor is gone. */
export interface BufferView {
  readonly storage: {
    readonly handle: BufferHandle;
    /** Left out where the storage is gone: the memory is as long as the engine made it. */
    readonly byteLength?: number;
  };
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

export interface LoweredCallOf<K extends KernelKind> {
  readonly kind: K;
  readonly outputs: readonly BufferView[];
  readonly inputs: readonly (BufferView | number)[];
  readonly attributes: KernelAttributes[K];
}

/** A kernel call on places; every `KernelCall` is one. */
export type LoweredCall = { [K in KernelKind]: LoweredCallOf<K> }[KernelKind];

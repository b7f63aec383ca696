import type { Backend, BufferHandle } from '../backend.ts';
import { checkCall } from '../check-call.ts';
import type { BasicKind, KernelCall, KernelCallOf } from '../kernels.ts';
import { assertRange } from './assert-range.ts';
import * as indexing from './indexing.ts';
import { matmul } from './matmul.ts';
import * as pointwise from './pointwise.ts';
import * as reduce from './reduce.ts';

const kernels: { readonly [K in BasicKind]: (call: KernelCallOf<K>) => void } = {
  copy: pointwise.copy,
  unary: pointwise.unary,
  binary: pointwise.binary,
  where: pointwise.where,
  reduce: reduce.reduce,
  argReduce: reduce.argReduce,
  cumsum: reduce.cumsum,
  argsort: reduce.argsort,
  matmul,
  indexSelect: indexing.indexSelect,
  indexAdd: indexing.indexAdd,
  gather: indexing.gather,
  scatterAdd: indexing.scatterAdd,
  assertRange,
};

/** Positions are kept in 32 bits. */
const MAX_BYTES = 2 ** 31 - 2 ** 12;

/**
 * The executable specification: plain loops over typed arrays, computed in float64 and rounded when stored. The oracle of
 * every other engine's tests, and the engine where no other loads. Buffers are array buffers, freed by the garbage collector.
 */
export const referenceBackend: Backend = {
  name: 'reference',
  device: 'cpu',
  maxBytes: MAX_BYTES,
  allocate: (byteLength) => new ArrayBuffer(byteLength),
  free: () => {},
  write: (handle: BufferHandle, byteOffset, source) => {
    new Uint8Array(handle as ArrayBuffer).set(source, byteOffset);
  },
  read: (handle: BufferHandle, byteOffset, target) => {
    // An empty view may begin behind the end.
    if (target.length > 0) target.set(new Uint8Array(handle as ArrayBuffer, byteOffset, target.length));
  },
  execute: (call: KernelCall) => {
    checkCall(call);
    const kernel = kernels[call.kind as BasicKind] as (call: KernelCall) => void;
    kernel(call);
  },
  supports: (feature) => Object.hasOwn(kernels, feature),
};

import type { TypedArray } from '@kindling/core';
import type { Communicator } from './communicator.ts';

const copy = (from: TypedArray | undefined, to: TypedArray | undefined): void => {
  if (from !== undefined && to !== undefined) to.set(from);
};

const refuse = (): never => {
  throw new RangeError('expected another process, got a group of one');
};

/** A group of one, without a library: what is reduced or passed on is what there is. */
export const singleProcess: Communicator = {
  description: 'one process',
  rank: 0,
  size: 1,
  allReduce: () => {},
  broadcast: () => {},
  reduce: () => {},
  allGather: copy,
  gather: copy,
  scatter: copy,
  reduceScatter: copy,
  send: refuse,
  receive: refuse,
  barrier: () => {},
  abort: (code) => process.exit(code),
  finalize: () => {},
  inMemory: () => undefined,
};

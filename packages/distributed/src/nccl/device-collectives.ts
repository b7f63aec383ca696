import { noGrad, type Tensor } from '@kindling/core';
import { runCollective, type StreamCollective } from '@kindling/core/internal';
import type { Reduction } from '../communicator.ts';
import type { NcclCommunicator } from './communicator.ts';

/** x ← what an operation makes of it. */
export function inPlace(x: Tensor, collective: StreamCollective): void {
  noGrad(() => {
    const dense = x.contiguous();
    runCollective(dense, collective);
    if (dense === x) return;
    x.copy_(dense);
    dense.dispose();
  });
}

/** Gives x, which stays what it is, to an operation that hands it on. */
export function pass(x: Tensor, collective: StreamCollective): void {
  noGrad(() => {
    const copy = x.clone();
    runCollective(copy, collective);
    copy.dispose();
  });
}

/** x ← its reduction at one process; elsewhere it stays what it is. */
export function reduce(x: Tensor, reduction: Reduction, root: number, communicator: NcclCommunicator): void {
  const collective = communicator.reduce(x.dtype, reduction, root);
  if (communicator.rank === root) inPlace(x, collective);
  else pass(x, collective);
}

/** Room for the tensors of all processes, with that of this process in its place. */
function roomFor(x: Tensor, { rank, size }: NcclCommunicator): Tensor {
  const all = x.newZeros([size, ...x.shape]);
  all.select(0, rank).copy_(x);
  return all;
}

export function allGather(x: Tensor, communicator: NcclCommunicator): Tensor {
  return noGrad(() => {
    const all = roomFor(x, communicator);
    runCollective(all, communicator.allGather(x.dtype));
    return all;
  });
}

export function gather(x: Tensor, root: number, communicator: NcclCommunicator): Tensor | undefined {
  const collective = communicator.gather(x.dtype, root);
  if (communicator.rank !== root) {
    pass(x, collective);
    return undefined;
  }
  return noGrad(() => {
    const all = roomFor(x, communicator);
    runCollective(all, collective);
    return all;
  });
}

export function scatter(
  x: Tensor,
  rows: Tensor | undefined,
  root: number,
  communicator: NcclCommunicator,
): void {
  const collective = communicator.scatter(x.dtype, root);
  if (rows === undefined) {
    inPlace(x, collective);
    return;
  }
  pass(rows, collective);
  noGrad(() => x.copy_(rows.select(0, communicator.rank)));
}

/** The part of the reduction for this process, as memory of its own. */
export function reduceScatter(x: Tensor, reduction: Reduction, communicator: NcclCommunicator): Tensor {
  return noGrad(() => {
    const all = x.clone();
    runCollective(all, communicator.reduceScatter(x.dtype, reduction));
    const own = all.select(0, communicator.rank).clone();
    all.dispose();
    return own;
  });
}

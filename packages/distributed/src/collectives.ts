import {
  ArgumentError,
  DTypeError,
  isCapturing,
  noGrad,
  type Tensor,
  type TypedArray,
  tensor,
} from '@kindling/core';
import {
  assertTensor,
  assertWhole,
  canReduceInPlace,
  formatShape,
  reduceInPlace,
} from '@kindling/core/internal';
import type { Communicator, Reduction } from './communicator.ts';
import * as onDevice from './nccl/device-collectives.ts';
import { currentGroup, ncclOf } from './process-group.ts';

/** How elements of all processes become one. `mean` is for floats. */
export type ReduceOp = Reduction | 'mean';

const reduceOps: readonly ReduceOp[] = ['sum', 'mean', 'product', 'min', 'max'];

function reductionOf(name: string, x: Tensor, op: ReduceOp): Reduction {
  if (!reduceOps.includes(op)) {
    throw new ArgumentError(`${name}: expected op among ${reduceOps.join(', ')}, got ${String(op)}`);
  }
  const isFloat = x.dtype === 'float32' || x.dtype === 'float64';
  if (op === 'mean' && !isFloat) throw new DTypeError(`${name}: expected floats for mean, got ${x.dtype}`);
  if (x.dtype === 'bool' && op !== 'min' && op !== 'max') {
    throw new DTypeError(`${name}: expected min or max for bool, got ${op}`);
  }
  return op === 'mean' ? 'sum' : op;
}

function assertRank(name: string, parameter: string, rank: number, { size }: Communicator): void {
  assertWhole(name, parameter, rank, 0);
  if (rank >= size) throw new ArgumentError(`${name}: expected ${parameter} below ${size}, got ${rank}`);
}

/** Elements on the host, changed there, and put back. */
function onHost(x: Tensor, change: (values: TypedArray) => void): void {
  const values = x.data() as TypedArray;
  change(values);
  noGrad(() => put(x, values));
}

function put(x: Tensor, values: TypedArray): void {
  const given = tensor(values, { dtype: x.dtype, device: x.device });
  x.copy_(given.reshape(x.shape));
  given.dispose();
}

/** Whether a reduction works on the memory of the tensor itself, without copies. */
export const reducesInPlace = (x: Tensor): boolean => ncclOf(x) !== undefined || canReduceInPlace(x);

/**
 * x ← its reduction over all processes, in place: the same bits at each. On the CPU the library works on the tensor's memory, on `cuda`
 * NCCL does where each process has a GPU of its own; in a compiled function each replay calls it, between the operations that it belongs
 * between. Elsewhere the elements go through the host.
 *
 * Source: https://docs.pytorch.org/docs/2.15/distributed.html#torch.distributed.all_reduce
 *
 * @param op default `sum`; `mean` divides the sum by the number of processes.
 * @throws {DTypeError} for `mean` of integers.
 */
export function allReduce(x: Tensor, op: ReduceOp = 'sum'): void {
  assertTensor('allReduce', 'tensor', x);
  const group = currentGroup('allReduce');
  const reduction = reductionOf('allReduce', x, op);
  const nccl = ncclOf(x);
  if (group.size === 1 && nccl === undefined) return;
  const inMemory = canReduceInPlace(x) ? group.inMemory(x.dtype, reduction) : undefined;
  noGrad(() => {
    if (op === 'mean') x.div_(group.size);
    if (nccl !== undefined) onDevice.inPlace(x, nccl.allReduce(x.dtype, reduction));
    else if (inMemory !== undefined) reduceInPlace(x, inMemory);
    else onHost(x, (values) => group.allReduce(values, reduction));
  });
}

/** x ← that of process `source`, in place. In a compiled function it is the sum with the zeros of the others, which each replay takes. */
export function broadcast(x: Tensor, source = 0): void {
  assertTensor('broadcast', 'tensor', x);
  const group = currentGroup('broadcast');
  assertRank('broadcast', 'source', source, group);
  const nccl = ncclOf(x);
  if (nccl !== undefined) onDevice.inPlace(x, nccl.broadcast(x.dtype, source));
  else if (group.size > 1 && !isCapturing()) onHost(x, (values) => group.broadcast(values, source));
  else if (group.size > 1) {
    noGrad(() => {
      if (group.rank !== source) x.zero_();
      allReduce(x);
    });
  }
}

/**
 * x ← its reduction over all processes, in place, at process `target` alone; at the others it stays what it is.
 *
 * Source: https://docs.pytorch.org/docs/2.15/distributed.html#torch.distributed.reduce
 *
 * @param op default `sum`; `mean` divides the sum by the number of processes.
 * @throws {DTypeError} for `mean` of integers.
 */
export function reduce(x: Tensor, target = 0, op: ReduceOp = 'sum'): void {
  assertTensor('reduce', 'tensor', x);
  const group = currentGroup('reduce');
  assertRank('reduce', 'target', target, group);
  const reduction = reductionOf('reduce', x, op);
  const nccl = ncclOf(x);
  if (nccl !== undefined) onDevice.reduce(x, reduction, target, nccl);
  else if (group.size > 1) onHost(x, (values) => group.reduce(values, reduction, target));
  if (op === 'mean' && group.rank === target) noGrad(() => x.div_(group.size));
}

/** An array of as many elements for each of `count` processes. */
const roomFor = (values: TypedArray, count: number): TypedArray =>
  new (values.constructor as new (length: number) => TypedArray)(values.length * count);

const like = (x: Tensor, values: TypedArray, shape: readonly number[]): Tensor =>
  tensor(values, { dtype: x.dtype, device: x.device }).reshape(shape);

/** The tensors of all processes, which have one shape and dtype, in the order of ranks: a new tensor [processes, ...shape]. */
export function allGather(x: Tensor): Tensor {
  assertTensor('allGather', 'tensor', x);
  const group = currentGroup('allGather');
  const nccl = ncclOf(x);
  if (nccl !== undefined) return onDevice.allGather(x, nccl);
  const own = x.data() as TypedArray;
  const all = roomFor(own, group.size);
  group.allGather(own, all);
  return like(x, all, [group.size, ...x.shape]);
}

/** The tensors of all processes at process `target`: [processes, ...shape]; undefined at the others. */
export function gather(x: Tensor, target = 0): Tensor | undefined {
  assertTensor('gather', 'tensor', x);
  const group = currentGroup('gather');
  assertRank('gather', 'target', target, group);
  const nccl = ncclOf(x);
  if (nccl !== undefined) return onDevice.gather(x, target, nccl);
  const own = x.data() as TypedArray;
  const all = group.rank === target ? roomFor(own, group.size) : undefined;
  group.gather(own, all, target);
  return all && like(x, all, [group.size, ...x.shape]);
}

/**
 * x ← row `rank` of the tensor [processes, ...shape] that process `source` gives, in place.
 *
 * @param rows at process `source` the tensor; left out at the others.
 */
export function scatter(x: Tensor, rows?: Tensor, source = 0): void {
  assertTensor('scatter', 'tensor', x);
  const group = currentGroup('scatter');
  assertRank('scatter', 'source', source, group);
  if (group.rank === source) assertRows('scatter', x, rows, group);
  const given = group.rank === source ? rows : undefined;
  const nccl = ncclOf(x);
  if (nccl !== undefined) onDevice.scatter(x, given, source, nccl);
  else onHost(x, (own) => group.scatter(given?.data() as TypedArray | undefined, own, source));
}

function assertRows(name: string, x: Tensor, rows: Tensor | undefined, { size }: Communicator): void {
  assertTensor(name, 'rows', rows);
  const expected = [size, ...x.shape];
  if (`${rows.shape}` === `${expected}` && rows.dtype === x.dtype) return;
  throw new ArgumentError(
    `${name}: expected rows of shape ${formatShape(expected)} and dtype ${x.dtype}, got ${formatShape(rows.shape)} and ${rows.dtype}`,
  );
}

/** The row for this process of the reduction of a tensor [processes, ...shape] over all processes: a new tensor of that shape. */
export function reduceScatter(x: Tensor, op: ReduceOp = 'sum'): Tensor {
  assertTensor('reduceScatter', 'tensor', x);
  const group = currentGroup('reduceScatter');
  const reduction = reductionOf('reduceScatter', x, op);
  if (x.shape[0] !== group.size) {
    throw new ArgumentError(
      `reduceScatter: expected ${group.size} rows, one a process, got shape ${formatShape(x.shape)}`,
    );
  }
  const nccl = ncclOf(x);
  const result =
    nccl === undefined
      ? reduceScatterOnHost(x, reduction, group)
      : onDevice.reduceScatter(x, reduction, nccl);
  return op === 'mean' ? result.div(group.size) : result;
}

function reduceScatterOnHost(x: Tensor, reduction: Reduction, group: Communicator): Tensor {
  const all = x.data() as TypedArray;
  const own = new (all.constructor as new (length: number) => TypedArray)(all.length / group.size);
  group.reduceScatter(all, own, reduction);
  return like(x, own, x.shape.slice(1));
}

/** What passes a message on where not the host does. NCCL knows no tags. */
const messengerOf = (x: Tensor, tag: number) => (tag === 0 ? ncclOf(x) : undefined);

/** Sends a tensor to process `target`, which receives it by {@link recv}. May wait until it does. */
export function send(x: Tensor, target: number, tag = 0): void {
  assertTensor('send', 'tensor', x);
  const group = currentGroup('send');
  assertPeer('send', 'target', target, tag, group);
  const nccl = messengerOf(x, tag);
  if (nccl !== undefined) onDevice.pass(x, nccl.send(x.dtype, target));
  else group.send(x.data() as TypedArray, target, tag);
}

/** x ← what process `source` sends, in place; the same shape and dtype. */
export function recv(x: Tensor, source: number, tag = 0): void {
  assertTensor('recv', 'tensor', x);
  const group = currentGroup('recv');
  assertPeer('recv', 'source', source, tag, group);
  const nccl = messengerOf(x, tag);
  if (nccl !== undefined) onDevice.inPlace(x, nccl.receive(x.dtype, source));
  else onHost(x, (values) => group.receive(values, source, tag));
}

function assertPeer(name: string, parameter: string, peer: number, tag: number, group: Communicator): void {
  assertRank(name, parameter, peer, group);
  if (peer === group.rank)
    throw new ArgumentError(`${name}: expected another process, got ${peer}, this one`);
  assertWhole(name, 'tag', tag, 0);
  if (tag > 32767) throw new ArgumentError(`${name}: expected a tag of at most 32767, got ${tag}`);
}

/** Waits until every process has come here. */
export const barrier = (): void => currentGroup('barrier').barrier();

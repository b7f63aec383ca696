// Every collective against its definition, over dtypes, sizes and layouts.
import { strictEqual } from 'node:assert';
import { type DType, type Tensor, tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';

/** Element i of a process: small integers, so that every order of a sum gives the same bits. */
const element = (r: number, i: number): number => ((7 * i + 3 * r) % 5) + 1;
const make = (r: number, length: number, dtype: DType): Tensor =>
  tensor(
    Array.from({ length }, (_, i) => element(r, i)),
    { dtype },
  );
const values = (x: Tensor): number[] => Array.from(x.contiguous().data() as Iterable<number>);

function same(got: Tensor, expected: (i: number) => number, what: string): void {
  const found = values(got);
  const wrong = found.findIndex((value, i) => value !== expected(i));
  strictEqual(wrong, -1, `${what}: element ${wrong} is ${found[wrong]}, expected ${expected(wrong)}`);
}

/** Checks them in the group that is there, on the default device. */
export function checkCollectives(lengths: readonly number[]): void {
  const [rank, size] = [dist.getRank(), dist.getWorldSize()];
  const ranks = Array.from({ length: size }, (_, r) => r);
  const combine = {
    sum: (i: number) => ranks.reduce((total, r) => total + element(r, i), 0),
    product: (i: number) => ranks.reduce((total, r) => total * element(r, i), 1),
    min: (i: number) => Math.min(...ranks.map((r) => element(r, i))),
    max: (i: number) => Math.max(...ranks.map((r) => element(r, i))),
    mean: (i: number) => combine.sum(i) / size,
  } as const;

  for (const dtype of ['float32', 'float64', 'int32', 'uint8'] as const) {
    for (const length of lengths) {
      for (const op of ['sum', 'product', 'min', 'max', 'mean'] as const) {
        const isFloat = dtype.startsWith('float');
        if ((op === 'mean' && (!isFloat || size === 3)) || (op === 'product' && dtype === 'uint8')) continue;
        const x = make(rank, length, dtype);
        dist.allReduce(x, op);
        same(x, combine[op], `allReduce ${op} of ${length} ${dtype}`);
      }
      const root = size - 1;
      const b = make(rank, length, dtype);
      dist.broadcast(b, root);
      same(b, (i) => element(root, i), `broadcast of ${length} ${dtype}`);
      const r = make(rank, length, dtype);
      dist.reduce(r, root);
      same(r, rank === root ? combine.sum : (i) => element(rank, i), `reduce of ${length} ${dtype}`);
      const own = make(rank, length, dtype);
      const all = dist.allGather(own);
      strictEqual(`${all.shape}`, `${[size, length]}`);
      if (length > 0)
        same(all, (i) => element(Math.floor(i / length), i % length), `allGather of ${length} ${dtype}`);
      const gathered = dist.gather(own, root);
      strictEqual(gathered === undefined, rank !== root);
      if (gathered !== undefined && length > 0)
        same(gathered, (i) => element(Math.floor(i / length), i % length), `gather of ${length} ${dtype}`);
      const part = tensor(new Array(length).fill(0), { dtype });
      dist.scatter(part, rank === 0 ? make(5, size * length, dtype).reshape([size, length]) : undefined);
      same(part, (i) => element(5, rank * length + i), `scatter of ${length} ${dtype}`);
      const reduced = dist.reduceScatter(make(rank, size * length, dtype).reshape([size, length]));
      same(reduced, (i) => combine.sum(rank * length + i), `reduceScatter of ${length} ${dtype}`);
    }
  }

  // Views: a transposed one, and rows of a larger tensor.
  const matrix = make(rank, 12, 'float32').reshape([3, 4]);
  dist.allReduce(matrix.transpose(0, 1));
  same(matrix, combine.sum, 'allReduce of a transposed view');
  const rows = make(rank, 12, 'float32').reshape([3, 4]);
  dist.allReduce(rows.narrow(0, 1, 1));
  same(rows, (i) => (i >= 4 && i < 8 ? combine.sum(i) : element(rank, i)), 'allReduce of a row');

  // Flags.
  const flags = tensor([rank === 0, false, true], { dtype: 'bool' });
  dist.allReduce(flags, 'max');
  same(flags, (i) => (i === 1 ? 0 : 1), 'allReduce of bool');
  // A ring of messages, with a tag and without.
  for (const tag of size > 1 ? [0, 4] : []) {
    const received = tensor([0, 0, 0]);
    const [next, before] = [(rank + 1) % size, (rank + size - 1) % size];
    if (rank % 2 === 0) dist.send(make(rank, 3, 'float32'), next, tag);
    dist.recv(received, before, tag);
    if (rank % 2 === 1) dist.send(make(rank, 3, 'float32'), next, tag);
    same(received, (i) => element(before, i), `recv with tag ${tag}`);
  }
  dist.barrier();
}

import { describe, expect, test, vi } from 'vitest';
import {
  ArgumentError,
  AutogradError,
  arange,
  type DType,
  DTypeError,
  grad,
  noGrad,
  ones,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  where,
  zeros,
} from '../src/index.ts';
import { normalizeDims } from '../src/shape.ts';

const int = (data: number | number[] | number[][], dtype: DType = 'int32'): Tensor => tensor(data, { dtype });
const leaf = (data: number | number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });

describe('axes', () => {
  test('come in any order, and each once', () => {
    expect(normalizeDims('f', [2, 0, -2], 3)).toEqual([0, 1, 2]);
    expect(normalizeDims('f', [], 2)).toEqual([0, 1]);
    expect(normalizeDims('f', undefined, 2)).toEqual([0, 1]);
    expect(normalizeDims('f', 0, 0)).toEqual([]);
    expect(normalizeDims('f', [-1], 0)).toEqual([]);
    for (const dims of [
      [0, 1, 0],
      [2, 0, -1],
      [1, -2, 0],
    ]) {
      expect(() => normalizeDims('f', dims, 3), String(dims)).toThrow(/^f: expected each dim once, got dim /);
    }
    expect(() => normalizeDims('f', [0, -1], 0)).toThrow('got dim 0 twice');
    const x = arange(24).reshape(2, 3, 4);
    expect(x.sum([2, 0]).toArray()).toEqual([60, 92, 124]);
    expect(x.sum([2, 0], { keepdim: true }).shape).toEqual([1, 3, 1]);
    expect(x.amax([-1, 0]).toArray()).toEqual([15, 19, 23]);
  });

  test('that there are none of are refused', () => {
    const x = zeros([2, 3]);
    for (const dim of [2, -3, 0.5, Number.NaN]) expect(() => x.sum(dim)).toThrow(ShapeError);
    expect([x.sum(-2).shape, x.sum(1).shape]).toEqual([[3], [2]]);
    const scalar = tensor(5);
    expect([scalar.sum(0).item(), scalar.sum(-1).item()]).toEqual([5, 5]);
    for (const dim of [1, -2]) expect(() => scalar.sum(dim)).toThrow('expected a dim in [-1, 0]');
  });
});

describe('views at the ends of an axis', () => {
  const x = arange(12).reshape(3, 4);

  test('one position', () => {
    expect(x.select(0, -3).toArray()).toEqual([0, 1, 2, 3]);
    expect(x.select(1, 3).toArray()).toEqual([3, 7, 11]);
    for (const index of [-5, 4]) expect(() => x.select(1, index)).toThrow('expected an index in [-4, 3]');
    expect(() => tensor(1).select(0, 0)).toThrow('expected at least 1 dim');
  });

  test('some positions', () => {
    expect(x.narrow(0, -1, 1).toArray()).toEqual([[8, 9, 10, 11]]);
    expect(x.narrow(0, 3, 0).shape).toEqual([0, 4]);
    expect(x.narrow(1, 0, 4).toArray()).toEqual(x.toArray());
    for (const [start, length] of [
      [-4, 1],
      [2, 2],
      [0, -1],
      [4, 0],
    ] as const) {
      expect(() => x.narrow(0, start, length)).toThrow('narrow: expected a range within [0, 3)');
    }
    expect(x.slice(1, 1, null, 2).toArray()).toEqual([
      [1, 3],
      [5, 7],
      [9, 11],
    ]);
    expect(x.slice(0, 2, 1).shape).toEqual([0, 4]);
    for (const none of [tensor(1), tensor(true)]) {
      expect(() => none.slice(0)).toThrow('slice: expected at least 1 dim, got a scalar');
      expect(() => none.narrow(0, 0, 1)).toThrow('narrow: expected at least 1 dim, got a scalar');
    }
  });

  test('parts', () => {
    const parts = (list: readonly Tensor[]): number[] => list.map(({ shape }) => shape[1]!);
    expect(parts(x.split(3, 1))).toEqual([3, 1]);
    expect(parts(x.split(4, 1))).toEqual([4]);
    expect(parts(x.split(9, 1))).toEqual([4]);
    expect(parts(x.split([1, 0, 3], 1))).toEqual([1, 0, 3]);
    expect(x.split([1, 3], 1)[1]!.toArray()).toEqual([
      [1, 2, 3],
      [5, 6, 7],
      [9, 10, 11],
    ]);
    expect(parts(x.chunk(3, 1))).toEqual([2, 2]);
    expect(parts(zeros([1, 0]).chunk(2, 1))).toEqual([0, 0]);
    expect(() => x.split([1, 2], 1)).toThrow('split: expected sizes that sum to 4, got [1, 2]');
    for (const size of [0, -1, 1.5])
      expect(() => x.split(size)).toThrow('split: expected a size of at least 1');
    expect(() => x.chunk(0)).toThrow('chunk: expected chunks to be an integer of at least 1');
  });

  test('padding and cropping', () => {
    expect(x.pad([1, 0], 9).shape).toEqual([3, 5]);
    expect(x.pad([-1, -2]).toArray()).toEqual([[1], [5], [9]]);
    expect(x.pad([0, 0, -1, 1], 7).toArray()).toEqual([
      [4, 5, 6, 7],
      [8, 9, 10, 11],
      [7, 7, 7, 7],
    ]);
    expect(x.pad([-2, -2]).shape).toEqual([3, 0]);
    expect(() => x.pad([-2, -3])).toThrow('pad: expected a size of at least 0 in dim 1, got 4 with [-2, -3]');
    expect(() => x.pad([1])).toThrow('pad: expected pairs for at most 2 dims');
    expect(() => x.pad([1, 1, 1, 1, 1, 1])).toThrow('pad: expected pairs');
    for (const padding of [[0, 0], [-1, 0], []]) x.pad(padding).fill_(-1);
    expect(x.toArray()).toEqual(arange(12).reshape(3, 4).toArray());
  });

  test('axes merged, added, taken away and exchanged', () => {
    const y = zeros([2, 1, 3, 1]);
    expect([y.squeeze().shape, y.squeeze(1).shape, y.squeeze(0).shape]).toEqual([
      [2, 3],
      [2, 3, 1],
      [2, 1, 3, 1],
    ]);
    expect([y.unsqueeze(0).shape, y.unsqueeze(-1).shape, y.unsqueeze(4).shape]).toEqual([
      [1, 2, 1, 3, 1],
      [2, 1, 3, 1, 1],
      [2, 1, 3, 1, 1],
    ]);
    expect(() => y.unsqueeze(5)).toThrow(ShapeError);
    expect([y.flatten(1, 2).shape, y.flatten(2).shape, y.flatten(1, 1).shape]).toEqual([
      [2, 3, 1],
      [2, 1, 3],
      [2, 1, 3, 1],
    ]);
    expect(() => y.flatten(2, 1)).toThrow('flatten: expected startDim before endDim, got 2 and 1');
    expect(tensor(5).flatten().toArray()).toEqual([5]);
    expect(y.transpose(0, -2).shape).toEqual([3, 1, 2, 1]);
    expect(y.transpose(1, 1)).toBe(y);
    expect([tensor([1, 2]).t().shape, tensor(1).t().shape, x.t().shape]).toEqual([[2], [], [4, 3]]);
    expect(() => y.t()).toThrow('t: expected at most 2 dims');
    for (const dims of [
      [0, 1, 2],
      [0, 1, 2, 2],
    ])
      expect(() => y.permute(dims)).toThrow(ShapeError);
    expect(() => x.flip(0, -2)).toThrow('flip: expected each dim once');
    expect(tensor(3).flip(0).item()).toBe(3);
  });

  test('repetition', () => {
    expect(tensor([1, 2]).repeat(2, 2).toArray()).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
    expect(tensor([1, 2]).repeat(0).shape).toEqual([0]);
    expect(() => x.repeat(2)).toThrow('repeat: expected at least 2 sizes, got [2]');
    expect(ones([1, 3]).expand(-1, 3).shape).toEqual([1, 3]);
    expect(ones([1, 3]).expand(2, 4, -1).shape).toEqual([2, 4, 3]);
    expect(ones([1]).expand(0).shape).toEqual([0]);
    for (const shape of [[3], [-1, 1, 3], [1, 4], [2, 0]]) {
      expect(() => ones([1, 3]).expand(shape), String(shape)).toThrow('expand: expected a shape that [1, 3]');
    }
  });
});

describe('numbers beside integers', () => {
  test('must be numbers that their dtype holds, where one of both is the result', () => {
    const bytes = int([1, 200], 'uint8');
    expect(bytes.maximum(255).toArray()).toEqual([255, 255]);
    expect(bytes.minimum(0).toArray()).toEqual([0, 0]);
    for (const value of [256, -1]) {
      expect(() => bytes.maximum(value)).toThrow(ArgumentError);
      expect(() => bytes.minimum(value)).toThrow(ArgumentError);
    }
    expect(() => int([1]).maximum(2 ** 31)).toThrow(ArgumentError);
    expect(
      int([1])
        .minimum(-(2 ** 31))
        .toArray(),
    ).toEqual([-(2 ** 31)]);
    expect(bytes.maximum(1.5).dtype).toBe('float32');
    expect(bytes.add(256).toArray()).toEqual([1, 200]);
    expect(() => where(tensor([true]), int([1]), 2 ** 31)).toThrow(ArgumentError);
    expect(where(tensor([true, false]), int([1, 1]), 2 ** 31 - 1).toArray()).toEqual([1, 2 ** 31 - 1]);
  });

  test('bound them where they can', () => {
    const bytes = int([1, 200], 'uint8');
    expect(bytes.clamp(-5, 300).toArray()).toEqual([1, 200]);
    expect(bytes.clamp(0, 255).toArray()).toEqual([1, 200]);
    expect(bytes.clamp(2, 199).toArray()).toEqual([2, 199]);
    expect(bytes.clamp(undefined, 0).toArray()).toEqual([0, 0]);
    expect(bytes.clamp(255).toArray()).toEqual([255, 255]);
    expect(() => bytes.clamp(256)).toThrow(ArgumentError);
    expect(() => bytes.clamp(undefined, -1)).toThrow(ArgumentError);
    expect(bytes.clamp(1.5).dtype).toBe('float32');
    const [x] = [leaf([-1, 0, 1, 2])];
    x.clamp(0, 1).sum().backward();
    expect(x.grad!.toArray()).toEqual([0, 0, 0, 0]);
    const y = leaf([-1, 0.5, 2]);
    y.clamp(0, 1).sum().backward();
    expect(y.grad!.toArray()).toEqual([0, 1, 0]);
    expect(bytes.clamp(-5, 300).storage).not.toBe(bytes.storage);
  });

  test('are none for bools', () => {
    expect(() => tensor([true]).sub(1)).toThrow('sub: expected numeric operands, got bool and 1');
    expect(() => tensor([true]).sub(tensor([true]))).toThrow(DTypeError);
    expect(tensor([true]).add(1).toArray()).toEqual([2]);
    expect(
      tensor([true, false])
        .add(tensor([false, false]))
        .toArray(),
    ).toEqual([true, false]);
    expect(
      tensor([true, false])
        .mul(tensor([true, true]))
        .toArray(),
    ).toEqual([true, false]);
    expect(() => tensor([true]).div(tensor([true]))).not.toThrow();
    expect(() => tensor([true]).pow(tensor([true]))).toThrow(DTypeError);
  });
});

describe('reductions over nothing, and of what is none', () => {
  const none = zeros([2, 0]);

  test('norms', () => {
    const x = tensor([
      [3, -4],
      [0, 0],
    ]);
    const norm = (p: number, dim?: number): unknown => x.norm(p, dim).toArray();
    expect([norm(2), norm(1), norm(0), norm(Number.POSITIVE_INFINITY)]).toEqual([5, 7, 2, 4]);
    expect(norm(Number.NEGATIVE_INFINITY, 1)).toEqual([3, 0]);
    expect(norm(2, 1)).toEqual([5, 0]);
    expect(x.norm(Number.POSITIVE_INFINITY, 1, { keepdim: true }).toArray()).toEqual([[4], [0]]);
    expect(x.norm(Number.NEGATIVE_INFINITY, 0, { keepdim: true }).shape).toEqual([1, 2]);
    expect(x.norm(1, 0, { keepdim: true }).shape).toEqual([1, 2]);
    expect(x.norm(0, 0, { keepdim: true }).toArray()).toEqual([[1, 1]]);
    for (const p of [0, 0.5, 1, 2]) expect(none.norm(p).item()).toBe(0);
    for (const p of [-1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
      expect(() => none.norm(p)).toThrow('norm: expected at least one element for p = ');
      expect(none.norm(p, 0).shape).toEqual([0]);
    }
    const zero = leaf([0, 0]);
    zero.norm().backward();
    expect(zero.grad!.toArray()).toEqual([0, 0]);
  });

  test('log sums of exponentials', () => {
    expect(none.logsumexp(1).toArray()).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(none.logsumexp(1, { keepdim: true }).shape).toEqual([2, 1]);
    const low = Number.NEGATIVE_INFINITY;
    expect(tensor([low, low]).logsumexp(0).item()).toBe(low);
    expect(tensor([-low, 1]).logsumexp(0).item()).toBe(-low);
    expect(
      tensor([[1000, 1000]])
        .logsumexp(1, { keepdim: true })
        .toArray(),
    ).toEqual([[Math.fround(1000 + Math.LN2)]]);
  });

  test('largest and smallest of each line, and where', () => {
    const x = tensor([
      [1, 5, 5],
      [7, 2, 7],
    ]);
    const both = ({ values, indices }: { values: Tensor; indices: Tensor }): unknown[] => [
      values.toArray(),
      indices.toArray(),
    ];
    expect(both(x.max(1))).toEqual([
      [5, 7],
      [1, 0],
    ]);
    expect(both(x.min(0, { keepdim: true }))).toEqual([[[1, 2, 5]], [[0, 1, 0]]]);
    expect(both(tensor(3).max(0))).toEqual([3, 0]);
    expect([x.argmax().item(), x.argmin().item()]).toEqual([3, 0]);
    expect(x.argmax(1, { keepdim: true }).shape).toEqual([2, 1]);
    expect(both(x.topk(2, 1, { largest: false }))).toEqual([
      [
        [1, 5],
        [2, 7],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ]);
    expect(x.topk(0, 1).values.shape).toEqual([2, 0]);
    expect(x.topk(3, 1).values.shape).toEqual([2, 3]);
    for (const k of [-1, 4, 0.5]) expect(() => x.topk(k)).toThrow('topk: expected k in [0, 3]');
    expect(both(tensor(3).topk(1))).toEqual([3, 0]);
    expect(both(x.sort(1, { descending: true }))[1]).toEqual([
      [1, 2, 0],
      [0, 2, 1],
    ]);
  });

  test('sums to a shape', () => {
    const x = arange(6).reshape(1, 2, 3);
    expect(x.sumToSize([2, 3])).not.toBe(x);
    expect(x.sumToSize([2, 3]).toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(x.sumToSize([1, 2, 3])).toBe(x);
    expect(x.sumToSize([3]).toArray()).toEqual([3, 5, 7]);
    expect(x.sumToSize([2, 1]).toArray()).toEqual([[3], [12]]);
    expect(x.sumToSize([]).item()).toBe(15);
    for (const shape of [[2], [1, 1, 2, 3], [3, 3]]) {
      expect(() => x.sumToSize(shape)).toThrow('sumToSize: expected a shape that broadcasts to [1, 2, 3]');
    }
  });
});

describe('indices', () => {
  test('of scalars, and of nothing', () => {
    expect(
      tensor(7)
        .indexSelect(0, int([0]))
        .toArray(),
    ).toBe(7);
    expect(() => tensor(7).indexSelect(0, int([0, 0]))).toThrow(
      'an index of one element for a scalar, got 2',
    );
    expect(() => ones([2]).indexSelect(0, int([[0]]))).toThrow('indexSelect: expected a 1-d index');
    expect(ones([2, 3]).indexSelect(0, int([])).shape).toEqual([0, 3]);
    expect(zeros([0, 3]).indexSelect(0, int([])).shape).toEqual([0, 3]);
    expect(() => zeros([0, 3]).indexSelect(0, int([0]))).toThrow('an index without elements for dim 0');
    expect(
      tensor(7)
        .gather(0, int([0, 0]))
        .toArray(),
    ).toEqual([7, 7]);
    expect(tensor(7).gather(0, int(0)).item()).toBe(7);
    expect(ones([2]).gather(0, zeros([0, 9], { dtype: 'int32' })).shape).toEqual([0, 9]);
  });

  test('smaller than what they pick from reach a part of it', () => {
    const x = arange(6).reshape(2, 3);
    expect(x.gather(1, int([[2]])).toArray()).toEqual([[2]]);
    expect(x.gather(0, int([[1, 0]])).toArray()).toEqual([[3, 1]]);
    expect(x.gather(1, int([[0, 0, 0, 1]])).toArray()).toEqual([[0, 0, 0, 1]]);
    expect(() => x.gather(1, int([[0], [0], [0]]))).toThrow(
      'gather: expected an index no larger than [2, 3] except in dim 1, got [3, 1]',
    );
    expect(() => x.gather(0, int([0]))).toThrow(ShapeError);
    const added = zeros([2, 3]).scatterAdd(1, int([[2]]), ones([1, 2]));
    expect(added.toArray()).toEqual([
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(() => zeros([2, 3]).scatterAdd(1, int([[2, 2]]), ones([1, 1]))).toThrow(
      'scatterAdd: expected an index no larger than the source [1, 1], got [1, 2]',
    );
    expect(() => zeros([2, 3]).scatterAdd(1, int([[2]]), ones([1]))).toThrow(ShapeError);
    expect(() => zeros([0]).scatterAdd(0, int([0]), ones([1]))).toThrow('expected elements to add to');
    expect(
      zeros([2])
        .scatterAdd(0, zeros([0], { dtype: 'int32' }), ones([0]))
        .toArray(),
    ).toEqual([0, 0]);
    expect(() => zeros([2]).scatterAdd(0, int([0]), int([1]))).toThrow(
      'scatterAdd: expected a source of float32, got int32',
    );
  });

  test('added at give their gradient to what was added, where it was', () => {
    const source = leaf([
      [1, 2],
      [3, 4],
    ]);
    zeros([2, 3])
      .scatterAdd(1, int([[2]]), source)
      .mul(tensor([[1, 10, 100]]))
      .sum()
      .backward();
    expect(source.grad!.toArray()).toEqual([
      [100, 0],
      [0, 0],
    ]);
  });

  test('bools are counted and stay bools', () => {
    const flags = tensor([true, false, false]);
    const sum = flags.scatterAdd(0, int([0, 1]), tensor([true, true]));
    expect([sum.dtype, sum.toArray()]).toEqual(['bool', [true, true, false]]);
  });

  test('triangles of every diagonal, in batches too', () => {
    const x = ones([2, 2, 3]);
    expect(x.tril(-1).select(0, 1).toArray()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(x.triu(1).select(0, 0).toArray()).toEqual([
      [0, 1, 1],
      [0, 0, 1],
    ]);
    expect(() => ones([3]).tril()).toThrow('tril: expected at least 2 dims, got shape [3]');
  });
});

describe('in-place operations', () => {
  test('read a part of what they write, as it was', () => {
    for (const [shift, expected] of [
      [(x: Tensor): Tensor => x.slice(0, 0, 3).add_(x.slice(0, 1)), [3, 5, 7, 4]],
      [(x: Tensor): Tensor => x.slice(0, 1).add_(x.slice(0, 0, 3)), [1, 3, 5, 7]],
      [(x: Tensor): Tensor => x.add_(x.flip(0)), [5, 5, 5, 5]],
      [(x: Tensor): Tensor => x.reshape(2, 2).add_(x.reshape(2, 2).t()), [2, 5, 5, 8]],
      [(x: Tensor): Tensor => x.mul_(x), [1, 4, 9, 16]],
      [(x: Tensor): Tensor => x.add_(x.select(0, 3)), [5, 6, 7, 8]],
    ] as const) {
      const x = tensor([1, 2, 3, 4]);
      shift(x);
      expect(x.toArray()).toEqual(expected);
    }
  });

  test('write nothing that several elements share, but one value for all', () => {
    const shared = tensor([1]).expand(3);
    expect(() => shared.add_(1)).toThrow('add_: expected a tensor whose elements do not share memory');
    expect(() => shared.copy_(tensor([1, 2, 3]))).toThrow(ArgumentError);
    shared.fill_(5);
    expect(shared.toArray()).toEqual([5, 5, 5]);
    expect(
      tensor([[1]])
        .expand(1, 1)
        .add_(1)
        .item(),
    ).toBe(2);
  });

  test('keep the dtype, and its kind', () => {
    expect(int([5]).add_(2).dtype).toBe('int32');
    expect(
      tensor([1.5])
        .add_(int([2]))
        .toArray(),
    ).toEqual([3.5]);
    expect(
      int([250], 'uint8')
        .add_(int([10]))
        .toArray(),
    ).toEqual([4]);
    expect(() => int([1]).add_(tensor([0.5]))).toThrow(
      'add_: expected a result that fits int32, got float32',
    );
    expect(() => tensor([true]).add_(int([1]))).toThrow('expected a result that fits bool, got int32');
    expect(tensor([1], { dtype: 'float32' }).add_(tensor([2], { dtype: 'float64' })).dtype).toBe('float32');
  });

  test('of leaves are refused where gradients are recorded alone', () => {
    const x = leaf([1]);
    expect(() => x.mul_(2)).toThrow(AutogradError);
    expect(noGrad(() => x.mul_(2)).toArray()).toEqual([2]);
    expect(tensor([1]).mul_(2).toArray()).toEqual([2]);
    expect(x.mul(1).mul_(3).requiresGrad).toBe(true);
  });
});

describe('a dtype that there is none of', () => {
  test.each<[string, (dtype: never) => unknown]>([
    ['tensor', (dtype) => tensor([1], { dtype })],
    ['tensor', (dtype) => tensor(Float32Array.of(1), { dtype })],
    ['zeros', (dtype) => zeros([1], { dtype })],
    ['ones', (dtype) => ones([1], { dtype })],
    ['arange', (dtype) => arange(0, 3, 1, { dtype })],
  ])('is refused by name in %s', (name, make) => {
    for (const dtype of ['float16', 'toString', 7]) {
      expect(() => make(dtype as never)).toThrow(DTypeError);
      expect(() => make(dtype as never)).toThrow(`${name}: expected a dtype among bool, `);
    }
  });
});

describe('backward', () => {
  test('options before and behind are taken together', () => {
    const x = leaf([1, 2]);
    const y = x.square().sum();
    Reflect.apply(y.backward, y, [{ retainGraph: false }, { retainGraph: true }]);
    y.backward();
    expect(x.grad!.toArray()).toEqual([4, 8]);
  });

  test('a gradient is of the shape and on the device of its tensor', () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    expect(() => y.backward(ones([1]))).toThrow('backward: expected a gradient of shape [2], got [1]');
    expect(() => y.backward()).toThrow('backward: expected a scalar or a gradient argument');
    expect(() => tensor([1]).backward()).toThrow('backward: expected a tensor that requires grad');
    y.backward(tensor([1, 100]));
    expect(x.grad!.toArray()).toEqual([2, 200]);
    expect(() => grad(x.sum(), [tensor([1])])).toThrow('grad: expected inputs that require grad');
  });

  test('the first gradient of a leaf is its own memory, and the next is added to it', () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    const seed = tensor([1, 1]);
    a.add(b).backward(seed);
    a.grad!.fill_(9);
    expect([b.grad!.toArray(), seed.toArray()]).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const { grad: first } = b;
    b.mul(2).backward(seed);
    expect(b.grad).toBe(first);
    expect(b.grad!.toArray()).toEqual([3, 3]);
    const c = leaf([[1, 2]]);
    c.expand(3, 2).sum().backward();
    c.grad!.mul_(2);
    expect(c.grad!.toArray()).toEqual([[6, 6]]);
  });

  test('a gradient of another dtype becomes that of the input', () => {
    const x = leaf([1, 2]);
    x.to('float64').mul(3).sum().backward();
    expect([x.grad!.dtype, x.grad!.toArray()]).toEqual(['float32', [3, 3]]);
  });
});

test('what an operation makes for itself is freed', () => {
  const x = int([1, 0, 2]);
  const { backend } = x.storage;
  const live = new Set<unknown>();
  const [allocate, free] = [backend.allocate.bind(backend), backend.free.bind(backend)];
  vi.spyOn(backend, 'allocate').mockImplementation((...call) => {
    const handle = allocate(...call);
    live.add(handle);
    return handle;
  });
  vi.spyOn(backend, 'free').mockImplementation((handle, ...rest) => {
    live.delete(handle);
    free(handle, ...rest);
  });
  const bytes = int([1, 0, 2], 'uint8');
  const matrix = arange(6).float().reshape(2, 3);
  const runs: readonly (() => unknown)[] = [
    () => x.float().t().exp(),
    () => x.add(1.5),
    () => x.maximum(bytes),
    () => bytes.div(x),
    () => x.clamp(0.5),
    () => x.where(x.gt(0), bytes),
    () => matrix.t().indexSelect(0, bytes),
    () => matrix.t().gather(0, tensor([[1, 0]], { dtype: 'uint8' })),
    () => matrix.t().scatterAdd(0, tensor([[1, 0]], { dtype: 'uint8' }), ones([3, 2])),
    () => tensor([true, false]).scatterAdd(0, int([0]), tensor([true])),
    () => matrix.slice(1, 0, 3, 2).matmul(matrix.slice(1, 0, 3, 2).t()),
    () => matrix.linear(matrix, ones([4]).slice(0, 0, 4, 2)),
    () => bytes.oneHot(3),
    () => matrix.tril(),
    () => x.sum(),
    () => matrix.t().cumsum(0),
    () => matrix.t().sort(0),
    () => matrix.var(),
    () => matrix.softmax(0),
    () => x.square(),
    () => matrix.pow(2.5),
    () => matrix.layerNorm([3]),
  ];
  for (const [i, run] of runs.entries()) {
    const before = live.size;
    scope(() => void run());
    expect(live.size, `run ${i}`).toBe(before);
  }
  vi.restoreAllMocks();
});

test('a view without elements has its offset within the memory, wherever it is asked to begin', () => {
  const x = arange(4);
  for (const offset of [0, 4, 9, 2 ** 40]) {
    const empty = x.asStrided([0, 3], [3, 1], offset);
    expect(empty.offset).toBeLessThanOrEqual(4);
    expect(empty.data()).toHaveLength(0);
  }
  expect(() => x.asStrided([1], [1], 4)).toThrow(ShapeError);
});

test('a composition in place refuses what it may not change before it computes anything', () => {
  const leaf = zeros([2], { requiresGrad: true });
  const outside = tensor([7], { dtype: 'int32' });
  expect(() => leaf.scatterAdd_(0, outside, ones([1]))).toThrow('got a leaf that requires grad');
  expect(() =>
    zeros([1])
      .expand([2])
      .scatterAdd_(0, outside, ones([1])),
  ).toThrow('do not share memory');
});

test.each([[ones([2])], [{}], ['0']])('a list of axes that is %s is refused', (dims) => {
  expect(() => ones([3]).roll(1, dims as never)).toThrow(ArgumentError);
});

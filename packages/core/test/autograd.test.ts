import { describe, expect, test } from 'vitest';
import {
  AutogradError,
  DTypeError,
  enableGrad,
  grad,
  isGradEnabled,
  noGrad,
  ones,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts';
import { testFloat64 } from './float64.ts';

const leaf = (data: number | number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });

const gradientOf = (x: Tensor): Tensor | null => x.grad;

describe('the examples of the tutorial', () => {
  test('a cubic', () => {
    const x = leaf(3.5);
    x.sub(1).mul(x.sub(2)).mul(x.sub(3)).backward();
    expect(x.grad?.item()).toBe(5.75);
  });

  test('a chain', () => {
    const x = leaf(3.5);
    x.mul(x).mul(2).add(3).backward();
    expect(x.grad?.item()).toBe(14);
  });

  test('two levels', () => {
    const a = leaf(2);
    const b = leaf(1);
    const x = a.mul(2).add(b.mul(3));
    const y = a.mul(a).mul(5).add(b.mul(b).mul(b).mul(3));
    x.mul(2).add(y.mul(3)).backward();
    expect([a.grad?.item(), b.grad?.item()]).toEqual([64, 33]);
  });
});

describe('backward', () => {
  test('accumulates over passes and over uses', () => {
    const x = leaf([1, 2]);
    x.mul(3).sum().backward();
    x.add(x).sum().backward();
    expect(x.grad?.toArray()).toEqual([5, 5]);
  });

  test('gives leaves of one gradient memory of their own', () => {
    const a = leaf([1, 2]);
    const b = leaf([3, 4]);
    a.add(b).sum().backward();
    a.grad?.mul_(10);
    expect(b.grad?.toArray()).toEqual([1, 1]);
  });

  test('does not let the argument become a gradient', () => {
    const x = leaf([1, 2]);
    const seed = tensor([1, 1]);
    x.reshape(2).add(0).backward(seed);
    x.grad?.zero_();
    expect(seed.toArray()).toEqual([1, 1]);
  });

  test('sums a gradient over broadcast axes', () => {
    const bias = leaf([1, 2, 3]);
    ones([4, 3]).mul(bias).sum().backward();
    expect(bias.grad?.toArray()).toEqual([4, 4, 4]);
  });

  testFloat64('converts a gradient to the dtype of its input', () => {
    const x = leaf([1, 2]);
    x.mul(tensor([2, 3], { dtype: 'float64' }))
      .sum()
      .backward();
    expect(x.grad?.dtype).toBe('float32');
  });

  test('asks for a gradient of a non-scalar', () => {
    const y = leaf([1, 2]).mul(2);
    expect(() => y.backward()).toThrow(
      new AutogradError('backward: expected a scalar or a gradient argument, got a tensor of shape [2]'),
    );
    expect(() => y.backward(ones([3]))).toThrow(ShapeError);
  });

  test('needs a graph', () => {
    expect(() => tensor(1).backward()).toThrow('expected a tensor that requires grad');
  });

  test('frees the graph, unless told to retain it', () => {
    const x = leaf([1, 2]);
    const y = x.square().sum();
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad?.toArray()).toEqual([4, 8]);
    expect(() => y.backward()).toThrow(/graph was freed by an earlier backward pass/);
  });

  test('goes through a chain of 20,000 operations', () => {
    const x = leaf(1);
    let y: Tensor = x;
    // Views, which cost no kernel: it is the graph that is long.
    for (let i = 0; i < 10_000; i++) y = y.unsqueeze(0).squeeze(0);
    y.mul(3).backward();
    expect(x.grad?.item()).toBe(3);
  });

  test('records itself for higher derivatives', () => {
    const x = leaf(2);
    const [first] = grad(x.pow(4), [x], { createGraph: true });
    const [second] = grad(first!, [x], { createGraph: true });
    const [third] = grad(second!, [x]);
    expect([first, second, third].map((g) => g?.item())).toEqual([32, 48, 48]);
  });

  test('with createGraph leaves a gradient that can be differentiated', () => {
    const x = leaf(3);
    x.pow(3).backward(undefined, { createGraph: true });
    const slope = x.grad!;
    x.grad = null;
    slope.backward();
    expect(gradientOf(x)?.item()).toBe(18);
  });

  test('grad gives null for inputs that play no part, and touches no leaf', () => {
    const x = leaf(2);
    const unused = leaf(1);
    const middle = x.mul(3);
    const [dm, du] = grad(middle.square(), [middle, unused]);
    expect(dm?.item()).toBe(12);
    expect(du).toBeNull();
    expect(x.grad).toBeNull();
  });
});

describe('recording', () => {
  test('stops in noGrad and resumes in enableGrad, also after an error', () => {
    const x = leaf(1);
    expect(noGrad(() => x.mul(2).requiresGrad)).toBe(false);
    expect(noGrad(() => enableGrad(() => x.mul(2).requiresGrad))).toBe(true);
    expect(() =>
      noGrad(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(isGradEnabled()).toBe(true);
  });

  test('ends at detach, integers and comparisons', () => {
    const x = leaf([1, 2]);
    for (const y of [x.detach(), x.int(), x.gt(0), x.argmax()]) expect(y.requiresGrad).toBe(false);
  });

  test('is refused on integers and on results', () => {
    expect(() => tensor([1], { dtype: 'int32', requiresGrad: true })).toThrow(DTypeError);
    expect(() => leaf(1).mul(2).requiresGrad_()).toThrow(AutogradError);
  });
});

describe('in-place operations', () => {
  test('on a saved output are caught', () => {
    const y = leaf([1, 2]).exp();
    y.add_(1);
    expect(() => y.sum().backward()).toThrow(
      /values needed for the gradient of exp \(its output, shape \[2\]\) was modified by an in-place operation: it is at version 1, expected version 0/,
    );
  });

  test('on a saved input are caught, also through a view', () => {
    const w = leaf([1, 2]);
    const x = tensor([3, 4]);
    const y = w.mul(x);
    x.reshape(2, 1).zero_();
    expect(() => y.sum().backward()).toThrow(/gradient of mul \(its input 1/);
  });

  test('on values that no gradient reads are allowed', () => {
    const x = leaf([1, 2]);
    const y = x.add(1);
    y.mul_(3);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([3, 3]);
  });

  test('on a leaf need noGrad', () => {
    const x = leaf([1, 2]);
    expect(() => x.add_(1)).toThrow(/got a leaf that requires grad; update it inside noGrad/);
    expect(() => x.select(0, 0).add_(1)).toThrow(/got a view of a leaf that requires grad/);
    noGrad(() => x.add_(1));
    expect(x.toArray()).toEqual([2, 3]);
  });

  test('through a view reach the base and its other views', () => {
    const w = tensor([5, 7]);
    const x = leaf([
      [1, 2],
      [3, 4],
    ]);
    const y = x.mul(1);
    const row = y.select(0, 0);
    const other = y.select(0, 1);
    row.mul_(w);
    expect(y.toArray()).toEqual([
      [5, 14],
      [3, 4],
    ]);
    y.mul(
      tensor([
        [1, 10],
        [100, 1000],
      ]),
    )
      .sum()
      .backward(undefined, { retainGraph: true });
    expect(x.grad?.toArray()).toEqual([
      [5, 70],
      [100, 1000],
    ]);
    expect(other.requiresGrad).toBe(true);
  });

  test('through a view of plain zeros carry the gradient of what was written', () => {
    const w = leaf([5, 7]);
    const board = zeros([3, 2]);
    board.select(0, 1).copy_(w);
    board.mul(3).sum().backward();
    expect(w.grad?.toArray()).toEqual([3, 3]);
  });

  test('on the base are seen by its views', () => {
    const x = leaf([1, 2]);
    const y = x.mul(1);
    const view = y.select(0, 1);
    y.mul_(5);
    view.backward();
    expect(x.grad?.toArray()).toEqual([0, 5]);
  });

  test('refuse shapes and dtypes that do not fit', () => {
    expect(() => zeros([2]).add_(zeros([3, 2]))).toThrow(
      /add_: expected a shape that broadcasts to \[2\], got \[3, 2\]/,
    );
    expect(() => zeros([2], { dtype: 'int32' }).mul_(0.5)).toThrow(
      /mul_: expected a result that fits int32, got float32/,
    );
  });

  test('work where the operands overlap', () => {
    const x = tensor([1, 2, 3, 4]);
    x.slice(0, 1).add_(x.slice(0, 0, 3));
    expect(x.toArray()).toEqual([1, 3, 5, 7]);
  });
});

describe('memory', () => {
  test('scope frees what it does not return', () => {
    let inner: Tensor | undefined;
    const kept = scope(() => {
      inner = ones([2]);
      return { sum: inner.sum() };
    });
    expect(inner?.disposed).toBe(true);
    expect(kept.sum.item()).toBe(2);
    expect(() => inner?.data()).toThrow(/got one of shape \[2\] that was disposed/);
  });

  test('scope keeps the gradients of leaves', () => {
    const x = leaf([1, 2]);
    scope(() => x.square().sum().backward());
    expect(x.grad?.toArray()).toEqual([2, 4]);
    scope(() => {
      x.grad = ones([2]).mul(3);
    });
    expect(x.grad?.toArray()).toEqual([3, 3]);
  });

  test('scopes nest, and a failing one frees as well', () => {
    let inner: Tensor | undefined;
    scope(() => {
      expect(() =>
        scope(() => {
          inner = ones([1]);
          throw new Error('inside');
        }),
      ).toThrow('inside');
      expect(inner?.disposed).toBe(true);
      const promoted = scope(() => ones([1]));
      expect(promoted.disposed).toBe(false);
      inner = promoted;
    });
    expect(inner?.disposed).toBe(true);
  });

  test('a graph holds what it saved, whatever its owner does', () => {
    const x = leaf([1, 2]);
    const y = x.exp();
    const loss = y.sum();
    y.dispose();
    loss.backward();
    expect(x.grad?.item).toBeDefined();
    expect(x.grad?.data()[0]).toBeCloseTo(Math.E, 6);
  });

  test('a view outlives the tensor it came from', () => {
    const x = ones([2, 2]);
    const row = x.select(0, 0);
    x.dispose();
    expect(row.toArray()).toEqual([1, 1]);
  });
});

describe('options of backward alone', () => {
  test('retainGraph, as the error about a freed graph advises', () => {
    const x = leaf([1, 2]);
    const loss = x.square().sum();
    loss.backward({ retainGraph: true });
    loss.backward();
    expect(x.grad?.toArray()).toEqual([4, 8]);
    expect(() => loss.backward({ retainGraph: true })).toThrow('pass { retainGraph: true } to the first one');
  });

  test('createGraph, and a gradient beside them', () => {
    const x = leaf([1, 2]);
    x.square().mul(x).sum().backward({ createGraph: true });
    const first = x.grad!;
    x.grad = null;
    first.sum().backward();
    expect(gradientOf(x)?.toArray()).toEqual([6, 12]);
    x.grad = null;
    const y = x.square();
    y.backward(tensor([1, 10]), { retainGraph: true });
    y.backward(tensor([1, 10]));
    expect(gradientOf(x)?.toArray()).toEqual([4, 80]);
  });
});

describe('values overwritten in place that backward needs', () => {
  test('a product of a value with itself', () => {
    const x = leaf([2, 3]);
    const y = x.mul(2);
    y.mul_(y).sum().backward();
    expect(x.grad?.toArray()).toEqual([16, 24]);
  });

  test('a value that another operation saved before is still an error', () => {
    const [x, z] = [leaf([2, 3]), leaf([5, 7])];
    const y = x.mul(2);
    const w = y.mul(z);
    y.mul_(z);
    expect(() => y.add(w).sum().backward()).toThrow(AutogradError);
  });

  test('a view and its base have one memory after a write through either', () => {
    const base = leaf([1, 2, 3, 4]).mul(1);
    const view = base.reshape(2, 2).select(0, 1);
    view.mul_(10);
    expect(base.toArray()).toEqual([1, 2, 30, 40]);
    base.add_(1);
    expect(view.toArray()).toEqual([31, 41]);
    expect(view.storage).toBe(base.storage);
    const byte = tensor([250, 1], { dtype: 'uint8' });
    byte.slice(0, 0, 1).add_(tensor([10], { dtype: 'int32' }));
    expect([byte.dtype, byte.toArray()]).toEqual(['uint8', [4, 1]]);
  });
});

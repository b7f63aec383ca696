import { describe, expect, test } from 'vitest';
import { compile, grad, isGradEnabled, noGrad, type Tensor, tensor } from '../src/index.ts';

const leaf = (values: number[]): Tensor => tensor(values, { dtype: 'float32', requiresGrad: true });

/** f′ and f″ at each element. */
function derivatives(x: Tensor, f: (x: Tensor) => Tensor): [number[], number[]] {
  const [first] = grad(f(x).sum(), [x], { createGraph: true });
  const [second] = grad(first!.sum(), [x]);
  return [[...first!.data()].map(Number), [...second!.data()].map(Number)];
}

describe('gradients at limits', () => {
  test('0^x and x^0: of the base and of the exponent, as in PyTorch', () => {
    const base = leaf([0, 0, 0, 2]);
    const exponent = leaf([0, 1, 2, 0]);
    base.pow(exponent).sum().backward();
    expect([...base.grad!.data()]).toEqual([0, 1, 0, 0]);
    expect([...exponent.grad!.data()]).toEqual([0, 0, 0, Math.fround(Math.log(2))]);
  });

  test('elu far from 0, twice', () => {
    const [first, second] = derivatives(leaf([100, 1e30, -100]), (x) => x.elu());
    expect(first.slice(0, 2)).toEqual([1, 1]);
    expect(second.slice(0, 2)).toEqual([0, 0]);
    expect(first[2]).toBeCloseTo(0, 30);
    expect(second[2]).toBeCloseTo(0, 30);
  });
});

describe('a write into a view', () => {
  test('reaches the whole, and takes the place of its gradient', () => {
    const whole = tensor([1, 2, 3, 4]);
    const x = leaf([5, 6]);
    const part = whole.slice(0, 1, 3);
    part.copy_(x);
    expect([...whole.data()]).toEqual([1, 5, 6, 4]);
    whole
      .mul(tensor([1, 10, 100, 1000]))
      .sum()
      .backward();
    expect([...x.grad!.data()]).toEqual([10, 100]);
  });
});

test('a compiled function called inside and outside of noGrad with the same inputs', () => {
  const w = leaf([2, 3]);
  const step = compile((x: Tensor) => {
    const y = x.mul(w);
    if (isGradEnabled()) y.sum().backward();
    return y;
  });
  const x = tensor([1, 1]);
  for (let round = 1; round <= 6; round++) {
    expect([...noGrad(() => step(x)).data()]).toEqual([2, 3]);
    expect([...step(x).data()]).toEqual([2, 3]);
    expect([...w.grad!.data()]).toEqual([round, round]);
  }
});

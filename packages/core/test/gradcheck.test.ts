import { describe, expect, test } from 'vitest';
import {
  cat,
  getDefaultDevice,
  grad,
  gradcheck,
  setDefaultDevice,
  type Tensor,
  tensor,
} from '../src/index.ts';
import { hasFloat64, testFloat64 } from './float64.ts';
import { type Check, gradientCases, spread } from './gradient-cases.ts';

/** First and second derivatives of Σ cos(i)·fn for the gradient's square. */
function derivatives(fn: Check[1], inputs: Tensor[]): number[][] {
  const output = fn(...inputs);
  const { shape, dtype } = output;
  const weights = Float64Array.from({ length: output.numel }, (_, i) => Math.cos(1 + i));
  const first = grad(output, inputs, { gradient: tensor(weights, { shape, dtype }), createGraph: true });
  const squares = first.flatMap((g) => (g?.requiresGrad ? [g.square().sum()] : []));
  const second =
    squares.length === 0
      ? []
      : grad(
          squares.reduce((sum, term) => sum.add(term)),
          inputs,
        );
  return [...first, ...second].map((g) => [...(g?.data() ?? [])]);
}

/** Where there is no float64: derivatives in float32 are those in float64 on the CPU, at the same points. */
function expectAgreement(fn: Check[1], inputs: () => Tensor[]): void {
  const device = getDefaultDevice();
  setDefaultDevice('cpu');
  let points: Tensor[];
  let expected: number[][];
  try {
    points = inputs().map((x) => x.to('float32'));
    expected = derivatives(
      fn,
      points.map((x) => x.to('float64').detach().requiresGrad_()),
    );
  } finally {
    setDefaultDevice(device);
  }
  const got = derivatives(
    fn,
    points.map((x) => x.to(device).detach().requiresGrad_()),
  );
  const scale = Math.max(1, ...expected.flat().map(Math.abs));
  expect(got.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  got.flat().forEach((value, i) => {
    expect(Math.abs(value - expected.flat()[i]!)).toBeLessThan(1e-5 * scale);
  });
}

describe.each(gradientCases)('first and second derivatives by central differences: %s', (_group, checks) => {
  test.each(checks)('%s', (_name, fn, inputs) => {
    if (!hasFloat64) return expectAgreement(fn, inputs);
    expect(gradcheck(fn, inputs())).toBe(true);
    const slope = (...args: Tensor[]): Tensor => {
      const parts = grad(
        fn(...args)
          .square()
          .sum(),
        args,
        { createGraph: true },
      );
      return cat(parts.map((part, i) => (part ?? args[i]!.mul(0)).flatten()));
    };
    expect(gradcheck(slope, inputs(), { eps: 1e-5, atol: 1e-4 })).toBe(true);
  });
});

describe.each(gradientCases)('the gradient by one input alone is the one among all: %s', (_group, checks) => {
  testFloat64.each(checks)('%s', (_name, fn, inputs) => {
    const points = inputs();
    const gradients = (asked: Tensor[]) =>
      grad(fn(...points).sum(), asked).map((g) => g && [...g.data()].map((value) => value + 0));
    const all = gradients(points);
    expect(points.map((point) => gradients([point])[0])).toEqual(all);
  });
});

testFloat64('gradcheck names the element whose gradient is wrong', () => {
  const x = spread([3]);
  const wrong = (t: Tensor): Tensor => t.mul(t.detach());
  expect(() => gradcheck(wrong, [x])).toThrow(/gradient of input 0 at element 0 to be/);
});

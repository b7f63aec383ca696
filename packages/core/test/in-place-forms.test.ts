import {
  compile,
  F,
  Generator,
  getDefaultDevice,
  init,
  manualSeed,
  nn,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';

const device = getDefaultDevice();
const bits = (x: Tensor): number[] => [...x.data()];

describe('draws in place', () => {
  test('are those of rand, randn and init', () => {
    for (const count of [7, 40]) {
      manualSeed(5);
      const expected = [rand([count], { device }), randn([count], { device })].map(bits);
      const after = bits(rand([1]));
      manualSeed(5);
      const x = zeros([count], { device });
      expect([bits(x.uniform_()), bits(x.normal_()), bits(rand([1]))]).toEqual([...expected, after]);
      const generator = (): Generator => new Generator().manualSeed(3);
      expect(bits(x.uniform_(-1, 2, { generator: generator() }))).toEqual(
        bits(init.uniform(zeros([count], { device }), -1, 2, { generator: generator() })),
      );
      expect(bits(x.normal_(1, 0.5, { generator: generator() }))).toEqual(
        bits(init.normal(zeros([count], { device }), 1, 0.5, { generator: generator() })),
      );
    }
  });

  test('go into views in row-major order, and pass no gradient to what was there', () => {
    const x = zeros([3, 4], { device });
    manualSeed(1);
    expect(x.t().narrow(0, 1, 2).uniform_().shape).toEqual([2, 3]);
    manualSeed(1);
    expect(bits(x.t().narrow(0, 1, 2))).toEqual(bits(rand([2, 3], { device })));
    const leaf = tensor([1, 2], { device, requiresGrad: true });
    const y = leaf.mul(2);
    y.normal_();
    y.sum().backward();
    expect(leaf.grad).toBe(null);
  });

  test('are drawn anew at each call of a compiled function', () => {
    const step = compile((x: Tensor) => x.clone().uniform_());
    const x = zeros([20], { device });
    const draw = (): number[][] => {
      manualSeed(8);
      return [1, 2, 3, 4].map(() => bits(step(x)));
    };
    manualSeed(8);
    const eager = [1, 2, 3, 4].map(() => bits(rand([20], { device })));
    expect([draw(), draw()]).toEqual([eager, eager]);
  });

  test('refuse what they cannot write, and draw nothing then', () => {
    manualSeed(2);
    const next = bits(rand([1]));
    manualSeed(2);
    const leaf = zeros([2], { device, requiresGrad: true });
    expect(() => leaf.uniform_()).toThrow('uniform_: expected a tensor that can be modified in place');
    expect(() => zeros([2], { dtype: 'int32', device }).normal_()).toThrow(
      'normal_: expected a float32 or float64 tensor, got int32',
    );
    expect(() => zeros([1], { device }).expand(3).uniform_()).toThrow('uniform_: expected a tensor whose');
    expect(() => zeros([2], { device }).uniform_(0, '1' as never)).toThrow(
      'uniform_: expected to to be a number',
    );
    expect(() => zeros([2], { device }).normal_(0, 1, { seed: 1 } as never)).toThrow(
      'normal_: expected options',
    );
    expect(bits(rand([1]))).toEqual(next);
  });
});

test('comparisons in place pass no gradient to what was there', () => {
  const leaf = tensor([1, 2, 0], { device, requiresGrad: true });
  for (const compare of [(x: Tensor) => x.gt_(2), (x: Tensor) => x.logicalNot_()]) {
    const result = compare(leaf.mul(2));
    expect([result.dtype, result.requiresGrad]).toEqual(['float32', true]);
    result.sum().backward();
    expect(leaf.grad).toBe(null);
  }
});

describe('RReLU', () => {
  test('in training draws one slope for each element that is not above 0', () => {
    const layer = new nn.RReLU(0.25, 0.5);
    expect(String(layer)).toBe('RReLU(lower=0.25, upper=0.5)');
    const x = tensor([-1, 2, -4, 0], { device });
    const [a, b, c, d] = bits(layer.forward(x));
    expect([b, Math.abs(d!)]).toEqual([2, 0]);
    for (const slope of [-a!, -c! / 4]) expect(slope >= 0.25 && slope < 0.5).toBe(true);
    expect(bits(layer.eval().forward(x))).toEqual([-0.375, 2, -1.5, 0]);
  });

  test('says what it refuses, and that it cannot be compiled', () => {
    expect(() => new nn.RReLU(1, 0)).toThrow(
      'RReLU: expected finite lower <= upper, got lower=1 and upper=0',
    );
    expect(() => F.rrelu(zeros([1]), 0, Number.POSITIVE_INFINITY)).toThrow('rrelu: expected finite lower');
    const layer = new nn.RReLU();
    const step = compile((x: Tensor) => layer.forward(x));
    expect(() => [1, 2, 3].map(() => step(zeros([2], { device })))).toThrow(/host/);
  });
});

test('Bilinear and Softmax2d print and refuse as they should', () => {
  expect(String(new nn.Bilinear(3, 4, 2, { bias: false }))).toBe(
    'Bilinear(in1_features=3, in2_features=4, out_features=2, bias=False)',
  );
  expect(() => new nn.Bilinear(0, 4, 2)).toThrow(
    'Bilinear: expected in1Features to be an integer of at least 1',
  );
  expect(() => new nn.Softmax2d().forward(zeros([2, 3], { device }))).toThrow(
    'Softmax2d: expected an input [C, H, W] or [N, C, H, W], got shape [2, 3]',
  );
});

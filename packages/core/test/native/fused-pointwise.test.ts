import { afterAll, describe, expect, test } from 'vitest';
import { setNumThreads } from '../../src/backend/threads.ts';
import { compile, type DType, dynamicScalar, manualSeed, rand, type Tensor, where } from '../../src/index.ts';
import { native } from './engine.ts';

const bits = (x: Tensor): string => Buffer.from(x.data().buffer).toString('hex');

/** Pointwise work that is fused: results between calls, numbers, single elements, bools, conversions, and work in place. */
function work(state: Tensor, moving: Tensor) {
  let calls = 0;
  return (x: Tensor, y: Tensor): Tensor[] => {
    const rate = dynamicScalar(() => 1 / ++calls, x);
    const activated = x.neg().add(1).exp().add(1).reciprocal().sub(y.mul(rate));
    const positive = activated.gt(0.25);
    const chosen = where(positive, activated, y.square().mul(0.5));
    const passed = positive.to(x.dtype).mul(chosen).leakyRelu(0.1).tanh();
    moving.mul_(0.9).add_(passed.mul(0.1));
    state.sub_(moving.div(state.abs().add(1e-3)).clamp(-0.5, 0.5));
    return [chosen, passed.mul(passed.sum()).log1p(), positive];
  };
}

describe.skipIf(native === undefined)('fused pointwise calls', () => {
  afterAll(() => setNumThreads(2));

  const sizes = [1, 2, 17, 511, 512, 513, 5000, 70_001];
  const cases = sizes.flatMap((size) => (['float32', 'float64'] as const).map((dtype) => ({ size, dtype })));
  test.each(cases)('over $size elements of $dtype give the bits of single calls', ({ size, dtype }) => {
    const results = [1, 2].flatMap((threads) =>
      [false, true].map((isRecorded) => {
        setNumThreads(threads);
        manualSeed(size);
        const draw = (type: DType = dtype): Tensor => rand([size], { dtype: type });
        const [state, moving] = [draw(), draw()];
        const plain = work(state, moving);
        const fn = isRecorded ? compile(plain) : plain;
        const given = Array.from({ length: 6 }, () => [draw(), draw()] as const);
        const found = given.map(([x, y]) => fn(x, y).map(bits));
        return [...found, bits(state), bits(moving)];
      }),
    );
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { activations } from '../../src/backend/kernels.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { Tensor } from '../../src/index.ts';
import { fusedBce } from '../../src/nn/functional/binary-cross-entropy.ts';
import { fusedCrossEntropy } from '../../src/nn/functional/class-target.ts';
import { fusedMse } from '../../src/nn/functional/mse-loss.ts';
import { anyShape, floatDType, place, type StoredView, viewOf } from '../random-calls/operand.ts';
import { nativeWithExactMemory as native } from './engine.ts';
import { assertNear, type Case, property, size, tame, views } from './fused-case.ts';

const activationCase = fc
  .record({ dtype: floatDType, shape: anyShape, op: fc.constantFrom(...activations) })
  .chain(({ dtype, shape, op }) =>
    viewOf(dtype, shape, tame).map((x) => ({ title: op, inputs: [x], fn: (x: Tensor) => x[op]() })),
  );

const softmaxCase = fc
  .record({
    dtype: floatDType,
    shape: anyShape.filter(({ length }) => length > 0),
    at: fc.nat(),
    op: fc.constantFrom('softmax' as const, 'logSoftmax' as const),
  })
  .chain(({ dtype, shape, at, op }) =>
    viewOf(dtype, shape, tame).map((x) => {
      const dim = at % shape.length;
      return { title: `${op} of [${shape}] along ${dim}`, inputs: [x], fn: (x: Tensor) => x[op](dim) };
    }),
  );

const layerNormCase = fc
  .record({
    dtype: floatDType,
    outer: fc.array(size(12), { maxLength: 2 }),
    normalized: fc.oneof(fc.tuple(size(300)), fc.tuple(size(12), size(12))),
    affine: fc.constantFrom(0, 1, 2),
  })
  .chain(({ dtype, outer, normalized, affine }) => {
    const parameters = Array.from({ length: affine }, () => normalized);
    return views(dtype, [...outer, ...normalized], ...parameters).map((inputs) => ({
      title: `layerNorm of [${outer}] x [${normalized}] with ${affine} parameters`,
      inputs,
      // An eps that keeps rows of equal elements from being all amplified rounding.
      fn: (x: Tensor, weight?: Tensor, bias?: Tensor) => x.layerNorm(normalized, weight, bias, 0.1),
    }));
  });

const linearCase = fc
  .record({
    dtype: floatDType,
    outer: fc.array(size(12), { maxLength: 2 }),
    features: size(80),
    n: size(80),
    biased: fc.boolean(),
  })
  .chain(({ dtype, outer, features, n, biased }) =>
    views(dtype, [...outer, features], [n, features], ...(biased ? [[n]] : [])).map((inputs) => ({
      title: `linear of [${outer}] x ${features} to ${n}`,
      inputs,
      // Scaled down, as sums of many products cancel.
      fn: (x: Tensor, weight: Tensor, bias?: Tensor) => x.linear(weight, bias).div(features),
      cancels: Math.max(1, (4 * Math.sqrt(outer.reduce((rows, size) => rows * size, 1))) / features),
    })),
  );

const pairLosses = {
  mse: (x: Tensor, y: Tensor, reduction: 'mean' | 'sum') =>
    fusedMse(x, y, reduction) ?? x.sub(y).square()[reduction](),
  bce: (x: Tensor, y: Tensor, reduction: 'mean' | 'sum') =>
    fusedBce(x, y, reduction) ??
    y
      .sub(1)
      .mul(x.neg().add(1).log().clamp(-100))
      .sub(y.mul(x.log().clamp(-100)))
      [reduction](),
};

const pairLossCase = fc
  .record({
    dtype: floatDType,
    shape: anyShape,
    name: fc.constantFrom('mse' as const, 'bce' as const),
    reduction: fc.constantFrom('mean' as const, 'sum' as const),
  })
  .chain(({ dtype, shape, name, reduction }) =>
    views(dtype, shape, shape).map((inputs) => ({
      title: `${reduction} of ${name} of [${shape}]`,
      inputs,
      fn: (x: Tensor, y: Tensor) => pairLosses[name](x.sigmoid(), y.sigmoid(), reduction),
    })),
  );

function crossEntropy(
  x: Tensor,
  target: Tensor,
  ignoreIndex: number,
  reduction: 'mean' | 'sum' | 'none',
): Tensor {
  const fused = fusedCrossEntropy(x, target, { ignoreIndex, reduction });
  if (fused !== undefined) return fused;
  const counted = target.ne(ignoreIndex);
  const index = target.where(counted, 0).int().unsqueeze(1);
  const losses = x.logSoftmax(1).gather(1, index).squeeze(1).where(counted, 0).neg();
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? losses.sum() : losses.sum().div(counted.sum());
}

const crossEntropyCase = fc
  .record({
    dtype: floatDType,
    targetDType: fc.constantFrom<DType>('int32', 'uint8'),
    rows: size(150),
    classes: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
      fc.integer({ min: 1, max: 600 }),
    ),
    ignoreIndex: fc.constantFrom(-100, 0, 3),
    reduction: fc.constantFrom('mean' as const, 'sum' as const, 'none' as const),
    seed: fc.nat(),
  })
  .chain(({ dtype, targetDType, rows, classes, ignoreIndex, reduction, seed }) =>
    viewOf(dtype, [rows, classes], tame).map((x): Case => {
      const memory = dtypes[targetDType].array(new ArrayBuffer(rows * dtypes[targetDType].bytes), 0, rows);
      for (let i = 0; i < rows; i++) {
        const number = Math.imul(seed + i, 2654435761) >>> 8;
        memory[i] =
          number % 5 === 0 && targetDType === 'int32' ? ignoreIndex : number % Math.min(classes, 256);
      }
      // One row counts in any case.
      if (ignoreIndex !== classes - 1) memory[0] = Math.min(classes - 1, 255);
      const target: StoredView = { dtype: targetDType, shape: [rows], strides: [1], offset: 0, memory };
      return {
        title: `${reduction} of crossEntropy of [${rows}, ${classes}]`,
        inputs: [x, target],
        fn: (x, target) => crossEntropy(x, target, ignoreIndex, reduction),
      };
    }),
  );

describe.skipIf(native === undefined)('fused kernels agree with their composite definitions', () => {
  test('gradients of activations', () => property(activationCase, 200));
  test('softmax', () => property(softmaxCase, 200));
  test('layerNorm', () => property(layerNormCase, 100));
  test('linear', () => property(linearCase, 100));
  test('mse and bce', () => property(pairLossCase, 150));
  test('crossEntropy', () => property(crossEntropyCase, 150));

  test.each(['softmax', 'logSoftmax'] as const)('%s of extreme rows', (op) => {
    const rows = [
      [1e30, -1e30, 0, 3e38],
      [Number.NEGATIVE_INFINITY, 0, 1, Number.NEGATIVE_INFINITY],
      [0, Number.NaN, 1, 2],
      [
        Number.NEGATIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
      ],
      [Number.POSITIVE_INFINITY, 0, 1, 2],
      [-104, -200, -87.5, 0],
    ];
    const memory = Float32Array.from(rows.flat());
    const input: StoredView = { dtype: 'float32', shape: [6, 4], strides: [4, 1], offset: 0, memory };
    const on = (backend: Backend): Tensor => new Tensor(place(input, backend))[op](1);
    assertNear(op, on(native!), on(referenceBackend));
  });

  test('bce at 0 and 1 stops at 100, with the slope that the composition has', () => {
    const pair = (memory: Float32Array): StoredView => ({
      dtype: 'float32',
      shape: [5],
      strides: [1],
      offset: 0,
      memory,
    });
    const [x, y] = [Float32Array.of(0, 1, 1, 0, Number.NaN), Float32Array.of(1, 0, 1, 0, 1)].map(
      (values) => new Tensor(place(pair(values), native!)),
    ) as [Tensor, Tensor];
    x.requiresGrad_();
    fusedBce(x.slice(0, 0, 4), y.slice(0, 0, 4), 'sum')!.backward();
    expect(x.grad!.toArray()).toEqual([-1e12, 1e12, 0, 0, 0].map(Math.fround));
    expect(fusedBce(x.slice(0, 0, 4), y.slice(0, 0, 4), 'mean')!.item()).toBe(50);
    expect(fusedBce(x, y, 'sum')!.item()).toBeNaN();
  });

  test('a backward pass that is recorded runs through operations, and gives the same', () => {
    const x = new Tensor(
      place(
        {
          dtype: 'float64',
          shape: [2, 3],
          strides: [3, 1],
          offset: 0,
          memory: Float64Array.of(0.3, -1, 2, 0.5, 0.1, -0.7),
        },
        native!,
      ),
    ).requiresGrad_();
    for (const fn of [
      (z: Tensor) => z.softmax(1),
      (z: Tensor) => z.logSoftmax(0),
      (z: Tensor) => z.layerNorm([3]),
      (z: Tensor) => z.tanh(),
    ]) {
      const directions = x.detach().cos();
      fn(x).backward(directions);
      const plain = x.grad!;
      x.grad = null;
      fn(x).backward(directions, { createGraph: true });
      const recorded = x.grad! as Tensor;
      x.grad = null;
      expect(plain.requiresGrad).toBe(false);
      expect(recorded.requiresGrad).toBe(true);
      assertNear('gradient', recorded, plain);
    }
  });
});

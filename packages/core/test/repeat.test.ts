import { expect, test } from 'vitest';
import {
  compile,
  dynamicScalar,
  dynamicTensor,
  guard,
  keep,
  manualSeed,
  nn,
  noGrad,
  onReplay,
  rand,
  ShapeError,
  type Tensor,
  tensor,
} from '../src/index.ts';
import { heldBytes } from './held-bytes.ts';

/** Whether the CPU's engine records; without it repeated functions run at every call, and must give the same. */
const records = tensor([0]).storage.backend.capture !== undefined;
const { device } = tensor([0]);

const bits = (x: Tensor): string => Buffer.from(x.data().buffer).toString('hex');

/** A step with dropout, a rate that falls by the count of calls, and batches taken by index. */
function training() {
  manualSeed(4);
  const rows = rand([20, 3]);
  const model = new nn.Sequential(new nn.Linear(3, 6), new nn.Dropout(0.4), new nn.Linear(6, 1));
  let steps = 0;
  let rate = 0.5;
  const step = (batch: number): Tensor => {
    const index = dynamicTensor(
      [batch],
      () => Int32Array.from({ length: batch }, (_, i) => (7 * steps + i) % 20),
      { dtype: 'int32' },
    );
    onReplay(() => {
      steps++;
    });
    const x = rows.indexSelect(0, index);
    for (const parameter of model.parameters()) {
      parameter.grad?.dispose();
      parameter.grad = null;
    }
    const loss = model
      .forward(x)
      .sub(x.sum(1, { keepdim: true }))
      .square()
      .mean();
    loss.backward();
    noGrad(() => {
      for (const parameter of model.parameters()) {
        parameter.sub_(parameter.grad!.mul(dynamicScalar(() => rate / steps, parameter)));
      }
    });
    return loss.detach();
  };
  const slower = (): void => {
    rate *= 0.9;
  };
  return { model, step, slower };
}

test('repeated calls give the bits of single ones, whatever varies', () => {
  const plain = training();
  const losses = Array.from({ length: 60 }, () => {
    const loss = plain.step(5);
    plain.slower();
    return bits(loss);
  });
  const draws = bits(rand([3]));

  const repeated = training();
  const step = compile(repeated.step, { device });
  const told: number[] = [];
  const parts = [1, 6, 1, 52].map((count) =>
    step.runMany(count, [5], (i) => {
      told.push(i);
      repeated.slower();
    }),
  );
  expect(parts.map(({ shape }) => shape)).toEqual([[1], [6], [1], [52]]);
  expect(
    parts.flatMap((part) => Array.from({ length: part.shape[0]! }, (_, i) => bits(part.select(0, i)))),
  ).toEqual(losses);
  expect(told).toEqual([1, 6, 1, 52].flatMap((count) => Array.from({ length: count }, (_, i) => i)));
  for (const [i, parameter] of repeated.model.parameters().entries()) {
    expect(bits(parameter)).toBe(bits(plain.model.parameters()[i]!));
    expect(bits(parameter.grad!)).toBe(bits(plain.model.parameters()[i]!.grad!));
  }
  expect(bits(rand([3]))).toBe(draws);
  expect(step.replays).toBe(records ? 57 : 0);
});

test('what cells hold ahead may be more than is kept at once', () => {
  const large = 2 ** 18;
  const sum = compile(
    () =>
      dynamicTensor([large], () =>
        Float32Array.from({ length: large }, (_, i) => (i < 2 ? ++count : 0)),
      ).sum(),
    { device },
  );
  let count = 0;
  const expected = Array.from({ length: 12 }, (_, i) => 4 * i + 3);
  expect(sum.runMany(12, []).toArray()).toEqual(expected);
});

/** A sum of ones to which each call adds another, with effects that count calls; and how often effects were run. */
function counted(hasOwnTurns: boolean) {
  const total = keep(tensor([0]));
  let [calls, turns] = [0, 0];
  const fn = compile(
    () => {
      onReplay(
        () => {
          calls++;
          turns++;
        },
        (count) => {
          calls += count;
          turns++;
        },
      );
      if (hasOwnTurns) onReplay(() => undefined);
      return total.add_(1).sum();
    },
    { device },
  );
  return { fn, counts: () => ({ calls, turns }) };
}

test.each([false, true])(
  'effects of many calls are done at once where each can be (turns of their own: %s)',
  (hasOwnTurns) => {
    const { fn, counts } = counted(hasOwnTurns);
    const sums = [4, 50, 1, 2].flatMap((count) => fn.runMany(count, []).toArray() as number[]);
    expect(sums).toEqual(Array.from({ length: 57 }, (_, i) => i + 1));
    const isAtOnce = records && !hasOwnTurns && device === 'cpu';
    expect(counts()).toEqual({ calls: 57, turns: isAtOnce ? 3 + 1 + 1 + 1 + 1 : 57 });
    fn.runMany(3, [], () => undefined);
    expect(counts()).toEqual({ calls: 60, turns: isAtOnce ? 7 + 3 : 60 });
  },
);

test('results keep their structure, and inputs are taken over once', () => {
  const state = keep(tensor([1, 2]));
  const fn = compile((x: Tensor) => ({ sum: x.sum(), list: [state.add_(x), x.t()] as const }));
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const { sum, list } = fn.runMany(5, [x.select(0, 0)]);
  expect(sum.toArray()).toEqual([3, 3, 3, 3, 3]);
  expect(list[0].toArray()).toEqual([2, 3, 4, 5, 6].map((n, i) => [n, 4 + 2 * i]));
  expect(list[1].toArray()).toEqual([1, 2, 3, 4, 5].map(() => [1, 2]));
  expect(state.toArray()).toEqual([6, 12]);
});

test('an assumption that breaks on the way is recorded anew', () => {
  let factor = 2;
  const fn = compile((x: Tensor) => {
    guard(() => factor);
    return x.mul(factor);
  });
  const results = fn.runMany(12, [tensor([1, 3])], (i) => {
    if (i === 6) factor = 5;
  });
  expect(results.toArray()).toEqual(Array.from({ length: 12 }, (_, i) => (i <= 6 ? [2, 6] : [5, 15])));
  expect(fn.replays).toBe(records ? 4 + 3 : 0);
});

test('results that are no block of memory are copied', () => {
  const fn = compile((x: Tensor) => x.add(1).t());
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(fn.runMany(6, [x]).toArray()).toEqual(
    Array.from({ length: 6 }, () => [
      [2, 4],
      [3, 5],
    ]),
  );
});

test('an index out of range is the error of a single call', () => {
  let i = 0;
  const rows = tensor([1, 2, 3]);
  const pick = compile(
    () =>
      rows.indexSelect(
        0,
        dynamicTensor([1], () => Int32Array.of(i++), { dtype: 'int32' }),
      ),
    { device },
  );
  expect(pick.runMany(3, []).toArray()).toEqual([[1], [2], [3]]);
  i = 0;
  expect(() => pick.runMany(5, []).data()).toThrow(
    new ShapeError('indexSelect: expected indices in [0, 2], got 3'),
  );
});

test('memory stays level over 1,000,000 repeated calls (fewer where they are not fast)', {
  timeout: 120_000,
}, () => {
  const state = keep(tensor([1, 2, 3]));
  let calls = 0;
  const step = compile((x: Tensor) =>
    state
      .mul_(0.5)
      .add_(x.mul(dynamicScalar(() => ++calls % 3, x)))
      .sum(),
  );
  const x = tensor([1]);
  const count = records && device === 'cpu' ? 10_000 : 20;
  let early = 0;
  for (let i = 0; i < 100; i++) {
    if (i === 10) early = heldBytes();
    step.runMany(count, [x]).dispose();
  }
  expect(heldBytes() - early).toBeLessThan(8 * 2 ** 20);
  expect(calls).toBe(100 * count);
});

test('refuses no calls, and to be a part of another function', () => {
  const inner = compile((x: Tensor) => x.mul(2));
  expect(() => inner.runMany(0, [tensor([1])])).toThrow('runMany: expected an integer of at least 1, got 0');
  const outer = compile((x: Tensor) => inner.runMany(2, [x]).sum());
  outer(tensor([1]));
  if (records)
    expect(() => outer(tensor([1]))).toThrow('runMany: expected a call outside compiled functions');
});

test('a result that takes over other memory is read from it after each call', () => {
  const weight = keep(tensor([[2], [3]], { requiresGrad: true }));
  const [scale, other] = [keep(tensor([[1, 1]])), keep(tensor([[7], [7]]))];
  const step = compile((x: Tensor) => {
    weight.grad = null;
    scale.mul(x).matmul(weight).sum().backward();
    scale.mul_(2);
    return other;
  });
  const x = tensor([[1, 1]]);
  const rows = (): unknown => step.runMany(3, [x]).toArray();
  const expected = (values: number[]): unknown => values.map((each) => [[each], [each]]);
  expect(rows()).toEqual(expected([7, 7, 7]));
  expect(rows()).toEqual(expected([7, 7, 7]));
  scale.fill_(1);
  other.set_(weight.grad!.detach());
  expect(rows()).toEqual(expected([1, 2, 4]));
});

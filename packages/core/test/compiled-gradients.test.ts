import { describe, expect, test } from 'vitest';
import { compile, dynamicScalar, grad, keep, noGrad, type Tensor, tensor, zeros } from '../src/index.ts';

const leaf = (values: number[]): Tensor => keep(tensor(values, { requiresGrad: true }));
const x = tensor([3, 4]);
const isRecording = x.storage.backend.capture !== undefined;

describe('gradients of leaves from outside of a compiled function', () => {
  test('are added to from call to call, whatever takes their place meanwhile', () => {
    const w = leaf([1, 2]);
    const step = compile((input: Tensor) => {
      input.mul(w).sum().backward();
      return input.sum();
    });
    const calls = (from: number): void => {
      for (let i = 1; i <= 6; i++) {
        step(x);
        expect(w.grad!.toArray()).toEqual([from + 3 * i, from + 4 * i]);
      }
    };
    calls(0);
    w.grad = tensor([100, 100]);
    calls(100);
    w.grad!.fill_(50);
    calls(50);
    w.grad = null;
    calls(0);
  });

  test('that are made anew stay one tensor over replays, until it is replaced', () => {
    const w = leaf([1, 2]);
    const step = compile((input: Tensor) => {
      w.grad = null;
      const loss = input.mul(w).square().sum();
      loss.backward();
      return loss;
    });
    for (let i = 0; i < 5; i++) step(x);
    const held = w.grad!;
    step(tensor([1, 1]));
    if (isRecording) {
      expect(step.replays).toBeGreaterThan(2);
      expect(w.grad).toBe(held);
    }
    expect(w.grad!.toArray()).toEqual([2, 4]);
    w.grad = null;
    step(x);
    expect(w.grad!.toArray()).toEqual([18, 64]);
    w.grad = zeros([2]);
    step(tensor([1, 1]));
    expect(w.grad!.toArray()).toEqual([2, 4]);
  });

  test.each<[string, (weights: readonly Tensor[]) => void]>([
    [
      'set to null',
      (weights) => {
        for (const w of weights) w.grad = null;
      },
    ],
    [
      'freed',
      (weights) => {
        for (const w of weights) {
          w.grad?.dispose();
          w.grad = null;
        }
      },
    ],
  ])('that are %s at the beginning let a descent by hand be replayed', (_, begin) => {
    const descent = (isCompiled: boolean) => {
      const w = leaf([1, 2]);
      const body = (input: Tensor) => {
        begin([w]);
        const loss = input.mul(w).square().sum();
        loss.backward();
        noGrad(() => w.sub_(w.grad!.mul(0.01)));
        return loss;
      };
      const step = isCompiled ? compile(body) : body;
      const losses = Array.from({ length: 9 }, () => step(x).item());
      if (isRecording && 'replays' in step) expect(step.replays).toBeGreaterThan(3);
      return { losses, w: w.toArray(), grad: w.grad!.toArray() };
    };
    expect(descent(true)).toEqual(descent(false));
  });

  test('that are set to null at the end are so after replays, too', () => {
    const w = leaf([1, 2]);
    const step = compile((input: Tensor) => {
      const loss = input.mul(w).square().sum();
      loss.backward();
      noGrad(() => w.sub_(w.grad!.mul(0.01)));
      w.grad = null;
      return loss;
    });
    for (let i = 0; i < 7; i++) {
      step(x);
      expect(w.grad).toBeNull();
    }
    if (isRecording) expect(step.replays).toBeGreaterThan(2);
  });

  test('that are computed and set are those of each call, whatever takes their place meanwhile', () => {
    const run = (compiled: boolean): unknown[] => {
      const weight = tensor([1, 2]).requiresGrad_();
      const body = () => {
        const [slope] = grad(weight.square().sum(), [weight]);
        weight.grad = slope!.mul(0.5);
        noGrad(() => weight.sub_(weight.grad!));
      };
      const step = compiled ? compile(body) : body;
      return Array.from({ length: 8 }, (_, i) => {
        step();
        const seen = [weight.toArray(), weight.grad!.toArray()];
        if (i === 4) weight.grad = null;
        if (i === 6) weight.grad = tensor([7, 7]);
        return seen;
      });
    };
    expect(run(true)).toEqual(run(false));
  });

  test('that a function leaves alone are left alone', () => {
    const [w, other] = [leaf([1, 2]), leaf([5, 6])];
    other.grad = tensor([7, 7]);
    const step = compile((input: Tensor) => {
      w.grad = null;
      input.mul(w).sum().backward();
      return input.mul(other.detach());
    });
    for (let i = 0; i < 6; i++) expect(step(x).toArray()).toEqual([15, 24]);
    expect(other.grad.toArray()).toEqual([7, 7]);
  });
});

describe('what inputs and results are', () => {
  test('structures with other values are other functions', () => {
    const fn = compile((input: Tensor, options: { readonly factor: number; readonly add?: Tensor }) => {
      const scaled = input.mul(options.factor);
      return { y: options.add === undefined ? scaled : scaled.add(options.add), factor: options.factor };
    });
    for (let i = 0; i < 5; i++) {
      expect(fn(x, { factor: 2 }).y.toArray()).toEqual([6, 8]);
      expect(fn(x, { factor: 3 })).toMatchObject({ factor: 3 });
      expect(fn(x, { factor: 3 }).y.toArray()).toEqual([9, 12]);
      expect(fn(x, { factor: 2, add: tensor([i, i]) }).y.toArray()).toEqual([6 + i, 8 + i]);
    }
  });

  test('the same tensor twice is two inputs, and a result given twice is two results', () => {
    const fn = compile((a: Tensor, b: Tensor) => {
      const sum = a.add(b.mul(10));
      return [sum, sum] as const;
    });
    for (let i = 0; i < 6; i++) {
      const [p, q] = fn(x, x);
      expect(p.toArray()).toEqual([33, 44]);
      expect(q.toArray()).toEqual([33, 44]);
      expect(fn(x, tensor([1, 1]))[0].toArray()).toEqual([13, 14]);
    }
  });

  test('views of other offsets are read where they are', () => {
    const fn = compile((a: Tensor) => a.mul(2));
    const memory = tensor([0, 1, 2, 3, 4, 5, 6, 7]);
    for (let i = 0; i < 6; i++) expect(fn(memory.slice(0, i, i + 2)).toArray()).toEqual([2 * i, 2 * i + 2]);
    for (let i = 0; i < 6; i++) {
      expect(fn(memory.slice(0, i % 3, 8, 3).slice(0, 0, 2)).toArray()).toEqual([
        2 * (i % 3),
        2 * (i % 3) + 6,
      ]);
    }
  });

  test('more kinds of inputs than are kept go on working', () => {
    const fn = compile((a: Tensor, n: number) => a.add(n));
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 70; n++) expect(fn(x, n).toArray()).toEqual([3 + n, 4 + n]);
    }
  });
});

test('where a recording no longer holds, what changed since counts', () => {
  const state = keep(tensor([1, 1]));
  let rate = 1;
  const step = compile((input: Tensor) => {
    noGrad(() => state.add_(input.mul(dynamicScalar(() => rate, input))));
    return state.sum();
  });
  let expected = 2;
  for (let i = 0; i < 8; i++) {
    rate = i;
    expected += 7 * i;
    expect(step(x).item()).toBe(expected);
    if (i === 5) {
      state.set_(tensor([0, 0]));
      expected = 0;
    }
  }
});

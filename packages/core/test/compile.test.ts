import { describe, expect, test } from 'vitest';
import {
  AutogradError,
  type Compiled,
  compile,
  dynamicScalar,
  keep,
  manualSeed,
  nn,
  noGrad,
  onReplay,
  rand,
  randn,
  ShapeError,
  Tensor,
  tensor,
} from '../src/index.ts';
import { heldBytes } from './held-bytes.ts';

/** Whether the CPU's engine records; without it compiled functions run at every call, and must give the same. */
const records = tensor([0]).storage.backend.capture !== undefined;

const bits = (x: Tensor): Buffer => Buffer.from(x.data().buffer);
const same = (a: Tensor, b: Tensor): boolean => a.dtype === b.dtype && bits(a).equals(bits(b));

/** A small network and its training step by plain gradient descent. */
function training(seed: number, rate: () => number = () => 0.5) {
  manualSeed(seed);
  const model = new nn.Sequential(new nn.Linear(3, 8), new nn.Tanh(), new nn.Linear(8, 2), new nn.Sigmoid());
  const step = (x: Tensor, y: Tensor): Tensor => {
    for (const parameter of model.parameters()) {
      parameter.grad?.dispose();
      parameter.grad = null;
    }
    const loss = model.forward(x).sub(y).square().mean();
    loss.backward();
    noGrad(() => {
      for (const parameter of model.parameters())
        parameter.sub_(parameter.grad!.mul(dynamicScalar(rate, parameter)));
    });
    return loss;
  };
  return { model, step };
}

const batches = (count: number, size = 5): [Tensor, Tensor][] => {
  manualSeed(99);
  return Array.from({ length: count }, () => [randn([size, 3]), rand([size, 2])]);
};

test('a compiled training step gives the bits of the plain one', () => {
  const plain = training(7);
  const recorded = training(7);
  const step = compile(recorded.step);
  for (const [x, y] of batches(40)) {
    const expected = plain.step(x, y);
    const loss = step(x, y);
    expect(same(loss, expected)).toBe(true);
    expect(loss.requiresGrad).toBe(false);
    for (const [i, parameter] of recorded.model.parameters().entries()) {
      expect(same(parameter, plain.model.parameters()[i]!)).toBe(true);
      expect(same(parameter.grad!, plain.model.parameters()[i]!.grad!)).toBe(true);
    }
  }
  expect(step.replays).toBe(records ? 37 : 0);
});

test('batches of two sizes each have their own recording', () => {
  const plain = training(3);
  const recorded = training(3);
  const step = compile(recorded.step);
  const small = batches(12, 4);
  for (const [i, [x, y]] of batches(12, 6).entries()) {
    for (const [a, b] of [[x, y] as const, small[i]!]) {
      expect(same(step(a, b), plain.step(a, b))).toBe(true);
    }
  }
  for (const [i, parameter] of recorded.model.parameters().entries()) {
    expect(same(parameter, plain.model.parameters()[i]!)).toBe(true);
    expect(same(parameter.grad!, plain.model.parameters()[i]!.grad!)).toBe(true);
  }
  expect(step.replays).toBe(records ? 18 : 0);
});

test('a dynamic number is computed anew at each call', () => {
  const schedule = (): (() => number) => {
    let calls = 0;
    return () => 1 / (1 + Math.floor(calls++ / 4));
  };
  const plain = training(5, schedule());
  const recorded = training(5, schedule());
  const step = compile(recorded.step);
  for (const [x, y] of batches(30)) expect(same(step(x, y), plain.step(x, y))).toBe(true);
});

test('effects run once for each call', () => {
  let count = 0;
  const fn = compile((x: Tensor) => {
    onReplay(() => {
      count++;
    });
    return x.mul(dynamicScalar(() => count, x));
  });
  for (let i = 1; i <= 10; i++) expect(fn(tensor([2, 3])).toArray()).toEqual([2 * i, 3 * i]);
  expect(count).toBe(10);
});

test('results of earlier calls stay what they were', () => {
  const double = compile((x: Tensor) => ({ twice: x.mul(2), list: [x.add(1)] }));
  const results = [1, 2, 3, 4, 5, 6].map((value) => double(tensor([value])));
  expect(results.map(({ twice }) => twice.item())).toEqual([2, 4, 6, 8, 10, 12]);
  expect(results.map(({ list }) => list[0]!.item())).toEqual([2, 3, 4, 5, 6, 7]);
});

test('a function may give back its input, or a tensor from outside', () => {
  const outside = tensor([7]);
  const fn = compile((x: Tensor) => [x, outside.add_(x)] as const);
  for (let i = 1; i <= 8; i++) {
    const [x, state] = fn(tensor([1]));
    expect(x.item()).toBe(1);
    expect(state).toBe(outside);
    expect(state.item()).toBe(7 + i);
  }
});

test('an input in another layout is read in that layout', () => {
  const fn = compile((x: Tensor) => x.matmul(tensor([[1], [10], [100]])));
  for (let i = 0; i < 6; i++) {
    const x = tensor([
      [1, 2 + i],
      [3, 4],
      [5, 6],
    ]);
    expect(fn(x.t()).toArray()).toEqual([[531], [600 + 40 + 2 + i]]);
    expect(fn(tensor([[1, 2, i]])).toArray()).toEqual([[21 + 100 * i]]);
    expect(fn(x.t().flip(1)).toArray()).toEqual([[135], [206 + 40 + 100 * i]]);
  }
});

test('a tensor that is changed between calls is read anew', () => {
  const x = tensor([1, 2]);
  const sum = compile((input: Tensor) => input.sum());
  for (let i = 0; i < 8; i++) {
    expect(sum(x).item()).toBe(3 + 2 * i);
    x.add_(1);
  }
});

test('writes by a replay count as writes in place', () => {
  const state = tensor([1, 2], { requiresGrad: true });
  const bump = compile((x: Tensor) => {
    noGrad(() => state.add_(x));
    return x.add(0);
  });
  for (let i = 0; i < 5; i++) bump(tensor([1]));
  const y = state.square().sum();
  bump(tensor([1]));
  expect(() => y.backward()).toThrow(AutogradError);
});

test('a training mode that changes is recorded anew', () => {
  const norm = new nn.BatchNorm1d(2, { affine: false });
  const forward = compile((x: Tensor) => noGrad(() => norm.forward(x)));
  const x = tensor([
    [1, 2],
    [3, 8],
  ]);
  for (let i = 0; i < 6; i++) forward(x);
  norm.eval();
  const running = norm.runningMean!.toArray();
  const expected = noGrad(() => norm.forward(x));
  for (let i = 0; i < 6; i++) expect(same(forward(x), expected)).toBe(true);
  expect(norm.runningMean!.toArray()).toEqual(running);
});

test('dropout draws what it draws without', () => {
  const run = (wrap: (fn: (x: Tensor) => Tensor) => (x: Tensor) => Tensor): Buffer[] => {
    manualSeed(11);
    const layer = new nn.Dropout(0.3);
    const fn = wrap((x) => layer.forward(x).mul(2));
    return Array.from({ length: 12 }, (_, i) => {
      const y = fn(tensor(Float32Array.from({ length: 700 }, (_, j) => i + j)));
      rand([i]);
      return bits(y);
    });
  };
  const plain = run((fn) => fn);
  const recorded = run((fn) => compile(fn));
  for (const [i, buffer] of plain.entries()) expect(buffer.equals(recorded[i]!)).toBe(true);
});

test('constants that are made inside are made again', () => {
  const fn = compile((x: Tensor) => x.add(tensor([1, 2, 3])).tril());
  const x = tensor([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  for (let i = 0; i < 6; i++) {
    expect(fn(x).toArray()).toEqual([
      [2, 0, 0],
      [2, 3, 0],
    ]);
  }
});

test('an index out of range is the same error in a replay', () => {
  const pick = compile((x: Tensor, index: Tensor) => x.indexSelect(0, index));
  const x = tensor([1, 2, 3]);
  const at = (i: number): Tensor => tensor([i], { dtype: 'int32' });
  for (let i = 0; i < 6; i++) expect(pick(x, at(i % 3)).item()).toBe(1 + (i % 3));
  expect(() => pick(x, at(3)).item()).toThrow(
    new ShapeError('indexSelect: expected indices in [0, 2], got 3'),
  );
  expect(pick(x, at(1)).item()).toBe(2);
});

test('an input that requires a gradient is refused', () => {
  const fn = compile((x: Tensor) => x.mul(2));
  expect(() => fn(tensor([1], { requiresGrad: true }))).toThrow(
    'compile: expected inputs that do not require grad',
  );
});

test('an error of the function comes through, and the next call works', () => {
  let fails = false;
  const fn = compile((x: Tensor) => {
    if (fails) throw new RangeError('no');
    return x.mul(2);
  });
  fn(tensor([1]));
  fails = true;
  expect(() => fn(tensor([1]))).toThrow(new RangeError('no'));
  fails = false;
  for (let i = 0; i < 5; i++) expect(fn(tensor([i])).item()).toBe(2 * i);
});

test('a compiled function inside of another is a part of it', () => {
  const inner = compile((x: Tensor) => x.mul(3));
  const outer = compile((x: Tensor) => inner(x).add(1));
  for (let i = 0; i < 6; i++) expect(outer(tensor([i])).item()).toBe(3 * i + 1);
  expect(inner.replays).toBe(0);
});

describe.skipIf(!records)('what cannot be replayed', () => {
  const often = (fn: Compiled<[Tensor], unknown>, times = 8): void => {
    for (let i = 0; i < times; i++) fn(tensor([i + 1]));
  };

  test('values read on the host are an error', () => {
    const fn = compile((x: Tensor) => x.mul(x.item()));
    expect(() => often(fn)).toThrow(
      'compile: values are read on the host (item, data, toArray) inside the function; return the tensor and read it outside',
    );
  });

  test('numbers that change are an error that names the operation', () => {
    let calls = 0;
    const fn = compile((x: Tensor) => x.add(1).mul(++calls));
    expect(() => often(fn)).toThrow(
      'compile: the function cannot be replayed: it does not run the same operations at each call: operation 1 is mul of float32 [1] and 6, and was mul of float32 [1] and 5 before; pass values that change as tensors',
    );
  });

  test('without strict they run at every call, and say why', () => {
    let calls = 0;
    const reading = compile((x: Tensor) => x.mul(x.item()), { strict: false });
    const changing = compile((x: Tensor) => x.mul(++calls), { strict: false });
    for (let i = 1; i < 12; i++) {
      expect(reading(tensor([i])).item()).toBe(i * i);
      expect(changing(tensor([i])).item()).toBe(i * i);
    }
    expect(reading.unsupportedReason).toContain('values are read on the host');
    expect(changing.unsupportedReason).toContain('does not run the same operations at each call');
    expect(reading.replays + changing.replays).toBe(0);
  });
});

test('memory stays level over 1,000,000 replays (fewer where they are not fast)', {
  timeout: 120_000,
}, () => {
  const state = keep(tensor([1, 2, 3]));
  const step = compile((x: Tensor) => state.mul_(0.5).add_(x).sum());
  const x = tensor([1]);
  const steps = !records ? 1000 : x.device === 'cpu' ? 1_000_000 : 2000;
  let early = 0;
  for (let i = 0; i < steps; i++) {
    if (i === steps / 10) early = heldBytes();
    step(x).dispose();
  }
  // 9 bytes for a step, and some for what is compiled meanwhile.
  expect(heldBytes() - early).toBeLessThan(8 * 2 ** 20);
  expect(state).toBeInstanceOf(Tensor);
});

describe('where no input is a tensor', () => {
  test('the first operation tells the engine', () => {
    const state = keep(tensor([1, 2]));
    const step = compile(() => state.mul(2).add(1));
    for (let i = 0; i < 8; i++) expect(step().toArray()).toEqual([3, 5]);
    const scaled = compile((factor: number) => state.mul(factor));
    for (let i = 0; i < 8; i++) expect(scaled(3).toArray()).toEqual([3, 6]);
    if (!records) return;
    expect(step.replays).toBeGreaterThan(3);
    expect(scaled.replays).toBeGreaterThan(3);
    expect(step.unsupportedReason).toBeUndefined();
  });

  test('so does a draw, which is drawn anew at each call', () => {
    manualSeed(7);
    const expected = Array.from({ length: 8 }, () => rand([3]).toArray());
    manualSeed(7);
    const draw = compile(() => rand([3]));
    expect(Array.from({ length: 8 }, () => draw().toArray())).toEqual(expected);
    if (records) expect(draw.replays).toBeGreaterThan(3);
  });

  test('nothing that works on tensors is an error, or an unsupportedReason', () => {
    expect(() => compile(() => 1)()).toThrow(
      'compile: the function cannot be replayed: it has no operation on a tensor',
    );
    const lenient = compile(() => 1, { strict: false });
    expect([lenient(), lenient()]).toEqual([1, 1]);
    expect(lenient.unsupportedReason).toBe('it has no operation on a tensor');
  });
});

describe('what a recording took for granted', () => {
  test('memory from outside that is replaced between replays', () => {
    const weight = keep(tensor([1, 2]));
    const step = compile((x: Tensor) => x.mul(weight));
    const x = tensor([10, 10]);
    for (let i = 0; i < 6; i++) expect(step(x).toArray()).toEqual([10, 20]);
    weight.set_(tensor([3, 4]));
    for (let i = 0; i < 6; i++) expect(step(x).toArray()).toEqual([30, 40]);
    weight.fill_(5);
    expect(step(x).toArray()).toEqual([50, 50]);
  });

  test('whether gradients are recorded, for the same inputs', () => {
    const weight = keep(tensor([1, 2], { requiresGrad: true }));
    const step = compile((x: Tensor) => {
      const y = x.mul(weight).sum();
      if (y.requiresGrad) y.backward();
      return y;
    });
    const x = tensor([3, 4]);
    for (let i = 0; i < 6; i++) {
      weight.grad = null;
      expect(step(x).item()).toBe(11);
      expect(weight.grad).not.toBeNull();
      weight.grad = null;
      expect(noGrad(() => step(x)).item()).toBe(11);
      expect(weight.grad).toBeNull();
    }
  });
});

import { ArgumentError, compile, type DType, scope, type Tensor, tensor, zeros } from '@kindling/core';
import {
  Adagrad,
  Adam,
  AdamW,
  clipGradNorm,
  clipGradValue,
  mse,
  type Optimizer,
  type OptimizerStateDict,
  optimizers,
  RMSprop,
  SGD,
} from '@kindling/train';
import { describe, expect, test, vi } from 'vitest';
import { decodeTree, encodeTree } from '../src/run/tensor-tree.ts';

const leaf = (data: number[] | number[][], device = 'cpu'): Tensor =>
  tensor(data, { requiresGrad: true, device });

const { backend } = tensor(0).storage;
const hasKernels = backend.supports('sgdStep');
if (!hasKernels) console.warn(`tests of step kernels skipped: the engine ${backend.name} has none`);

/** Every optimizer with each part of its state in use. */
const makers: readonly (readonly [string, (params: Tensor[]) => Optimizer])[] = [
  ['SGD', (params) => new SGD(params, { lr: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 })],
  ['SGD, nesterov', (params) => new SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true })],
  ['Adam', (params) => new Adam(params, { lr: 0.1, weightDecay: 0.01, amsgrad: true })],
  ['AdamW', (params) => new AdamW(params, { lr: 0.1 })],
  ['RMSprop', (params) => new RMSprop(params, { momentum: 0.5, centered: true })],
  ['Adagrad', (params) => new Adagrad(params, { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.1 })],
];

/** A gradient that is different at each step and for each element. */
function learn(optimizer: Optimizer, params: readonly Tensor[], from: number, to: number): void {
  for (let step = from; step < to; step++) {
    optimizer.zeroGrad();
    for (const [i, param] of params.entries()) {
      const target = tensor(Float32Array.from({ length: param.numel }, (_, j) => Math.sin(step + 3 * i + j)));
      mse(param.flatten(), target, { reduction: 'sum' }).backward();
    }
    optimizer.step();
  }
}

const numel = (shape: readonly number[]): number => shape.reduce((count, size) => count * size, 1);

const start = (): Tensor[] => [leaf([[1, -2, 0.5]]), leaf([0.25, -0.75])];
const bytes = (params: readonly Tensor[]): number[][] => params.map((param) => [...param.data()]);

/** What a checkpoint does to a state: numbers become JSON and tensors bytes. */
function stored(state: OptimizerStateDict): OptimizerStateDict {
  return decodeTree(encodeTree(state), 'state') as OptimizerStateDict;
}

describe.each(makers)('%s', (_, make) => {
  test('resumes to the same bits', () => {
    const params = start();
    const optimizer = make(params);
    learn(optimizer, params, 0, 5);
    optimizer.paramGroups[0]!.lr *= 0.5;
    const saved = stored(optimizer.stateDict());
    const values = params.map((param) => param.detach().clone());
    learn(optimizer, params, 5, 10);

    const copies = values.map((value) => value.clone().requiresGrad_());
    const resumed = make(copies);
    resumed.loadStateDict(saved);
    learn(resumed, copies, 5, 10);
    expect(bytes(copies)).toEqual(bytes(params));

    const forgetful = values.map((value) => value.clone().requiresGrad_());
    learn(make(forgetful), forgetful, 5, 10);
    expect(bytes(forgetful)).not.toEqual(bytes(params));
  });

  test('keeps its state, and no memory besides', () => {
    const params = start();
    const optimizer = make(params);
    scope(() => learn(optimizer, params, 0, 1));
    const { state } = optimizer.stateDict();
    for (const entries of Object.values(state)) {
      for (const value of Object.values(entries)) {
        if (typeof value !== 'number') expect(value.disposed).toBe(false);
      }
    }
    const { backend } = params[0]!.storage;
    const allocate = vi.spyOn(backend, 'allocate');
    const free = vi.spyOn(backend, 'free');
    const execute = vi.spyOn(backend, 'execute');
    learn(optimizer, params, 1, 2);
    allocate.mockClear();
    free.mockClear();
    execute.mockClear();
    optimizer.step();
    expect(allocate.mock.calls.length).toBeGreaterThan(0);
    expect(free.mock.calls.length).toBe(allocate.mock.calls.length);
    expect(execute.mock.calls.length).toBeLessThanOrEqual(2 * 17);
    vi.restoreAllMocks();
  });

  test('a recorded step has the same bits, and goes on with a state that is loaded', () => {
    const train = (wrap: (step: (x: Tensor) => Tensor) => (x: Tensor) => Tensor) => {
      const params = start();
      const optimizer = make(params);
      const step = wrap((x) => {
        optimizer.zeroGrad();
        const loss = params
          .map((param) => param.mul(x).sub(1).square().sum())
          .reduce((sum, term) => sum.add(term));
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses: number[] = [];
      const run = (from: number, to: number): void => {
        for (let i = from; i < to; i++) {
          optimizer.paramGroups[0]!.lr *= 0.9;
          losses.push(step(tensor(Math.sin(i))).item());
        }
      };
      run(0, 7);
      const saved = stored(optimizer.stateDict());
      run(7, 9);
      optimizer.loadStateDict(saved);
      run(9, 16);
      const { state } = optimizer.stateDict();
      return { losses, params: bytes(params), steps: [0, 1].map((i) => state[i]!.step) };
    };
    let recorded: { readonly replays: number } = { replays: 0 };
    const replayed = train((step) => {
      const compiled = compile(step);
      recorded = compiled;
      return compiled;
    });
    expect(replayed).toEqual(train((step) => step));
    expect(replayed.steps).toEqual([14, 14]);
    if (hasKernels) expect(recorded.replays).toBeGreaterThan(6);
  });

  test('leaves parameters without a gradient alone', () => {
    const [used, unused] = start() as [Tensor, Tensor];
    const optimizer = make([used, unused]);
    const before = bytes([unused]);
    learn(optimizer, [used], 0, 2);
    expect(bytes([unused])).toEqual(before);
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['0']);
  });

  test('climbs where it should', () => {
    const [up, down] = [leaf([1]), leaf([1])];
    const [climber, sinker] = [make([up]), make([down])];
    climber.paramGroups[0]!.maximize = true;
    for (const optimizer of [climber, sinker]) optimizer.paramGroups[0]!.weightDecay = 0;
    up.grad = tensor([2]);
    down.grad = tensor([2]);
    climber.step();
    sinker.step();
    expect(up.item() - 1).toBeCloseTo(1 - down.item(), 6);
    expect(up.item()).toBeGreaterThan(1);
  });
});

/** How many kernels a step runs. */
function kernelsOf(optimizer: Optimizer): number {
  const { backend } = optimizer.paramGroups[0]!.params[0]!.storage;
  const execute = vi.spyOn(backend, 'execute');
  optimizer.step();
  const { length } = execute.mock.calls;
  execute.mockRestore();
  return length;
}

test.each([
  [2, { lr: 0.1 }],
  [4, { lr: 0.1, momentum: 0.9 }],
  [5, { lr: 0.1, momentum: 0.9, dampening: 0.1 }],
])('a step of SGD is %i operations a parameter with %o', (count, options) => {
  const param = leaf([1, 2, 3]);
  vi.spyOn(param.storage.backend, 'supports').mockReturnValue(false);
  const optimizer = new SGD([param], options);
  param.grad = tensor([1, 1, 1]);
  optimizer.step();
  expect(kernelsOf(optimizer)).toBe(count);
  vi.restoreAllMocks();
});

describe.skipIf(!hasKernels)('step kernels', () => {
  test('one takes 32 parameters of one dtype that had as many updates', () => {
    const params = Array.from({ length: 40 }, (_, i) => leaf([i, 1]));
    const double = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
    const optimizer = new Adam([...params, double]);
    const update = (some: readonly Tensor[]): number => {
      optimizer.zeroGrad();
      for (const param of some) param.grad = param.detach().clone();
      return kernelsOf(optimizer);
    };
    update(params.slice(0, 39));
    expect(update(params.slice(0, 32))).toBe(1);
    expect(update(params.slice(0, 20))).toBe(1);
    // Updates so far: 3 of the first 20, 2 of the next 12, 1 of the next 7, none of the last and the double.
    const fresh = 4;
    expect(update([...params, double])).toBe(5 + fresh);
    expect(update([...params.slice(0, 32)])).toBe(2);
  });

  const cases: readonly (readonly [string, (params: Tensor[]) => Optimizer])[] = [
    ...makers,
    ['SGD without momentum', (params) => new SGD(params, { lr: 0.1 })],
    [
      'SGD that climbs',
      (params) => new SGD(params, { lr: 0.1, momentum: 0.5, maximize: true, weightDecay: 0.1 }),
    ],
    ['Adam, plain', (params) => new Adam(params)],
    ['AdamW that climbs', (params) => new AdamW(params, { maximize: true, amsgrad: true })],
    ['RMSprop, plain', (params) => new RMSprop(params, { weightDecay: 0.1 })],
    ['RMSprop, centered', (params) => new RMSprop(params, { centered: true })],
    ['RMSprop with momentum', (params) => new RMSprop(params, { momentum: 0.9 })],
    ['Adagrad, plain', (params) => new Adagrad(params, { maximize: true })],
  ];
  const shapes = [[3], [], [17, 33], ...Array.from({ length: 33 }, (_, i) => [i + 1])];

  test.each(cases)('%s: the same bits as by operations', (_, make) => {
    const train = (dtype: DType): number[][] => {
      const params = shapes.map((shape, i) =>
        tensor(
          Float64Array.from({ length: numel(shape) }, (_, j) => Math.cos(i + j)),
          { shape, dtype, requiresGrad: true },
        ),
      );
      const optimizer = make(params);
      for (let step = 0; step < 4; step++) {
        for (const [i, param] of params.entries()) {
          const elements = Float64Array.from({ length: param.numel }, (_, j) =>
            Math.sin(step * 7 + i + j * j),
          );
          param.grad = tensor(elements, { shape: param.shape, dtype });
        }
        optimizer.paramGroups[0]!.lr *= 0.9;
        optimizer.step();
      }
      return bytes(params);
    };
    for (const dtype of ['float32', 'float64'] as const) {
      const fused = train(dtype);
      const supports = vi.spyOn(backend, 'supports').mockReturnValue(false);
      const composed = train(dtype);
      supports.mockRestore();
      expect(fused).toEqual(composed);
    }
  });

  test('Adam: the mean of a gradient that has become 0 ends as 0, and parameters are as by operations', () => {
    const train = () => {
      const param = tensor([0.5, -2, 0], { requiresGrad: true });
      const optimizer = new Adam([param]);
      param.grad = tensor([0.1, -3, 1e-4]);
      optimizer.step();
      param.grad = tensor([0, 0, 0]);
      for (let step = 0; step < 900; step++) optimizer.step();
      return { param: bytes([param]), mean: (optimizer.stateDict().state[0]!.exp_avg as Tensor).toArray() };
    };
    const fused = train();
    const supports = vi.spyOn(backend, 'supports').mockReturnValue(false);
    const composed = train();
    supports.mockRestore();
    expect(fused.mean).toEqual([0, 0, 0]);
    expect(composed.mean).not.toEqual([0, 0, 0]);
    expect(fused.param).toEqual(composed.param);
  });
});

test('a loaded state is a copy', () => {
  const [a, b] = [leaf([1, 2]), leaf([1, 2])];
  const [first, second] = [new Adam([a]), new Adam([b])];
  learn(first, [a], 0, 2);
  second.loadStateDict(first.stateDict());
  const before = first.stateDict().state[0]!.exp_avg as Tensor;
  const bits = [...before.data()];
  learn(second, [b], 2, 4);
  expect([...before.data()]).toEqual(bits);
});

test('the table names every optimizer', () => {
  expect(Object.keys(optimizers)).toEqual([
    'sgd',
    'adam',
    'adamW',
    'rmsprop',
    'adagrad',
    'adadelta',
    'adamax',
    'nadam',
    'radam',
    'lbfgs',
  ]);
  for (const Type of Object.values(optimizers)) {
    expect(new Type(start(), { lr: 0.1 }).name).toBe(Type.name);
  }
});

describe('defaults are those of PyTorch 2.15', () => {
  test.each([
    [new SGD(start()), { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false }],
    [new Adam(start()), { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false }],
    [new AdamW(start()), { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 1e-2, amsgrad: false }],
    [
      new RMSprop(start()),
      { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false },
    ],
    [new Adagrad(start()), { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 }],
  ])('%#', (optimizer, options) => {
    expect(optimizer.stateDict().paramGroups).toEqual([{ ...options, maximize: false, params: [0, 1] }]);
  });
});

describe('parameter groups', () => {
  test('have options of their own, and others can be added', () => {
    const [a, b] = start() as [Tensor, Tensor];
    const c = leaf([1]);
    const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 1, momentum: 0.5 }], { lr: 0.1 });
    optimizer.addParamGroup({ params: [c], lr: 2 });
    expect(optimizer.paramGroups.map(({ lr, momentum }) => [lr, momentum])).toEqual([
      [0.1, 0],
      [1, 0.5],
      [2, 0],
    ]);
    for (const param of [a, b, c]) param.grad = param.detach().clone();
    optimizer.step();
    expect(a.toArray()).toEqual([[0.9, -1.8, 0.45].map(Math.fround)]);
    expect(b.toArray()).toEqual([0, 0]);
    expect(c.toArray()).toEqual([-1]);
  });

  test('parameters may come from anything that can be walked through', () => {
    const params = start();
    expect(new SGD(new Set(params).values(), { lr: 1 }).paramGroups[0]!.params).toEqual(params);
  });
});

describe('zeroGrad', () => {
  test('frees gradients, or fills them with 0', () => {
    const [a, b] = start() as [Tensor, Tensor];
    const optimizer = new SGD([a, b], { lr: 1, momentum: 0.5 });
    const grad = tensor([[1, 1, 1]]);
    a.grad = grad;
    optimizer.step();
    optimizer.zeroGrad({ setToNone: false });
    expect(a.grad).toBe(grad);
    expect(grad.toArray()).toEqual([[0, 0, 0]]);
    const before = a.data()[0]!;
    optimizer.step();
    expect(a.data()[0]).toBe(before - 0.5);
    optimizer.zeroGrad();
    expect(a.grad).toBeNull();
    expect(grad.disposed).toBe(true);
  });
});

describe('refusals say what was expected and what came', () => {
  const params = start();
  test.each([
    ['SGD: expected lr of at least 0, got -1', () => new SGD(params, { lr: -1 })],
    ['SGD: expected lr of at least 0, got NaN', () => new SGD(params, { lr: Number.NaN })],
    [
      'SGD: expected momentum above 0 and dampening 0 with nesterov, got 0 and 0',
      () => new SGD(params, { lr: 1, nesterov: true }),
    ],
    ['Adam: expected betas in [0, 1), got [0.9, 1]', () => new Adam(params, { betas: [0.9, 1] })],
    ['AdamW: expected eps of at least 0, got -1', () => new AdamW(params, { eps: -1 })],
    [
      'Adagrad: expected lrDecay of at least 0, got -2',
      () => new Adagrad([{ params, lrDecay: -2 }], { lr: 0.1 }),
    ],
    ['RMSprop: expected parameters or groups of them, got none', () => new RMSprop([])],
    [
      'SGD: expected parameters or groups of them, got both',
      () => new SGD([params[0]!, { params: [params[1]!] }] as Tensor[], { lr: 1 }),
    ],
    [
      'SGD: expected each parameter once, got one of shape [2] twice',
      () => new SGD([{ params }, { params: [params[1]!] }], { lr: 1 }),
    ],
    [
      'SGD: expected parameters that are leaves, got the result of an operation of shape [1, 3]',
      () => new SGD([params[0]!.mul(2)], { lr: 1 }),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });

  test('a state that does not fit changes nothing', () => {
    const own = start();
    const optimizer = new Adam(own, { lr: 0.5 });
    learn(optimizer, own, 0, 1);
    const saved = stored(optimizer.stateDict());
    const [group] = saved.paramGroups;
    const fits = (state: OptimizerStateDict) => () => optimizer.loadStateDict(state);
    expect(fits({ ...saved, paramGroups: [] })).toThrow(
      'Adam: expected the state of 1 parameter groups, got 0',
    );
    expect(fits({ ...saved, paramGroups: [{ ...group!, params: [0] }] })).toThrow(
      'Adam: expected the state of a group of 2 parameters, got 1',
    );
    expect(fits(new SGD(start(), { lr: 1 }).stateDict())).toThrow(
      'Adam: expected a state with the options amsgrad, betas, eps, lr, maximize, weightDecay, got dampening, lr, maximize, momentum, nesterov, weightDecay',
    );
    expect(fits({ ...saved, state: { 0: { step: 1, exp_avg: zeros([2]) } } })).toThrow(
      'Adam: expected exp_avg of shape [1, 3], got [2]',
    );
    expect(fits({ ...saved, state: { 7: { step: 1 } } })).toThrow(
      'Adam: expected state for parameters 0, 1, got 7',
    );
    const wrong = Object.assign({}, group, { lr: '0.1' });
    expect(fits({ ...saved, paramGroups: [wrong] })).toThrow(
      'Adam: expected lr to be a number, got a string',
    );
    const after = optimizer.stateDict();
    expect(after.paramGroups).toEqual(saved.paramGroups);
    expect((after.state[0]!.exp_avg as Tensor).data()).toEqual((saved.state[0]!.exp_avg as Tensor).data());
  });
});

describe('clipping', () => {
  const withGradients = (...gradients: (number[] | null)[]): Tensor[] =>
    gradients.map((gradient) => {
      const param = zeros([gradient?.length ?? 1], { requiresGrad: true });
      param.grad = gradient === null ? null : tensor(gradient);
      return param;
    });

  test('the norm is that of all gradients together', () => {
    const params = withGradients([3, 0], null, [0, 4]);
    const norm = clipGradNorm(params, 1);
    expect(norm.item()).toBe(5);
    expect(params[0]!.grad!.data()[0]).toBeCloseTo(0.6, 6);
    expect(params[2]!.grad!.data()[1]).toBeCloseTo(0.8, 6);
    expect(clipGradNorm(params, 10, { normType: Number.POSITIVE_INFINITY }).item()).toBeCloseTo(0.8, 6);
  });

  test('without gradients there is nothing to do', () => {
    expect(clipGradNorm(withGradients(null), 1).item()).toBe(0);
    expect(() => clipGradValue(withGradients(null), 1)).not.toThrow();
  });

  test('refuses what makes no sense', () => {
    const params = withGradients([1, Number.NaN]);
    expect(() => clipGradNorm(params, -1)).toThrow('clipGradNorm: expected a maxNorm of at least 0, got -1');
    expect(() => clipGradValue(params, Number.NaN)).toThrow(
      'clipGradValue: expected a value of at least 0, got NaN',
    );
    expect(() => clipGradNorm(params, 1, { errorIfNonfinite: true })).toThrow(
      'clipGradNorm: expected a finite norm, got NaN',
    );
    expect(params[0]!.grad!.data()[0]).toBe(1);
  });
});

describe('numbers at the limits', () => {
  test('a NaN gradient is NaN in all that amsgrad keeps, by kernel and by operations', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const param = tensor([1, 2, 3], { dtype, requiresGrad: true });
      const optimizer = new Adam([param], { lr: 0.1, amsgrad: true });
      const step = (gradient: number[]): void => {
        param.grad = tensor(gradient, { dtype });
        optimizer.step();
      };
      step([1, 1, 1]);
      step([1, Number.NaN, 1]);
      step([1, 1, 1]);
      const { state } = optimizer.stateDict();
      for (const name of ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']) {
        expect(Array.from((state['0']![name] as Tensor).data(), Number.isNaN), name).toEqual([
          false,
          true,
          false,
        ]);
      }
      expect(Array.from(param.data(), Number.isNaN)).toEqual([false, true, false]);
    }
  });

  test('gradients of norm 0 stay 0 when they are clipped', () => {
    const params = [leaf([1, 2]), leaf([3])];
    for (const param of params) param.grad = zeros(param.shape);
    for (const normType of [1, 2, Number.POSITIVE_INFINITY]) {
      expect(clipGradNorm(params, 1, { normType }).item()).toBe(0);
      expect(params.map(({ grad }) => grad?.toArray())).toEqual([[0, 0], [0]]);
    }
    expect(clipGradNorm(params, 0).item()).toBe(0);
    expect(params[0]!.grad?.toArray()).toEqual([0, 0]);
  });

  test('nesterov with dampening is refused', () => {
    const make = (dampening: number, momentum = 0.9): SGD =>
      new SGD([leaf([1])], { lr: 0.1, momentum, dampening, nesterov: true });
    expect(() => make(0.1)).toThrow(
      'SGD: expected momentum above 0 and dampening 0 with nesterov, got 0.9 and 0.1',
    );
    expect(() => make(0, 0)).toThrow(ArgumentError);
    expect(make(0).paramGroups[0].nesterov).toBe(true);
  });

  test('the first group needs no check', () => {
    const optimizer = new SGD([leaf([1])], { lr: 0.5 });
    const lr: number = optimizer.paramGroups[0].lr;
    optimizer.addParamGroup({ params: [leaf([2])], lr: 0.25 });
    expect([lr, optimizer.paramGroups[1]?.lr]).toEqual([0.5, 0.25]);
  });
});

describe('a saved state that fits no parameter', () => {
  const optimizer = new Adam([leaf([1, 2])]);
  const saved = (entries: unknown): OptimizerStateDict => ({
    ...optimizer.stateDict(),
    state: { 0: entries } as never,
  });
  const moments = { exp_avg: zeros([2]), exp_avg_sq: zeros([2]) };

  test.each<[unknown, string]>([
    [null, 'Adam: expected the state of a parameter, got null'],
    [7, 'Adam: expected the state of a parameter, got 7'],
    [{ ...moments }, 'Adam: expected a step count, got undefined'],
    [{ ...moments, step: -1 }, 'Adam: expected a step count, got -1'],
    [{ ...moments, step: 0.5 }, 'Adam: expected a step count, got 0.5'],
    [{ ...moments, step: zeros([]) }, 'Adam: expected a step count, got a tensor of shape []'],
    [{ ...moments, step: 1, exp_avg: zeros([3]) }, 'Adam: expected exp_avg of shape [2], got [3]'],
    [{ ...moments, step: 1, exp_avg: 3 }, 'Adam: expected exp_avg of shape [2], got 3'],
  ])('%#: is refused', (entries, message) => {
    expect(() => optimizer.loadStateDict(saved(entries))).toThrow(message);
    expect(() => optimizer.loadStateDict(saved(entries))).toThrow(ArgumentError);
  });

  test('of another number of groups, or for no parameter there is', () => {
    const { state, paramGroups } = optimizer.stateDict();
    expect(() => optimizer.loadStateDict({ state, paramGroups: [] })).toThrow(
      'Adam: expected the state of 1 parameter groups, got 0',
    );
    expect(() => optimizer.loadStateDict({ state: { 5: { ...moments, step: 1 } }, paramGroups })).toThrow(
      'Adam: expected state for parameters 0, got 5',
    );
    const longer = [{ ...paramGroups[0]!, params: [0, 1] }];
    expect(() => optimizer.loadStateDict({ state, paramGroups: longer })).toThrow(
      'Adam: expected the state of a group of 1 parameters, got 2',
    );
    const odd = [{ ...paramGroups[0]!, betas: 0.9 as never }];
    expect(() => optimizer.loadStateDict({ state, paramGroups: odd })).toThrow(
      'Adam: expected betas to be a list of a number, a number, got a number',
    );
    for (const wrong of [
      null,
      {},
      { state },
      { state: 1, paramGroups },
      { state, paramGroups: [null] },
      { state, paramGroups: [{}] },
    ]) {
      expect(() => optimizer.loadStateDict(wrong as never)).toThrow(
        'Adam: expected a state with state and paramGroups, got ',
      );
    }
  });
});

import * as core from '@kindling/core';
import { ArgumentError, DTypeError, nn, ShapeError, tensor, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';

/** Calls as plain JavaScript does, which no type holds back. */
const call = (fn: unknown, ...args: readonly unknown[]): unknown =>
  Reflect.apply(fn as () => unknown, undefined, args);
const make = (type: unknown, ...args: readonly unknown[]): unknown =>
  Reflect.construct(type as new () => unknown, args);

const x = tensor([
  [1, 2],
  [3, 4],
]);
const weights = (): core.Tensor => zeros([2, 2]);
const method = (name: string, ...args: readonly unknown[]): unknown =>
  Reflect.apply(Reflect.get(x, name) as () => unknown, x, args);

const isEmpty = (options: unknown): boolean => options === undefined || JSON.stringify(options) === '{}';

/** Everything of this package that takes options, with those options given to it. */
const takers: readonly (readonly [string, (options: unknown) => unknown])[] = [
  ['zeros', (options) => call(core.zeros, [2], options)],
  ['ones', (options) => call(core.ones, [2], options)],
  ['empty', (options) => call(core.empty, [2], options)],
  ['full', (options) => call(core.full, [2], 1, options)],
  ['zerosLike', (options) => call(core.zerosLike, x, options)],
  ['onesLike', (options) => call(core.onesLike, x, options)],
  ['fullLike', (options) => call(core.fullLike, x, 1, options)],
  ['tensor', (options) => call(core.tensor, [1], options)],
  ['arange', (options) => call(core.arange, 0, 2, 1, options)],
  ['linspace', (options) => call(core.linspace, 0, 1, 2, options)],
  ['eye', (options) => call(core.eye, 2, 2, options)],
  ['rand', (options) => call(core.rand, [2], options)],
  ['randn', (options) => call(core.randn, [2], options)],
  ['randint', (options) => call(core.randint, 0, 2, [2], options)],
  ['randperm', (options) => call(core.randperm, 2, options)],
  ['bernoulli', (options) => call(core.bernoulli, x.div(4), options)],
  ['compile', (options) => call(core.compile, () => 1, options)],
  ['decodeSafetensors', (options) => call(core.decodeSafetensors, core.encodeSafetensors({}), options)],
  ['Linear', (options) => make(nn.Linear, 2, 3, options)],
  ['LayerNorm', (options) => make(nn.LayerNorm, 2, options)],
  ['BatchNorm1d', (options) => make(nn.BatchNorm1d, 2, options)],
  ['Embedding', (options) => make(nn.Embedding, 2, 2, options)],
  ['GELU', (options) => make(nn.GELU, options)],
  ['init.uniform', (options) => call(core.init.uniform, weights(), 0, 1, options)],
  ['init.normal', (options) => call(core.init.normal, weights(), 0, 1, options)],
  ['init.kaimingUniform', (options) => call(core.init.kaimingUniform, weights(), options)],
  ['init.kaimingNormal', (options) => call(core.init.kaimingNormal, weights(), options)],
  ['init.xavierUniform', (options) => call(core.init.xavierUniform, weights(), 1, options)],
  ['init.xavierNormal', (options) => call(core.init.xavierNormal, weights(), 1, options)],
  ['var', (options) => method('var', 0, options)],
  ['std', (options) => method('std', 0, options)],
  ['batchNorm', (options) => method('batchNorm', isEmpty(options) ? { training: true } : options)],
  [
    'backward',
    (options) => call((o: never) => tensor(1, { requiresGrad: true }).mul(2).backward(undefined, o), options),
  ],
  [
    'grad',
    (options) => {
      const leaf = tensor(1, { requiresGrad: true });
      return call(core.grad, leaf.mul(2), [leaf], options);
    },
  ],
  [
    'gradcheck',
    (options) => {
      const leaf = tensor(1, { dtype: 'float64', requiresGrad: true });
      return call(core.gradcheck, (y: core.Tensor) => y.mul(2), [leaf], options);
    },
  ],
];

describe.each(takers)('%s', (_, give) => {
  test('takes no options, or none of them', () => {
    expect(() => give(undefined)).not.toThrow();
    expect(() => give({})).not.toThrow();
  });

  test.each([
    ['an option that does not exist', { nonsense: 1 }],
    ['null', null],
    ['a number', 3],
    ['false', false],
    ['text', 'nonsense'],
    ['a list', [1]],
    ['a function', () => ({})],
  ])('refuses %s', (__, options) => {
    expect(() => give(options)).toThrow(ArgumentError);
  });
});

test.each<[string, () => unknown, string]>([
  [
    "zeros([2], 'float64')",
    () => call(zeros, [2], 'float64'),
    'zeros: expected options { dtype, device, requiresGrad }, got "float64"; did you mean { dtype: \'float64\' }?',
  ],
  ["zeros([2], 'cpu')", () => call(zeros, [2], 'cpu'), "did you mean { device: 'cpu' }?"],
  [
    'Linear(2, 3, false)',
    () => make(nn.Linear, 2, 3, false),
    'Linear: expected options { bias }, got false; did you mean { bias: false }?',
  ],
  [
    'zeros([2], { requires_grad })',
    () => call(zeros, [2], { requires_grad: true }),
    'zeros: expected options among dtype, device, requiresGrad, got "requires_grad"; did you mean requiresGrad?',
  ],
  ['tensor(1, { dType })', () => call(tensor, 1, { dType: 'int32' }), 'did you mean dtype?'],
  [
    'LayerNorm(2, 1e-6)',
    () => make(nn.LayerNorm, 2, 1e-6),
    'LayerNorm: expected options { eps, elementwiseAffine, bias }, got 0.000001',
  ],
])('%s', (_, run, message) => {
  expect(run).toThrow(ArgumentError);
  expect(run).toThrow(message);
});

test.each<[string, () => unknown, string]>([
  [
    'zeros(2, 3)',
    () => call(zeros, 2, 3),
    'zeros: expected a shape, an array of sizes, got 2; did you mean [2, 3]?',
  ],
  [
    'ones(2)',
    () => call(core.ones, 2),
    'ones: expected a shape, an array of sizes, got 2; did you mean [2]?',
  ],
  ['randn(2, 3)', () => call(core.randn, 2, 3), 'did you mean [2, 3]?'],
  ['empty({})', () => call(core.empty, {}), 'empty: expected a shape, an array of sizes, got {  }'],
  ['full(2, 7)', () => call(core.full, 2, 7), 'full: expected a shape, an array of sizes, got 2'],
])('%s', (_, run, message) => {
  expect(run).toThrow(ShapeError);
  expect(run).toThrow(message);
});

describe('an object where an axis is taken by its position', () => {
  test.each([
    'sum',
    'mean',
    'amax',
    'var',
    'logsumexp',
    'argmax',
    'cumsum',
    'softmax',
    'squeeze',
    'unsqueeze',
    'sort',
  ])('%s({ dim: 0 })', (name) => {
    expect(() => method(name, { dim: 0 })).toThrow(ArgumentError);
    expect(() => method(name, { dim: 0 })).toThrow(
      /expected dim to be a number.*, got \{ dim \}; did you mean \w+\(0\)\?$/,
    );
  });
});

test('a list of layers is no layer', () => {
  const layers = [new nn.Linear(2, 2), new nn.ReLU()];
  expect(() => make(nn.Sequential, layers)).toThrow(
    'Sequential: expected layer 0 to be a module, got an array; did you mean new Sequential(...layers)?',
  );
  for (const wrong of [undefined, null, 1, 'relu', {}, nn.ReLU]) {
    expect(() => make(nn.Sequential, layers[0], wrong), String(wrong)).toThrow(ArgumentError);
  }
});

test('options may be an instance of a class, or come from another realm', () => {
  class Options {
    dtype = 'float64';
  }
  expect((call(zeros, [1], new Options()) as core.Tensor).dtype).toBe('float64');
  expect((call(zeros, [1], Object.create(null)) as core.Tensor).dtype).toBe('float32');
  expect(() => call(zeros, [1], { dtype: 'float16' })).toThrow(Error);
  expect(DTypeError).toBeDefined();
});

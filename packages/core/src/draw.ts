import {
  assertBoolean,
  assertDType,
  assertGenerator,
  assertNumber,
  assertTensor,
  assertWhole,
  describe,
  shapeArgument,
} from './arguments.ts';
import { assertRange } from './assert-range.ts';
import { drawn, type TensorOptions, tensor, tensorOptionNames } from './create.ts';
import type { DType } from './dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from './errors.ts';
import { checkOptions, checkShapeList, type OptionNames } from './options.ts';
import { fillCategories } from './random/categories.ts';
import { defaultGenerator } from './random/default-generator.ts';
import { fillBernoulli, fillNormal, fillUniform } from './random/distributions.ts';
import type { Generator } from './random/generator.ts';
import { drawPermutation, fillIntegers } from './random/integers.ts';
import { broadcastShapes, numel, type Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

export interface GeneratorOptions {
  /** Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator | undefined;
}

export interface DrawOptions extends TensorOptions, GeneratorOptions {}

const drawOptionNames: OptionNames<DrawOptions> = { ...tensorOptionNames, generator: true };

type FloatArray = Float32Array | Float64Array;

function draw(
  op: string,
  shape: Shape,
  drawOptions: DrawOptions,
  fill: (out: FloatArray, generator: Generator) => void,
): Tensor {
  checkShapeList(op, shape, drawOptions);
  checkOptions(op, drawOptions, drawOptionNames);
  const { dtype = 'float32', generator = defaultGenerator, ...options } = drawOptions;
  const sizes = shapeArgument(op, shape);
  assertGenerator(op, generator);
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new DTypeError(`${op}: expected float32 or float64, got ${describe(dtype)}`);
  }
  const count = numel(sizes);
  const compute = (): FloatArray => {
    const elements = dtype === 'float32' ? new Float32Array(count) : new Float64Array(count);
    fill(elements, generator);
    return elements;
  };
  return drawn(op, dtype, sizes, compute, options);
}

/** Uniform draws from [0, 1). Bit for bit `torch.rand` on the CPU, whatever the device. */
export const rand = (shape: Shape, options: DrawOptions = {}): Tensor =>
  draw('rand', shape, options, (out, generator) => fillUniform(out, generator));

/** Draws from the standard normal distribution: `torch.randn` on the CPU, whatever the device. */
export const randn = (shape: Shape, options: DrawOptions = {}): Tensor =>
  draw('randn', shape, options, (out, generator) => fillNormal(out, generator));

/** What a draw in the shape of a tensor takes from it, unless options say otherwise. */
const like = (op: string, other: Tensor, options: DrawOptions): DrawOptions => {
  assertTensor(op, 'other', other);
  return { dtype: other.dtype, device: other.device, ...checkOptions(op, options, drawOptionNames) };
};

/** {@link rand} in the shape, dtype and device of a tensor. */
export const randLike = (other: Tensor, options: DrawOptions = {}): Tensor => {
  const drawOptions = like('randLike', other, options);
  return draw('randLike', other.shape, drawOptions, (out, generator) => fillUniform(out, generator));
};

/** {@link randn} in the shape, dtype and device of a tensor. */
export const randnLike = (other: Tensor, options: DrawOptions = {}): Tensor => {
  const drawOptions = like('randnLike', other, options);
  return draw('randnLike', other.shape, drawOptions, (out, generator) => fillNormal(out, generator));
};

/**
 * Draws from normal distributions: `torch.normal` on the CPU, whatever the device. A tensor has a mean, or a standard deviation, for each
 * draw; two are broadcast, and the result has the dtype and device of the first. The draws have no gradient.
 *
 * @throws {ArgumentError} for a negative standard deviation.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.normal.html
 */
export function normal(mean: number, std: number, shape: Shape, options?: DrawOptions): Tensor;
export function normal(mean: Tensor, std?: Tensor | number, options?: GeneratorOptions): Tensor;
export function normal(mean: number, std: Tensor, options?: GeneratorOptions): Tensor;
export function normal(
  mean: Tensor | number,
  std: Tensor | number = 1,
  shapeOrOptions: Shape | GeneratorOptions = {},
  options: DrawOptions = {},
): Tensor {
  assertNumberOrTensor('mean', mean);
  assertNumberOrTensor('std', std);
  if (typeof mean !== 'number' || typeof std !== 'number') {
    return normalOf(mean, std, shapeOrOptions as GeneratorOptions);
  }
  return draw('normal', shapeOrOptions as Shape, options, (out, generator) =>
    fillNormal(out, generator, mean, std),
  );
}

function assertNumberOrTensor(name: string, value: Tensor | number): void {
  if (typeof value === 'number') assertNumber('normal', name, value);
  else assertTensor('normal', name, value, ' or a number');
}

/** In PyTorch's order of rounding: draws from N(0, 1), or N(0, std) for a number, then times std, plus mean. */
function normalOf(mean: Tensor | number, std: Tensor | number, options: GeneratorOptions): Tensor {
  const { generator } = checkOptions('normal', options, { generator: true });
  const tensors = [mean, std].filter((x) => typeof x !== 'number');
  const { dtype, device } = tensors[0]!;
  const shape = tensors.map((x) => x.shape).reduce((a, b) => broadcastShapes('normal', a, b));
  if (typeof std !== 'number') {
    assertRange(std, {
      low: 0,
      high: Number.POSITIVE_INFINITY,
      except: Number.NaN,
      expected: 'normal: expected std of at least 0',
      rest: '',
    });
  }
  const draws = draw('normal', shape, { dtype, device, generator }, (out, from) =>
    fillNormal(out, from, 0, typeof std === 'number' ? std : 1),
  );
  if (typeof std !== 'number') draws.mul_(std.detach());
  return draws.add_(typeof mean === 'number' ? mean : mean.detach());
}

/** Uniform integers from [low, high), int32 unless another dtype is given; `torch.randint`. */
export function randint(low: number, high: number, shape: Shape, options: DrawOptions = {}): Tensor {
  checkShapeList('randint', shape, options);
  checkOptions('randint', options, drawOptionNames);
  const { dtype = 'int32', generator = defaultGenerator, ...rest } = options;
  const sizes = shapeArgument('randint', shape);
  assertDType('randint', dtype);
  assertGenerator('randint', generator);
  if (dtype === 'bool') throw new DTypeError('randint: expected a numeric dtype, got bool');
  const count = numel(sizes);
  return drawn(
    'randint',
    dtype,
    sizes,
    () => fillIntegers(arrayFor(dtype, count), generator, low, high),
    rest,
  );
}

function arrayFor(dtype: Exclude<DType, 'bool'>, count: number) {
  switch (dtype) {
    case 'uint8':
      return new Uint8Array(count);
    case 'int32':
      return new Int32Array(count);
    case 'float32':
      return new Float32Array(count);
    case 'float64':
      return new Float64Array(count);
  }
}

/** The integers 0 … n − 1 in random order, int32; `torch.randperm`. */
export function randperm(n: number, options: DrawOptions = {}): Tensor {
  checkOptions('randperm', options, drawOptionNames);
  const { generator = defaultGenerator, dtype = 'int32', ...rest } = options;
  assertWhole('randperm', 'n', n, 0, 2 ** 30);
  assertDType('randperm', dtype);
  assertGenerator('randperm', generator);
  if (dtype !== 'int32') return tensor(drawPermutation(generator, n), { ...rest, dtype });
  return drawn('randperm', dtype, [n], () => drawPermutation(generator, n), rest);
}

/** 1 with the probability that each element gives, else 0, in the dtype of the probabilities; `torch.bernoulli`. */
export function bernoulli(probabilities: Tensor, options: GeneratorOptions = {}): Tensor {
  const { generator = defaultGenerator } = checkOptions('bernoulli', options, { generator: true });
  assertTensor('bernoulli', 'probabilities', probabilities);
  assertGenerator('bernoulli', generator);
  const { dtype, shape, device } = probabilities;
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new DTypeError(`bernoulli: expected float32 or float64 probabilities, got ${dtype}`);
  }
  const p = probabilities.data() as FloatArray;
  const outside = p.find((x) => !(x >= 0 && x <= 1));
  if (outside !== undefined) {
    throw new ArgumentError(`bernoulli: expected probabilities in [0, 1], got ${outside}`);
  }
  const out = dtype === 'float32' ? new Float32Array(p.length) : new Float64Array(p.length);
  return tensor(fillBernoulli(out, generator, p), { shape, device });
}

/** Draws of one call, which are made on the host. */
const MAX_DRAWS = 2 ** 28;

export interface MultinomialOptions extends GeneratorOptions {
  /** Whether a category may be drawn again. Default false. */
  readonly replacement?: boolean;
}

/**
 * `count` categories for each row of weights [n] or [m, n], drawn with probabilities in proportion to them, as int32. Reads the weights
 * on the host. With replacement, the draws are those of `torch.multinomial` on the CPU; without, they are of the same distribution.
 *
 * @throws {ArgumentError} for weights that are negative or not finite, or fewer above 0 than are to be drawn without replacement.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.multinomial.html
 */
export function multinomial(weights: Tensor, count: number, options: MultinomialOptions = {}): Tensor {
  const { replacement = false, generator = defaultGenerator } = checkOptions('multinomial', options, {
    replacement: true,
    generator: true,
  });
  assertTensor('multinomial', 'weights', weights);
  assertWhole('multinomial', 'count', count, 1, MAX_DRAWS);
  assertBoolean('multinomial', 'replacement', replacement);
  assertGenerator('multinomial', generator);
  if (weights.ndim !== 1 && weights.ndim !== 2) {
    throw new ShapeError(
      `multinomial: expected weights [n] or [m, n], got shape ${formatShape(weights.shape)}`,
    );
  }
  const size = weights.shape.at(-1)!;
  const rows = weights.ndim === 1 ? 1 : weights.shape[0]!;
  const data = weights.data();
  const wrong = data.find((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong !== undefined) {
    throw new ArgumentError(`multinomial: expected finite weights of at least 0, got ${wrong}`);
  }
  const picked = new Int32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const part = data.subarray(row * size, (row + 1) * size);
    const possible = Array.from(part).filter((weight) => weight > 0).length;
    if (possible < (replacement ? 1 : count)) {
      throw new ArgumentError(
        `multinomial: expected at least ${replacement ? 1 : count} weights above 0, got ${possible}`,
      );
    }
    fillCategories(picked.subarray(row * count, (row + 1) * count), generator, part, replacement);
  }
  return tensor(picked, { shape: [...weights.shape.slice(0, -1), count], device: weights.device });
}

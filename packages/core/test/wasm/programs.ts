// What must give the same bits on the engine as WebAssembly and as machine code of the same vectors.
import { createHash } from 'node:crypto';
import {
  compile,
  type DType,
  F,
  manualSeed,
  nn,
  noGrad,
  rand,
  randint,
  randn,
  type Tensor,
  where,
} from '../../src/index.ts';

const digest = (tensors: readonly Tensor[]): string => {
  const hash = createHash('sha256');
  for (const tensor of tensors) hash.update(new Uint8Array(tensor.data().buffer));
  return hash.digest('hex').slice(0, 16);
};

/** Adam by hand on 784-256-10, as the tutorial trains it: losses and parameters after twenty steps. */
function adam(isCompiled: boolean): Tensor[] {
  manualSeed(3);
  const model = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
  const parameters = [...model.parameters()];
  const moments = parameters.map((p) => [p.mul(0).detach(), p.mul(0).detach()] as const);
  const plain = (x: Tensor, y: Tensor): Tensor => {
    const loss = F.crossEntropy(model.forward(x), y);
    for (const parameter of parameters) parameter.grad = null;
    loss.backward();
    noGrad(() => {
      for (const [i, parameter] of parameters.entries()) {
        const [m, v] = moments[i]!;
        const grad = parameter.grad!;
        m.mul_(0.9).add_(grad.mul(0.1));
        v.mul_(0.999).add_(grad.square().mul(0.001));
        parameter.sub_(m.div(v.sqrt().add(1e-8)).mul(0.01));
      }
    });
    return loss.detach();
  };
  const step = isCompiled ? compile(plain) : plain;
  const losses = Array.from({ length: 20 }, () => step(rand([64, 784]), randint(0, 10, [64])));
  return [...losses, ...parameters];
}

const unary = [
  'neg',
  'abs',
  'exp',
  'expm1',
  'log',
  'log1p',
  'tanh',
  'sigmoid',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'square',
  'relu',
  'gelu',
  'silu',
  'elu',
  'softplus',
  'sin',
  'cos',
  'erf',
  'floor',
  'round',
  'sign',
] as const;
/** What takes a function of the C library in float64, whose last digits are those of the system. */
const ofLibrary: ReadonlySet<string> = new Set([
  'exp',
  'expm1',
  'log',
  'log1p',
  'tanh',
  'sigmoid',
  'gelu',
  'silu',
  'elu',
  'softplus',
  'sin',
  'cos',
  'erf',
  'pow',
  'softmax',
]);

const isPortable = (name: string, dtype: DType): boolean => dtype !== 'float64' || !ofLibrary.has(name);

const binary = ['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'gt'] as const;

function* pointwise(dtype: DType): Generator<[string, Tensor[]]> {
  manualSeed(7);
  const x = randn([5003], { dtype }).mul(3);
  const y = rand([5003], { dtype }).add(0.1);
  for (const name of unary.filter((each) => isPortable(each, dtype))) {
    yield [`${name} of ${dtype}`, [x[name](), y[name]()]];
  }
  for (const name of binary.filter((each) => isPortable(each, dtype))) {
    yield [`${name} of ${dtype}`, [y[name](y.flip([0])), x[name](2)]];
  }
  yield [`where of ${dtype}`, [where(x.gt(0), x, y)]];
  yield [`conversions of ${dtype}`, [x.to('int32'), x.to('float64'), x.to('float32'), x.to('bool')]];
}

function* others(dtype: DType): Generator<[string, Tensor[]]> {
  manualSeed(8);
  const m = randn([67, 301], { dtype });
  yield [`sums of ${dtype}`, [m.sum(), m.sum(0), m.sum(1), m.t().sum(1), m.cumsum(1)]];
  yield [`extrema of ${dtype}`, [m.max(), m.argmax(1), m.amin(0)]];
  if (isPortable('softmax', dtype)) yield [`softmax of ${dtype}`, [m.softmax(1), m.logSoftmax(0)]];
  yield [`layer norm of ${dtype}`, [F.layerNorm(m, [301])]];
  for (const [rows, inner, columns] of [
    [1, 301, 7],
    [64, 784, 256],
    [130, 70, 33],
  ] as const) {
    const product = randn([rows, inner], { dtype }).matmul(randn([inner, columns], { dtype }));
    yield [`product [${rows}, ${inner}] × [${inner}, ${columns}] of ${dtype}`, [product]];
  }
}

/** A digest of the bits that each program gives. */
export function digests(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const isCompiled of [false, true]) {
    found[`twenty steps of Adam, ${isCompiled ? 'compiled' : 'eager'}`] = digest(adam(isCompiled));
  }
  for (const dtype of ['float32', 'float64'] as const) {
    for (const [name, tensors] of [...pointwise(dtype), ...others(dtype)]) found[name] = digest(tensors);
  }
  return found;
}

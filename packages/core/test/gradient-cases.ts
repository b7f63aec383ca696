import {
  cat,
  einsum,
  embedding,
  F,
  Generator,
  rand,
  stack,
  type Tensor,
  tensor,
  where,
} from '../src/index.ts';
import { fusedBce } from '../src/nn/functional/binary-cross-entropy.ts';
import { fusedCrossEntropy } from '../src/nn/functional/class-target.ts';
import { fusedMse } from '../src/nn/functional/mse-loss.ts';
import { gatesOf, type RecurrenceOperands, recurrence } from '../src/nn/recurrent/recurrence.ts';
import { hasFloat64 } from './float64.ts';

const generator = new Generator().manualSeed(20261121);

/** Uniform draws from [low, high), float64, recorded: away from kinks and poles where the interval is. */
const uniform = (shape: number[], low: number, high: number): Tensor =>
  rand(shape, { dtype: 'float64', generator })
    .mul(high - low)
    .add(low)
    .requiresGrad_();

export const spread = (shape: number[]): Tensor => uniform(shape, -2, 2);
const positive = (shape: number[]): Tensor => uniform(shape, 0.3, 2.5);
const index = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });

/** A function of tensors, and what it is differentiated at. */
export type Check = [name: string, fn: (...inputs: Tensor[]) => Tensor, inputs: () => Tensor[]];

const unary: Check[] = [
  ['neg', (x) => x.neg(), () => [spread([3, 4])]],
  [
    'abs',
    (x) => x.abs(),
    () => [
      positive([4])
        .detach()
        .mul(tensor([1, -1, 1, -1], { dtype: 'float64' }))
        .requiresGrad_(),
    ],
  ],
  ['exp', (x) => x.exp(), () => [spread([3, 4])]],
  ['expm1', (x) => x.expm1(), () => [spread([5])]],
  ['log', (x) => x.log(), () => [positive([5])]],
  ['log1p', (x) => x.log1p(), () => [positive([5])]],
  ['sqrt', (x) => x.sqrt(), () => [positive([5])]],
  ['rsqrt', (x) => x.rsqrt(), () => [positive([5])]],
  ['square', (x) => x.square(), () => [spread([5])]],
  ['reciprocal', (x) => x.reciprocal(), () => [positive([5])]],
  ['pow number', (x) => x.pow(3), () => [spread([5])]],
  ['pow fraction', (x) => x.pow(-1.5), () => [positive([5])]],
  ['sin', (x) => x.sin(), () => [spread([5])]],
  ['cos', (x) => x.cos(), () => [spread([5])]],
  ['tan', (x) => x.tan(), () => [uniform([5], -1.2, 1.2)]],
  ['asin', (x) => x.asin(), () => [uniform([5], -0.9, 0.9)]],
  ['acos', (x) => x.acos(), () => [uniform([5], -0.9, 0.9)]],
  ['atan', (x) => x.atan(), () => [spread([5])]],
  ['sinh', (x) => x.sinh(), () => [spread([5])]],
  ['cosh', (x) => x.cosh(), () => [spread([5])]],
  ['asinh', (x) => x.asinh(), () => [uniform([11], -3, 3)]],
  ['acosh', (x) => x.acosh(), () => [uniform([5], 1.3, 4)]],
  ['atanh', (x) => x.atanh(), () => [uniform([5], -0.9, 0.9)]],
  ['trunc', (x) => x.trunc(), () => [uniform([2, 5], 0.2, 0.9)]],
  ['frac', (x) => x.frac(), () => [uniform([2, 5], 0.2, 0.9)]],
  ['exp2', (x) => x.exp2(), () => [spread([5])]],
  ['log2', (x) => x.log2(), () => [positive([5])]],
  ['log10', (x) => x.log10(), () => [positive([5])]],
  ['erfinv', (x) => x.erfinv(), () => [uniform([5], -0.9, 0.9)]],
  ['tanh', (x) => x.tanh(), () => [spread([5])]],
  ['sigmoid', (x) => x.sigmoid(), () => [spread([5])]],
  ['erf', (x) => x.erf(), () => [spread([5])]],
  ['relu', (x) => x.relu(), () => [spread([11])]],
  ['leakyRelu', (x) => x.leakyRelu(0.2), () => [spread([11])]],
  ['elu', (x) => x.elu(1.3), () => [spread([11])]],
  ['gelu', (x) => x.gelu(), () => [spread([7])]],
  ['gelu tanh', (x) => x.gelu({ approximate: 'tanh' }), () => [spread([7])]],
  ['silu', (x) => x.silu(), () => [spread([7])]],
  ['softplus', (x) => x.softplus(2, 3), () => [spread([11])]],
  ['clamp', (x) => x.clamp(-0.7, 0.9), () => [spread([11])]],
  ['clamp min', (x) => x.clamp(0.1), () => [spread([11])]],
  ['floor', (x) => x.floor(), () => [uniform([4], 0.2, 0.8)]],
  ['ceil', (x) => x.ceil(), () => [uniform([4], 0.2, 0.8)]],
  ['round', (x) => x.round(), () => [uniform([4], 0.6, 1.4)]],
  ['sign', (x) => x.sign(), () => [positive([4])]],
];

const binary: Check[] = [
  ['add', (a, b) => a.add(b), () => [spread([2, 3]), spread([3])]],
  ['sub', (a, b) => a.sub(b), () => [spread([2, 3]), spread([2, 1])]],
  ['mul', (a, b) => a.mul(b), () => [spread([2, 3]), spread([])]],
  ['div', (a, b) => a.div(b), () => [spread([2, 3]), positive([1, 3])]],
  ['atan2', (a, b) => a.atan2(b), () => [spread([2, 3]), positive([3])]],
  ['fmod', (a, b) => a.fmod(b), () => [uniform([2, 3], -6.8, -6.2), uniform([3], 1.1, 1.2)]],
  ['remainder', (a, b) => a.remainder(b), () => [uniform([2, 3], -6.8, -6.2), uniform([3], 1.1, 1.2)]],
  ['floorDivide', (a, b) => a.floorDivide(b), () => [uniform([2, 3], 6.2, 6.8), uniform([3], 1.1, 1.2)]],
  ['pow', (a, b) => a.pow(b), () => [positive([2, 3]), spread([3])]],
  ['pow of a number', (b) => where(b.gt(-100), b, b).exp(), () => [spread([3])]],
  ['maximum', (a, b) => a.maximum(b), () => [spread([4, 3]), spread([3])]],
  ['minimum', (a, b) => a.minimum(b), () => [spread([4, 3]), spread([3])]],
  ['where', (a, b) => a.where(a.gt(0), b), () => [spread([4, 3]), spread([3])]],
  ['where function', (a, b) => where(a.detach().gt(0), a, b), () => [spread([4, 1]), spread([3])]],
  ['matmul', (a, b) => a.matmul(b), () => [spread([3, 4]), spread([4, 2])]],
  ['matmul vectors', (a, b) => a.matmul(b), () => [spread([4]), spread([4])]],
  ['matmul vector matrix', (a, b) => a.matmul(b), () => [spread([4]), spread([4, 2])]],
  ['matmul matrix vector', (a, b) => a.matmul(b), () => [spread([2, 4]), spread([4])]],
  ['matmul batches', (a, b) => a.matmul(b), () => [spread([2, 1, 3, 4]), spread([5, 4, 2])]],
  ['matmul batch matrix', (a, b) => a.matmul(b), () => [spread([2, 3, 4]), spread([4, 2])]],
  ['linear', (x, w, b) => x.linear(w, b), () => [spread([3, 4]), spread([2, 4]), spread([2])]],
  ['linear without a bias', (x, w) => x.linear(w), () => [spread([2, 3, 4]), spread([2, 4])]],
  ['linear of a vector', (x, w, b) => x.linear(w, b), () => [spread([4]), spread([2, 4]), spread([2])]],
  ['matmul transposed', (a, b) => a.t().matmul(b.t()), () => [spread([4, 3]), spread([2, 4])]],
];

const reductions: Check[] = [
  ['sum', (x) => x.sum(), () => [spread([2, 3])]],
  ['sum dims', (x) => x.sum([0, 2]), () => [spread([2, 3, 2])]],
  ['sum keepdim', (x) => x.sum(1, { keepdim: true }), () => [spread([2, 3])]],
  ['mean', (x) => x.mean(-1), () => [spread([2, 3])]],
  ['prod', (x) => x.prod(1), () => [spread([2, 3])]],
  [
    'prod one zero',
    (x) => x.prod(),
    () => [tensor([1.5, 0, -2, 3], { dtype: 'float64', requiresGrad: true })],
  ],
  [
    'prod two zeros',
    (x) => x.prod(),
    () => [tensor([1.5, 0, -2, 0], { dtype: 'float64', requiresGrad: true })],
  ],
  ['var', (x) => x.var(1), () => [spread([2, 5])]],
  ['var population', (x) => x.var(undefined, { correction: 0 }), () => [spread([2, 5])]],
  ['std', (x) => x.std(0, { keepdim: true }), () => [spread([4, 2])]],
  ['max', (x) => x.max(), () => [spread([2, 3])]],
  ['max dim', (x) => x.max(1).values, () => [spread([2, 3])]],
  ['min dim', (x) => x.min(0, { keepdim: true }).values, () => [spread([2, 3])]],
  ['amax dims', (x) => x.amax([0, 2]), () => [spread([2, 3, 2])]],
  ['amin', (x) => x.amin(1), () => [spread([2, 3])]],
  ['logsumexp', (x) => x.logsumexp(1), () => [spread([2, 3])]],
  ['norm', (x) => x.norm(), () => [spread([2, 3])]],
  ['norm 1', (x) => x.norm(1, 1), () => [spread([2, 3])]],
  ['norm 3', (x) => x.norm(3, 0), () => [spread([2, 3])]],
  ['norm inf', (x) => x.norm(Number.POSITIVE_INFINITY), () => [spread([2, 3])]],
  ['cumsum', (x) => x.cumsum(1), () => [spread([2, 4])]],
  ['softmax', (x) => x.softmax(0), () => [spread([3, 2])]],
  ['softmax of the last axis', (x) => x.softmax(-1), () => [spread([2, 5])]],
  ['logSoftmax', (x) => x.logSoftmax(-1), () => [spread([3, 4])]],
  [
    'layerNorm',
    (x, w, b) => x.layerNorm([2, 3], w, b),
    () => [spread([4, 2, 3]), spread([2, 3]), spread([2, 3])],
  ],
  ['layerNorm of one axis', (x) => x.layerNorm([5]), () => [spread([2, 5])]],
  ['layerNorm with a weight', (x, w) => x.layerNorm([4], w), () => [spread([3, 4]), spread([4])]],
  ['layerNorm with a bias', (x, b) => x.layerNorm([4], undefined, b), () => [spread([3, 4]), spread([4])]],
  [
    'batchNorm',
    (x, w, b) => x.batchNorm({ weight: w, bias: b, training: true }),
    () => [spread([5, 3]), spread([3]), spread([3])],
  ],
  ['dropout', (x) => x.dropout(0.4, true, new Generator().manualSeed(3)), () => [spread([20])]],
];

const mask = (): Tensor =>
  tensor([
    [true, false, true],
    [false, true, true],
  ]);

const compositions: Check[] = [
  ['logaddexp', (a, b) => a.logaddexp(b), () => [spread([2, 3]), spread([3])]],
  ['lerp', (a, b, w) => a.lerp(b, w), () => [spread([2, 3]), spread([3]), uniform([2, 3], 0, 0.4)]],
  [
    'addcdiv',
    (a, b, c) => a.addcdiv(b, c, { value: 2 }),
    () => [spread([2, 3]), spread([3]), positive([2, 3])],
  ],
  ['cumprod', (x) => x.cumprod(1), () => [spread([2, 5])]],
  ['median', (x) => x.median(1).values, () => [spread([2, 5])]],
  ['quantile', (x) => x.quantile([0.2, 0.7], 1), () => [spread([2, 5])]],
  ['cdist', (a, b) => a.cdist(b), () => [spread([2, 3]), spread([4, 3])]],
  ['einsum', (a, b) => einsum('bij,bkj->ik', a, b), () => [spread([2, 3, 2]), spread([2, 4, 2])]],
  ['index', (x) => x.index(index([1, 0, 1]), '1:'), () => [spread([2, 3])]],
  ['index by a mask', (x) => x.index(mask()), () => [spread([2, 3])]],
  [
    'indexPut_',
    (x, v) => x.mul(1).indexPut_([index([1, 0]), index([2, 1])], v),
    () => [spread([2, 3]), spread([2])],
  ],
  ['indexPut_ by a mask', (x, v) => x.mul(1).indexPut_([mask()], v), () => [spread([2, 3]), spread([4])]],
  [
    'scatter',
    (x, v) =>
      x.scatter(
        1,
        index([
          [2, 0],
          [1, 2],
        ]),
        v,
      ),
    () => [spread([2, 3]), spread([2, 2])],
  ],
  ['unfold', (x) => x.unfold(1, 3, 1), () => [spread([2, 5])]],
  ['diagonal', (x) => x.diagonal(1), () => [spread([3, 4])]],
  ['asStrided', (x) => x.asStrided([2, 2], [1, 2], 1), () => [spread([2, 3])]],
  ['roll', (x) => x.roll([1, 2], [0, 1]), () => [spread([2, 3])]],
  ['prelu', (x, w) => F.prelu(x, w), () => [spread([4, 3]), spread([3])]],
  [
    'batchNorm of images',
    (x, w, b) => x.batchNorm({ weight: w, bias: b, training: true }),
    () => [spread([2, 3, 2, 2]), spread([3]), spread([3])],
  ],
  ['batchNorm without parameters', (x) => x.batchNorm({ training: true }), () => [spread([3, 2])]],
  [
    'instanceNorm',
    (x, w, b) => F.instanceNorm(x, { weight: w, bias: b }),
    () => [spread([2, 2, 3]), spread([2]), spread([2])],
  ],
  ['groupNorm', (x, w, b) => F.groupNorm(x, 2, w, b), () => [spread([2, 6, 2]), spread([6]), spread([6])]],
  ['cosineSimilarity', (a, b) => F.cosineSimilarity(a, b), () => [spread([2, 3]), spread([2, 3])]],
  ['mish', (x) => F.mish(x), () => [spread([7])]],
  [
    'tripletMarginLoss',
    (a, p, n) => F.tripletMarginLoss(a, p, n),
    () => [spread([2, 3]), spread([2, 3]), spread([2, 3])],
  ],
  [
    'tripletMarginWithDistanceLoss',
    (a, p, n) =>
      F.tripletMarginWithDistanceLoss(a, p, n, { distanceFunction: (x, y) => x.sub(y).square().sum(-1) }),
    () => [spread([2, 3]), spread([2, 3]), spread([2, 3])],
  ],
  [
    'bilinear',
    (x, y, w, b) => F.bilinear(x, y, w, b),
    () => [spread([3, 2]), spread([3, 4]), spread([2, 2, 4]), spread([2])],
  ],
  [
    'scaledDotProductAttention',
    (q, k, v) => F.scaledDotProductAttention(q, k, v),
    () => [spread([2, 3, 4]), spread([2, 5, 4]), spread([2, 5, 2])],
  ],
  [
    'scaledDotProductAttention causal',
    (q, k, v) => F.scaledDotProductAttention(q, k, v, { isCausal: true, scale: 0.3 }),
    () => [spread([2, 2, 4, 3]), spread([2, 2, 4, 3]), spread([2, 2, 4, 3])],
  ],
  [
    'scaledDotProductAttention of a mask',
    (q, k, v, m) => F.scaledDotProductAttention(q, k, v, { attnMask: m }),
    () => [spread([2, 2, 3, 3]), spread([2, 2, 4, 3]), spread([2, 2, 4, 3]), spread([3, 4])],
  ],
  [
    'scaledDotProductAttention of fewer heads',
    (q, k, v) =>
      F.scaledDotProductAttention(q, k, v, {
        attnMask: tensor([[true, false, true, true]]),
        enableGqa: true,
      }),
    () => [spread([4, 3, 2]), spread([2, 4, 2]), spread([2, 4, 3])],
  ],
  ['rrelu', (x) => F.rrelu(x, 0.1, 0.4), () => [spread([7])]],
  ['softMarginLoss', (x, y) => F.softMarginLoss(x, y), () => [spread([2, 3]), spread([2, 3])]],
  [
    'multiMarginLoss',
    (x) => F.multiMarginLoss(x, index([2, 0]), { p: 2, margin: 0.7 }),
    () => [spread([2, 3])],
  ],
  [
    'multilabelMarginLoss',
    (x) =>
      F.multilabelMarginLoss(
        x,
        index([
          [2, -1, 0],
          [0, 1, -1],
        ]),
      ),
    () => [spread([2, 3])],
  ],
  [
    'multilabelSoftMarginLoss',
    (x, y) => F.multilabelSoftMarginLoss(x, y),
    () => [spread([2, 3]), positive([2, 3])],
  ],
  [
    'gaussianNllLoss',
    (x, y, v) => F.gaussianNllLoss(x, y, v),
    () => [spread([2, 3]), spread([2, 3]), positive([2, 3])],
  ],
];

const losses: Check[] = [
  [
    'mse',
    (x, y) => fusedMse(x, y, 'mean') ?? x.sub(y).square().mean(),
    () => [spread([2, 3]), spread([2, 3])],
  ],
  [
    'bce',
    (x, y) => fusedBce(x, y, 'sum') ?? y.sub(1).mul(x.neg().add(1).log()).sub(y.mul(x.log())).sum(),
    () => [uniform([2, 3], 0.1, 0.9), uniform([2, 3], 0.1, 0.9)],
  ],
  ...(['mean', 'sum', 'none'] as const).map((reduction): Check => {
    return [
      `crossEntropy, ${reduction}`,
      (x) => {
        const target = index([2, 0, -1, 3]);
        const counted = index([2, 0, 0, 3]).unsqueeze(1);
        const weights = tensor([1, 1, 0, 1], { dtype: x.dtype });
        const fused = fusedCrossEntropy(x, target, { ignoreIndex: -1, reduction });
        if (fused !== undefined) return fused;
        const each = x.logSoftmax(1).gather(1, counted).squeeze(1).neg().mul(weights);
        if (reduction === 'none') return each;
        return reduction === 'sum' ? each.sum() : each.sum().div(3);
      },
      () => [spread([4, 4])],
    ];
  }),
];

const roundTrip: Check = ['float32 round trip', (x) => x.to('float64').mul(2), () => [spread([3])]];

const shapes: Check[] = [
  ['reshape', (x) => x.reshape(3, -1), () => [spread([2, 3])]],
  ['view', (x) => x.view([6]), () => [spread([2, 3])]],
  ['flatten', (x) => x.flatten(1), () => [spread([2, 3, 2])]],
  ['squeeze', (x) => x.squeeze(1), () => [spread([2, 1, 2])]],
  ['unsqueeze', (x) => x.unsqueeze(-1), () => [spread([2, 2])]],
  ['permute', (x) => x.permute(2, 0, 1), () => [spread([2, 3, 4])]],
  ['transpose reshape', (x) => x.transpose(0, 1).reshape(-1), () => [spread([2, 3])]],
  ['expand', (x) => x.expand(4, 2, 3), () => [spread([2, 1])]],
  ['slice', (x) => x.slice(1, 1, 6, 2), () => [spread([2, 7])]],
  ['select', (x) => x.select(0, -1), () => [spread([2, 3])]],
  ['narrow', (x) => x.narrow(1, 1, 2), () => [spread([2, 3])]],
  ['split', (x) => x.split(2, 1)[1]!, () => [spread([2, 5])]],
  ['chunk', (x) => x.chunk(3)[2]!, () => [spread([5, 2])]],
  ['flip', (x) => x.flip(0, 1), () => [spread([2, 3])]],
  ['pad', (x) => x.pad([1, 2, 0, -1], 3), () => [spread([2, 3])]],
  ['repeat', (x) => x.repeat(2, 1, 3), () => [spread([2, 2])]],
  ['tril', (x) => x.tril(-1), () => [spread([2, 3, 3])]],
  ['triu', (x) => x.triu(1), () => [spread([3, 4])]],
  ['cat', (a, b) => cat([a, b, a], 1), () => [spread([2, 3]), spread([2, 1])]],
  ['stack', (a, b) => stack([a, b], 1), () => [spread([2, 3]), spread([2, 3])]],
  ['clone', (x) => x.t().clone(), () => [spread([2, 3])]],
  ['indexSelect', (x) => x.indexSelect(1, index([2, 0, 2])), () => [spread([2, 3])]],
  [
    'gather',
    (x) =>
      x.gather(
        1,
        index([
          [0, 0],
          [2, 1],
        ]),
      ),
    () => [spread([2, 3])],
  ],
  [
    'scatterAdd',
    (a, b) =>
      a.scatterAdd(
        0,
        index([
          [0, 1, 1],
          [0, 0, 1],
        ]),
        b,
      ),
    () => [spread([2, 3]), spread([2, 3])],
  ],
  [
    'embedding',
    (w) =>
      embedding(
        w,
        index([
          [0, 2],
          [2, 1],
        ]),
      ),
    () => [spread([3, 2])],
  ],
  ['sort', (x) => x.sort(1, { descending: true }).values, () => [spread([2, 4])]],
  ['topk', (x) => x.topk(2).values, () => [spread([3, 4])]],
  ['add_', (x, y) => x.mul(1).add_(y), () => [spread([2, 3]), spread([3])]],
  ['mul_', (x) => x.mul(1).mul_(3), () => [spread([2, 3])]],
  ['copy_', (x, y) => x.mul(2).copy_(y).mul(y), () => [spread([2, 3]), spread([3])]],
  ...(hasFloat64 ? [roundTrip] : []),
];

/** A function of an input, a weight and a bias, at points of these shapes. */
const convolved = (
  name: string,
  fn: (x: Tensor, weight: Tensor, bias?: Tensor) => Tensor,
  ...sizes: number[][]
): Check => [name, fn as Check[1], () => sizes.map(spread)];

const convolutions: Check[] = [
  [
    'unfold of images',
    (x) => F.unfold(x, [2, 3], { padding: 1, stride: [2, 1] }),
    () => [spread([2, 2, 3, 4])],
  ],
  [
    'fold',
    (x) => F.fold(x, [3, 4], [2, 3], { padding: [0, 1], dilation: [1, 2] }),
    () => [spread([2, 12, 4])],
  ],
  convolved('conv2d', (x, w, b) => F.conv2d(x, w, b), [2, 2, 3, 4], [2, 2, 2, 3], [2]),
  convolved(
    'conv2d with stride, padding and dilation',
    (x, w, b) => F.conv2d(x, w, b, { stride: [2, 1], padding: [1, 2], dilation: [1, 2] }),
    ...[[1, 2, 4, 3], [1, 2, 3, 2], [1]],
  ),
  convolved(
    "conv2d in groups, padding 'same'",
    (x, w) => F.conv2d(x, w, undefined, { groups: 2, padding: 'same' }),
    ...[
      [2, 3, 3],
      [4, 1, 2, 3],
    ],
  ),
  convolved('conv1d', (x, w, b) => F.conv1d(x, w, b, { stride: 2, padding: 1 }), [2, 2, 5], [3, 2, 3], [3]),
  convolved('convTranspose2d', (x, w, b) => F.convTranspose2d(x, w, b), [2, 2, 2, 3], [2, 2, 3, 2], [2]),
  convolved(
    'convTranspose2d in groups, with stride, padding and output padding',
    (x, w) => F.convTranspose2d(x, w, undefined, { stride: 2, padding: 1, outputPadding: [1, 0], groups: 2 }),
    ...[
      [1, 2, 2, 3],
      [2, 1, 3, 3],
    ],
  ),
  convolved(
    'convTranspose1d with dilation',
    (x, w, b) => F.convTranspose1d(x, w, b, { dilation: 2, stride: 3 }),
    ...[[2, 3], [2, 1, 2], [1]],
  ),
];
/** All results of a layer of two or three sequences, the second shorter by a step where lengths are given. */
const recurrent: Check[] = (['tanh', 'lstm', 'gru'] as const).flatMap((cell) =>
  [false, true].map((reverse): Check => {
    const width = 2 * gatesOf[cell];
    const size = cell === 'lstm' && reverse ? 1 : 2;
    const names = [
      'gates',
      'h0',
      'weight',
      'bias',
      ...(cell === 'lstm' ? ['c0'] : []),
      ...(size < 2 ? ['projection'] : []),
    ];
    return [
      `${cell}${reverse ? ' reversed, with lengths' : ''}`,
      (...inputs) => {
        const operands = Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
        const { output, h, c } = recurrence(
          { cell, reverse, batchFirst: reverse },
          { ...(operands as unknown as RecurrenceOperands), lengths: reverse ? index([2, 1]) : undefined },
        );
        return cat([output, h, ...(c === undefined ? [] : [c])].map((x) => x.flatten()));
      },
      () => [
        spread([2, 2, width]),
        spread([2, size]),
        spread([width, size]),
        spread([width]),
        ...(cell === 'lstm' ? [spread([2, 2])] : []),
        ...(size < 2 ? [spread([size, 2])] : []),
      ],
    ];
  }),
);

/** By the kind of function. */
const image = (): Tensor[] => [spread([2, 2, 5, 4])];
const signal = (): Tensor[] => [spread([2, 2, 7])];

const images: Check[] = [
  ['maxPool2d', (x) => F.maxPool2d(x, 2), image],
  ['maxPool2d that overlaps', (x) => F.maxPool2d(x, 3, { stride: 1, padding: 1, dilation: [1, 2] }), image],
  ['maxPool2d with indices', (x) => F.maxPool2d(x, 2, { ceilMode: true, returnIndices: true })[0], image],
  ['maxPool1d', (x) => F.maxPool1d(x, 3, { stride: 2 }), signal],
  ['avgPool2d', (x) => F.avgPool2d(x, 2), image],
  [
    'avgPool2d that overlaps',
    (x) => F.avgPool2d(x, 3, { stride: 1, padding: 1, countIncludePad: false }),
    image,
  ],
  ['avgPool2d with a divisor', (x) => F.avgPool2d(x, [2, 3], { ceilMode: true, divisorOverride: 5 }), image],
  ['avgPool1d', (x) => F.avgPool1d(x, 3, { padding: 1 }), signal],
  ['adaptiveAvgPool2d', (x) => F.adaptiveAvgPool2d(x, [3, 2]), image],
  ['adaptiveAvgPool2d of all', (x) => F.adaptiveAvgPool2d(x, 1), image],
  ['adaptiveMaxPool2d', (x) => F.adaptiveMaxPool2d(x, [3, 2]), image],
  ...(['reflect', 'replicate', 'circular'] as const).map(
    (mode): Check => [`pad ${mode}`, (x) => F.pad(x, [2, 1, -1, 3], mode), image],
  ),
  ['interpolate nearest', (x) => F.interpolate(x, { size: [7, 3] }), image],
  ['interpolate bilinear', (x) => F.interpolate(x, { size: [7, 3], mode: 'bilinear' }), image],
  [
    'interpolate with aligned corners',
    (x) => F.interpolate(x, { scaleFactor: 2, mode: 'linear', alignCorners: true }),
    signal,
  ],
  ['pixelShuffle', (x) => F.pixelShuffle(x, 2), () => [spread([4, 2, 3])]],
  ['pixelUnshuffle', (x) => F.pixelUnshuffle(x, 2), () => [spread([1, 4, 2])]],
  ['dropout2d', (x) => F.dropout2d(x, 0.4, true, new Generator().manualSeed(3)), image],
];

export const gradientCases: readonly (readonly [group: string, checks: Check[]])[] = [
  ['unary', unary],
  ['binary', binary],
  ['reductions', reductions],
  ['compositions', compositions],
  ['losses', losses],
  ['shapes', shapes],
  ['convolutions', convolutions],
  ['recurrent', recurrent],
  ['images', images],
];

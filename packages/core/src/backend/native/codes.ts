import { type DType, dtypes } from '../../dtype.ts';
import {
  arithmeticOps,
  type BinaryOp,
  comparisonOps,
  type KernelKind,
  logicalOps,
  type ReduceOp,
  reduceOps,
  type UnaryOp,
  unaryOps,
} from '../kernels.ts';

/** The numbers that stand for names in records: positions in these lists, which native/src/codes.h repeats. */
const numbered = <K extends string>(names: readonly K[]): { readonly [N in K]: number } =>
  Object.fromEntries(names.map((name, i) => [name, i])) as { [N in K]: number };

/** Kinds that the library has: a chain is several calls. */
type NativeKind = KernelKind | 'chain';

const kinds: { readonly [K in NativeKind]: number } = {
  copy: 0,
  unary: 1,
  binary: 2,
  where: 3,
  reduce: 4,
  argReduce: 5,
  cumsum: 6,
  argsort: 7,
  matmul: 8,
  indexSelect: 9,
  indexAdd: 10,
  gather: 11,
  scatterAdd: 12,
  assertRange: 13,
  activationBackward: 14,
  softmax: 15,
  softmaxBackward: 16,
  crossEntropy: 17,
  crossEntropyBackward: 18,
  mse: 19,
  mseBackward: 20,
  bce: 21,
  bceBackward: 22,
  layerNorm: 23,
  layerNormBackward: 24,
  sgdStep: 25,
  adamStep: 26,
  rmspropStep: 27,
  adagradStep: 28,
  chain: 29,
};

const binaryOps: readonly BinaryOp[] = [...arithmeticOps, ...comparisonOps, ...logicalOps];
const dtypeNames = Object.keys(dtypes) as DType[];

export const codes: {
  readonly dtype: { readonly [D in DType]: number };
  readonly kind: { readonly [K in NativeKind]: number };
  readonly unary: { readonly [O in UnaryOp]: number };
  readonly binary: { readonly [O in BinaryOp]: number };
  readonly reduce: { readonly [O in ReduceOp]: number };
} = {
  dtype: numbered(dtypeNames),
  kind: kinds,
  unary: numbered(unaryOps),
  binary: numbered(binaryOps),
  reduce: numbered(reduceOps),
};

/** All lists as one line of text, as the library's `kd_codes` gives its own. */
export const codesText: string = [dtypeNames, Object.keys(kinds), unaryOps, binaryOps, reduceOps]
  .map((names) => names.map((name) => `${name} `).join(''))
  .join('| ');

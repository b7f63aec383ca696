import { dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { KernelKind } from '../kernels.ts';
import type { Place, PlacedCall } from '../placed-call.ts';

/** A piece of memory, by identity. Places with the same buffer may overlap, places with different ones never do. */
export type Buffer = Place['storage'];

/** Bytes [start, end) of a buffer. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The bytes from the first to the last element of a place. */
export function extentOf({ dtype, shape, strides, offset }: Place): Extent {
  const { bytes } = dtypes[dtype];
  if (numel(shape) === 0) return { start: 0, end: 0 };
  let first = offset;
  let last = offset;
  for (const [d, size] of shape.entries()) {
    const reach = (size - 1) * strides[d]!;
    if (reach < 0) first += reach;
    else last += reach;
  }
  return { start: first * bytes, end: (last + 1) * bytes };
}

/** Whether elements lie one behind the other in the order of their indices, without gaps. */
export function isDense({ shape, strides }: Pick<Place, 'shape' | 'strides'>): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 1) continue;
    if (strides[d] !== expected) return false;
    expected *= shape[d]!;
  }
  return true;
}

/** Whether a place is one element throughout. */
export const isSingle = ({ shape, strides }: Pick<Place, 'shape' | 'strides'>): boolean =>
  shape.every((size, d) => size === 1 || strides[d] === 0);

export const isPlace = (operand: Place | number): operand is Place => typeof operand === 'object';

/** Whether a kind writes every element of its outputs, and reads none of them. */
const overwrites: { readonly [K in KernelKind]: boolean } = {
  copy: true,
  unary: true,
  binary: true,
  where: true,
  reduce: true,
  argReduce: true,
  cumsum: true,
  argsort: true,
  matmul: true,
  indexSelect: true,
  indexAdd: false,
  gather: true,
  scatterAdd: false,
  assertRange: true,
  activationBackward: true,
  softmax: true,
  softmaxBackward: true,
  crossEntropy: true,
  crossEntropyBackward: true,
  mse: true,
  mseBackward: true,
  bce: true,
  bceBackward: true,
  layerNorm: true,
  layerNormBackward: true,
  sgdStep: false,
  adamStep: false,
  rmspropStep: false,
  adagradStep: false,
};

export const overwritesOutputs = ({ kind }: PlacedCall): boolean => overwrites[kind];

/** Whether a call complains of what it reads, and then everything behind it must not have happened. */
export const mayFail = ({ kind }: PlacedCall): boolean =>
  kind === 'assertRange' ||
  kind === 'indexSelect' ||
  kind === 'indexAdd' ||
  kind === 'gather' ||
  kind === 'scatterAdd';

/** Places that a call reads. */
export const readsOf = (call: PlacedCall): readonly Place[] => [
  ...call.inputs.filter(isPlace),
  ...(overwritesOutputs(call) ? [] : call.outputs),
];

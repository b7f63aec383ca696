import { type DType, dtypes } from '../../../dtype.ts';
import { numel } from '../../../shape.ts';
import { binaryOps } from '../../kernels/op-lists.ts';
import { arithmeticOps, type BinaryOp, comparisonOps, type UnaryOp, unaryOps } from '../../kernels.ts';
import type { BufferView, LoweredCall, LoweredCallOf } from '../../lowered-call.ts';
import {
  blocksFor,
  dtypeCodes,
  isAligned,
  type Launch,
  launch,
  type PlanContext,
  suffixes,
  THREADS,
} from './launch.ts';
import { countOf, divisor, type Layout, merged, parts } from './layout.ts';
import { Flat, FlatCopy, Strided } from './parameters.ts';

type Operand = BufferView | number;

/** Operations that have a kernel of their own for contiguous float32 in pointwise.cu. */
const flatUnaryOps: ReadonlySet<UnaryOp> = new Set([
  'neg',
  'abs',
  'exp',
  'log',
  'sqrt',
  'rsqrt',
  'square',
  'reciprocal',
  'tanh',
  'sigmoid',
  'erf',
  'relu',
  'leakyRelu',
]);
const flatBinaryOps: ReadonlySet<BinaryOp> = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  ...comparisonOps,
]);

/** Elements that a thread of a kernel for contiguous operands works on. */
const EACH = 4;
const BYTES_EACH = 16;

/** Operands of a call, the output first, with where they are. */
class Pointwise {
  readonly operands: readonly Operand[];
  readonly layouts: readonly Layout[];
  readonly #addresses: readonly bigint[];

  constructor(call: LoweredCall, context: PlanContext) {
    this.operands = [call.outputs[0]!, ...call.inputs];
    const empty = numel(call.outputs[0]!.shape) === 0;
    this.layouts = empty ? [] : parts(merged(this.operands));
    this.#addresses = this.operands.map((x) => (typeof x === 'number' ? 0n : context.address(x)));
  }

  get dtype(): DType {
    return (this.operands[0] as BufferView).dtype;
  }

  address(i: number, layout: Layout): bigint {
    const operand = this.operands[i]!;
    if (typeof operand === 'number') return 0n;
    return this.#addresses[i]! + BigInt(layout.offsets[i]! * dtypes[operand.dtype].bytes);
  }

  dtypeOf(i: number): DType | undefined {
    const operand = this.operands[i]!;
    return typeof operand === 'number' ? undefined : operand.dtype;
  }

  /** Whether an operand is contiguous, or one element throughout where that is allowed. */
  isFlat(i: number, layout: Layout, single: boolean): boolean {
    if (layout.shape.length > 1) return false;
    const stride = layout.strides[i]![0];
    return stride === 1 || (single && stride === 0);
  }

  /** Launches of a kernel for any layout. `bits`: numbers are given as the bits that they have in the output's dtype. */
  strided(
    entry: string,
    {
      op = 0,
      parameters = [],
      bits = false,
    }: { op?: number; parameters?: readonly number[]; bits?: boolean },
  ): Launch[] {
    return this.layouts.map((layout) => this.stridedPart(layout, entry, op, parameters, bits));
  }

  stridedPart(
    layout: Layout,
    entry: string,
    op: number,
    parameters: readonly number[],
    bits: boolean,
  ): Launch {
    const { shape } = layout;
    const count = countOf(layout);
    const operands = this.operands.map((operand, i) => {
      const strides = layout.strides[i]!;
      if (typeof operand !== 'number') {
        return { data: this.address(i, layout), strides, dtype: dtypeCodes[operand.dtype] };
      }
      return { number: bits ? bitsAsDouble(operand, this.dtype) : operand, strides };
    });
    const divisors = shape.map(divisor);
    const values = Strided.pack({
      out: operands[0]!,
      inputs: operands.slice(1),
      count,
      rank: shape.length,
      sizes: shape,
      multipliers: divisors.map(({ multiplier }) => multiplier),
      shifts: divisors.map(({ shift }) => shift),
      op,
      parameters,
    });
    return launch('pointwise', entry, blocksFor(count), THREADS, values);
  }

  /** Launches of a kernel for contiguous float32 where the layout is so, else of one for any layout. */
  flatOr(
    flatEntry: string,
    stridedEntry: string,
    options: {
      op?: number;
      parameters?: readonly number[];
      bits?: boolean;
      /** Operands that the kernel takes, in its order. */
      order: readonly number[];
      /** The operand that has to be contiguous besides the output. */
      whole?: number;
    },
  ): Launch[] {
    const { op = 0, parameters = [], bits = false, order, whole } = options;
    return this.layouts.map((layout) => {
      const flat = this.isFlat(0, layout, false) && order.every((i) => this.isFlat(i, layout, i !== whole));
      if (!flat) return this.stridedPart(layout, stridedEntry, op, parameters, bits);
      const count = countOf(layout);
      const bytes = (i: number): number => dtypes[this.dtypeOf(i)!].bytes;
      const aligned = [0, ...order].every(
        (i) =>
          typeof this.operands[i] === 'number' ||
          layout.strides[i]![0] === 0 ||
          isAligned(this.address(i, layout), bytes(i) * EACH),
      );
      const values = Flat.pack({
        out: this.address(0, layout),
        inputs: order.map((i) => this.address(i, layout)),
        numbers: order.map((i) => (typeof this.operands[i] === 'number' ? (this.operands[i] as number) : 0)),
        steps: order.map((i) => layout.strides[i]![0]!),
        count,
        aligned: aligned ? 1 : 0,
        parameters,
        op,
      });
      return launch('pointwise', flatEntry, blocksFor(count, THREADS * EACH), THREADS, values);
    });
  }
}

/** A number converted to a dtype, as the bits that it has there, repeated to fill 8 bytes where asked. */
function bitsOf(value: number, dtype: DType, repeated: boolean): bigint {
  const { bytes, array } = dtypes[dtype];
  const memory = new ArrayBuffer(8);
  const elements = array(memory, 0, 8 / bytes);
  const converted = dtype === 'bool' ? Number(value !== 0) : value;
  elements.fill(converted, 0, repeated ? elements.length : 1);
  return new DataView(memory).getBigUint64(0, true);
}

function bitsAsDouble(value: number, dtype: DType): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bitsOf(value, dtype, false));
  return view.getFloat64(0);
}

const isInteger = (dtype: DType | undefined): boolean =>
  dtype === 'bool' || dtype === 'uint8' || dtype === 'int32';

const isByte = (dtype: DType): boolean => dtype === 'bool' || dtype === 'uint8';

export function copy(call: LoweredCallOf<'copy'>, context: PlanContext): Launch[] {
  const work = new Pointwise(call, context);
  const from = call.inputs[0]!;
  const { bytes } = dtypes[work.dtype];
  if (typeof from === 'object' && from.dtype !== work.dtype) return work.strided('convert', {});
  return work.layouts.map((layout) => {
    const out = work.address(0, layout);
    const x = work.address(1, layout);
    const flat =
      work.isFlat(0, layout, false) &&
      (typeof from === 'number' || work.isFlat(1, layout, false)) &&
      isAligned(out | x, BYTES_EACH);
    if (!flat) return work.stridedPart(layout, `copy_${bytes}`, 0, [], true);
    const size = countOf(layout) * bytes;
    const pattern = typeof from === 'number' ? bitsOf(from, work.dtype, true) : 0n;
    const values = FlatCopy.pack({ out, x, pattern, bytes: size });
    return launch('pointwise', 'copy_flat', blocksFor(size, THREADS * BYTES_EACH), THREADS, values);
  });
}

export function unary(call: LoweredCallOf<'unary'>, context: PlanContext): Launch[] {
  const work = new Pointwise(call, context);
  const { op: name, parameters } = call.attributes;
  const op = unaryOps.indexOf(name);
  const from = work.dtypeOf(1);
  if (name === 'logicalNot') {
    const entry = from === 'float32' && isByte(work.dtype) ? 'unary_f32' : 'unary_any';
    return work.strided(entry, { op, parameters });
  }
  if (from !== 'float32' || work.dtype !== 'float32') return work.strided('unary_any', { op, parameters });
  if (!flatUnaryOps.has(name)) return work.strided('unary_f32', { op, parameters });
  return work.flatOr(`unary_${name}_f32`, 'unary_f32', { op, parameters, order: [1] });
}

export function activationBackward(
  call: LoweredCallOf<'activationBackward'>,
  context: PlanContext,
): Launch[] {
  const work = new Pointwise(call, context);
  const { op: name, parameters } = call.attributes;
  const options = { op: unaryOps.indexOf(name), parameters };
  const single = [0, 1, 2].every((i) => work.dtypeOf(i) === 'float32');
  return single
    ? work.flatOr('activationBackward_f32', 'activationBackward_any', { ...options, order: [1, 2] })
    : work.strided('activationBackward_any', options);
}

/** Whether arithmetic in 32 bits means the same with this number. */
const isWhole = (x: number): boolean => Number.isInteger(x) && x >= -(2 ** 31) && x < 2 ** 31;

export function binary(call: LoweredCallOf<'binary'>, context: PlanContext): Launch[] {
  const work = new Pointwise(call, context);
  const name = call.attributes.op;
  const op = binaryOps.indexOf(name);
  const { inputs } = call;
  const dtypesOfInputs = [work.dtypeOf(1), work.dtypeOf(2)].filter((dtype) => dtype !== undefined);
  const predicate = !arithmeticOps.some((arithmetic) => arithmetic === name);
  const wraps = name === 'mul' || name === 'pow';
  if (dtypesOfInputs.some(isInteger)) {
    const whole = dtypesOfInputs.every(isInteger) && inputs.every((x) => typeof x === 'object' || isWhole(x));
    return work.strided(wraps || (whole && isInteger(work.dtype)) ? 'binary_integer' : 'binary_any', { op });
  }
  const single = dtypesOfInputs.length > 0 && dtypesOfInputs.every((dtype) => dtype === 'float32');
  if (!single || (predicate ? !isByte(work.dtype) : work.dtype !== 'float32'))
    return work.strided('binary_any', { op });
  if (!flatBinaryOps.has(name)) return work.strided('binary_f32', { op });
  return work.flatOr(`binary_${name}_f32`, 'binary_f32', { op, order: [1, 2] });
}

export function where(call: LoweredCallOf<'where'>, context: PlanContext): Launch[] {
  const work = new Pointwise(call, context);
  const [condition, ...choices] = call.inputs;
  const moved = choices.every((x) => typeof x === 'number' || x.dtype === work.dtype);
  if (typeof condition === 'number' || !isByte(condition!.dtype) || !moved)
    return work.strided('where_any', {});
  const entry = `where_${dtypes[work.dtype].bytes}`;
  if (suffixes[work.dtype] !== 'f32') return work.strided(entry, { bits: true });
  return work.flatOr('where_f32', entry, { bits: true, order: [2, 3, 1], whole: 1 });
}

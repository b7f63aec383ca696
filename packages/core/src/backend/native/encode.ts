import { numel } from '../../shape.ts';
import { AttributeReader } from '../attribute-reader.ts';
import { type KernelDeclaration, MAX_PARAMETERS, type OperandDeclaration } from '../kernels/declaration.ts';
import { type KernelKind, tableOf } from '../kernels.ts';
import type { BufferView, LoweredCall } from '../lowered-call.ts';
import type { ColumnTotals, FusedPointwise, LinesCall, SharedTasks } from '../passes/optimized-call.ts';
import { codes } from './codes.ts';
import { fusedWords } from './encode-fused.ts';
import type { NativeCall, StepOfProducts } from './inline-products.ts';
import type { Block } from './memory.ts';

/** Axes that a tensor may have; the same as PyTorch's limit. */
export const MAX_DIMS = 64;

/** Words that any record fits into: four operands of 64 axes, or the step of an optimizer for 32 parameters, each gradient a product. */
export const RECORD_WORDS = 1536;

/** What there is a record of. */
export type RecordedCall = NativeCall | ColumnTotals | LinesCall;

/** Stands for an operand that is left out, and for a code that is none. */
const NONE = -1;

const FLOAT32 = codes.dtype.float32;

/** Ops of calls on lines in the order of their codes (`LinesOp` in native/src/lines.cpp). */
const LINES_OPS = ['fromRows', 'product', 'sums', 'totals'] as const;

type Operand = BufferView | number | undefined;

type Attributes = { readonly [name: string]: unknown };

/** An operand of a record. */
interface OperandLayout {
  readonly form: OperandDeclaration['form'];
  /** Axes of a strided operand. */
  readonly rank: number;
  readonly when: string | undefined;
}

/** What of a declaration the record of a call is made by. */
interface RecordLayout {
  readonly code: number;
  readonly isPointwise: boolean;
  readonly ops: { readonly [name: string]: number } | undefined;
  readonly hasParameters: boolean;
  readonly reader: AttributeReader;
  /** The attributes of the call that is being written. */
  readonly values: unknown[];
  /** The position of the input whose elements are counted; −1 where none are. */
  readonly counted: number;
  readonly outputs: readonly OperandLayout[];
  readonly inputs: readonly OperandLayout[];
}

const operandLayouts = (operands: KernelDeclaration['outputs']): OperandLayout[] =>
  Object.values(operands).map(({ form, sizes, when }) => ({ form, rank: sizes.length, when }));

function layoutOf(declaration: KernelDeclaration, kind: KernelKind): RecordLayout {
  const { attributes, outputs, inputs, elements } = declaration;
  const { op } = attributes;
  const names = Object.keys(attributes).filter((name) => attributes[name]!.type !== 'text');
  return {
    code: codes.kind[kind],
    isPointwise: outputs.out?.form === 'pointwise',
    ops: op?.type === 'op' ? codes[op.list] : undefined,
    hasParameters: attributes.parameters !== undefined,
    reader: new AttributeReader(names),
    values: names.map(() => undefined),
    counted: elements === undefined ? -1 : Object.keys(inputs).indexOf(elements),
    outputs: operandLayouts(outputs),
    inputs: operandLayouts(inputs),
  };
}

const layouts = tableOf(layoutOf);

/**
 * Writes kernel calls in the library's form (native/src/record.h): doubles, in which addresses, sizes and codes are exact. One
 * array is used again and again, so that a call allocates nothing.
 *
 * Each operand goes with the extent of its memory, and the library refuses a call that would leave it.
 */
export class Encoder {
  readonly #target: { readonly elements: Float64Array };
  #words: Float64Array;
  #at = 0;

  constructor(target: { readonly elements: Float64Array }) {
    this.#target = target;
    this.#words = target.elements;
  }

  /** Puts the record, behind the number of its words, at the target's start and returns its length. */
  encode(call: RecordedCall): number {
    const words = this.#target.elements;
    this.#words = words;
    if (call.kind === 'fusedPointwise') this.#fused(call);
    else if (call.kind === 'stepOfProducts') this.#stepOfProducts(call);
    else if (call.kind === 'columnTotals') this.#columnTotals(call);
    else if (call.kind === 'lines') this.#lines(call);
    else if (call.kind === 'sharedTasks') this.#sharedTasks(call);
    else {
      const layout = layouts[call.kind];
      words[1] = layout === undefined ? NONE : layout.code;
      if (layout === undefined) this.#at = 2;
      else if (layout.isPointwise) this.#pointwise(layout, call);
      else this.#operands(layout, call, 2);
    }
    // An operand was brought back into memory, which grew.
    if (words.length === 0) return this.encode(call);
    words[0] = this.#at <= words.length ? this.#at - 1 : 0;
    return this.#at;
  }

  #fused(call: FusedPointwise): void {
    const words = fusedWords(call);
    for (let i = 0; i < words.length; i++) this.#words[i + 1] = words[i]!;
    this.#at = words.length + 1;
  }

  #columnTotals({ attributes, outputs, inputs }: ColumnTotals): void {
    const words = this.#words;
    words[1] = codes.kind.columnTotals;
    words[2] = attributes.rows;
    words[3] = attributes.columns;
    this.#at = this.#dense(inputs[0], this.#dense(outputs[0], 4));
  }

  #lines({ attributes, outputs, inputs }: LinesCall): void {
    const words = this.#words;
    const { op, rows, step, m, n, isTransposed } = attributes;
    words[1] = codes.kind.lines;
    words[2] = LINES_OPS.indexOf(op);
    words[3] = rows;
    words[4] = step;
    words[5] = m;
    words[6] = n;
    let at = 7;
    if (op === 'product') words[at++] = isTransposed ? 1 : 0;
    at = this.#dense(outputs[0], at);
    const [first, second, third] = inputs as readonly [BufferView, ...BufferView[]];
    at = this.#dense(first, at);
    if (op === 'sums') at = this.#dense(second!, at);
    if (op === 'product') {
      at = this.#strided(second!, 2, at);
      if (third === undefined) words[at++] = NONE;
      else at = this.#dense(third, at);
    }
    this.#at = at;
  }

  /** The calls of the tasks have records of their own, which follow. */
  #sharedTasks({ tasks }: SharedTasks): void {
    const words = this.#words;
    words[1] = codes.kind.sharedTasks;
    words[2] = tasks.length;
    for (const [i, task] of tasks.entries()) words[3 + i] = task.length;
    this.#at = 3 + tasks.length;
  }

  #stepOfProducts({ step, products }: StepOfProducts): void {
    const words = this.#words;
    words[1] = codes.kind.stepOfProducts;
    words[2] = products.length;
    let at = 3;
    for (const { tensor, a, b } of products) {
      words[at++] = tensor;
      at = this.#dense(a, at);
      at = this.#dense(b, at);
    }
    const layout = layouts[step.kind]!;
    words[at++] = layout.code;
    this.#operands(layout, step, at);
  }

  /** The memory of an operand, and where it begins in it. Returns the position behind. */
  #view({ storage, dtype, offset }: BufferView, at: number): number {
    const words = this.#words;
    const block = storage.handle as Block | undefined;
    if (block === undefined) {
      words[at] = NONE;
      return at + 1;
    }
    // A comparison takes less time than a table, and nearly all operands are float32.
    words[at] = dtype === 'float32' ? FLOAT32 : codes.dtype[dtype];
    words[at + 1] = block.address;
    words[at + 2] = storage.byteLength ?? block.capacity;
    words[at + 3] = offset;
    return at + 4;
  }

  #pointwise(layout: RecordLayout, { outputs, inputs, attributes }: LoweredCall): void {
    const words = this.#words;
    let at = 2;
    const { op, parameters } = attributes as { op: string; parameters: readonly number[] };
    if (layout.ops !== undefined) words[at++] = layout.ops[op]!;
    if (layout.hasParameters) {
      for (let i = 0; i < MAX_PARAMETERS; i++) words[at++] = parameters[i] ?? 0;
    }
    const out = outputs[0]!;
    const { shape } = out;
    words[at++] = outputs.length === 1 ? inputs.length : NONE;
    words[at++] = shape.length;
    for (let d = 0; d < shape.length; d++) words[at++] = shape[d]!;
    at = this.#elements(out, shape, at);
    for (let i = 0; i < inputs.length; i++) at = this.#elements(inputs[i]!, shape, at);
    this.#at = at;
  }

  /** An operand of the output's shape. Returns the position behind. */
  #elements(operand: BufferView | number, like: readonly number[], start: number): number {
    const words = this.#words;
    if (typeof operand === 'number') {
      words[start] = NONE;
      words[start + 1] = operand;
      return start + 2;
    }
    let at = this.#view(operand, start);
    const { shape, strides } = operand;
    let same = shape.length === like.length && strides.length === like.length;
    for (let d = 0; d < like.length; d++) {
      if (shape[d] !== like[d]) same = false;
      words[at++] = strides[d]!;
    }
    // No number is a stride of what has another shape.
    if (!same) words[at++] = Number.NaN;
    return at;
  }

  #operands(layout: RecordLayout, call: LoweredCall, start: number): void {
    const { outputs, inputs } = call;
    const attributes: Attributes = call.attributes;
    const words = this.#words;
    const { ops, values } = layout;
    layout.reader.read(attributes, values);
    let at = start;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'number') words[at++] = value;
      else if (typeof value === 'boolean') words[at++] = value ? 1 : 0;
      else words[at++] = ops?.[value as string] ?? Number.NaN;
    }
    if (layout.counted >= 0) words[at++] = numel((inputs[layout.counted] as BufferView).shape);
    at = this.#list(layout.outputs, outputs, attributes, at);
    this.#at = this.#list(layout.inputs, inputs, attributes, at);
  }

  /** Operands as declared. Returns the position behind. */
  #list(
    layouts: readonly OperandLayout[],
    operands: readonly Operand[],
    attributes: Attributes,
    start: number,
  ): number {
    const words = this.#words;
    let at = start;
    let next = 0;
    for (let i = 0; i < layouts.length; i++) {
      const { form, rank, when } = layouts[i]!;
      if (form === 'dense') at = this.#dense(operands[next++], at);
      else if (form !== 'tensors') at = this.#strided(operands[next++], rank, at);
      else if (when === undefined || (attributes[when] !== 0 && attributes[when] !== false)) {
        const count = attributes.count as number;
        for (let t = 0; t < count && at < words.length; t++) at = this.#dense(operands[next++], at);
      }
    }
    // What the kind does not take is no operand.
    if (operands.length > next) words[at++] = Number.NaN;
    return at;
  }

  /** An operand without gaps; one with gaps counts as having no number of elements. Returns the position behind. */
  #dense(operand: Operand, start: number): number {
    const words = this.#words;
    if (typeof operand !== 'object') {
      words[start] = NONE;
      return start + 1;
    }
    const { shape, strides } = operand;
    let count = 1;
    let whole = true;
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d]!;
      if (size !== 1 && strides[d] !== count && count !== 0 && size !== 0) whole = false;
      count *= size;
    }
    const at = this.#view(operand, start);
    words[at] = whole ? count : NONE;
    return at + 1;
  }

  /** An operand with so many axes; one with others has no sizes. Returns the position behind. */
  #strided(operand: Operand, rank: number, start: number): number {
    const words = this.#words;
    if (typeof operand !== 'object') {
      words[start] = NONE;
      return start + 1;
    }
    const { shape, strides } = operand;
    const known = shape.length === rank && strides.length === rank;
    let at = this.#view(operand, start);
    for (let d = 0; d < rank; d++) {
      words[at++] = known ? shape[d]! : NONE;
      words[at++] = strides[d]!;
    }
    return at;
  }
}

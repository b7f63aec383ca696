import { type DType, isFloat } from '../dtype.ts';
import {
  assertApart,
  assertDense,
  assertShape,
  assertStrided,
  elementsOf,
  refuse,
  textOf,
} from './check-view.ts';
import type { Attribute, Extent, KernelDeclaration, OperandDeclaration } from './kernels/declaration.ts';
import { predicates } from './kernels/op-lists.ts';
import { tableOf } from './kernels.ts';
import type { BufferView, LoweredCall } from './lowered-call.ts';

type Attributes = { readonly [name: string]: unknown };
type Operand = BufferView | number;

function viewAt(call: LoweredCall, operands: readonly Operand[], i: number): BufferView {
  const operand = operands[i];
  if (typeof operand !== 'object' || operand === null)
    refuse(call, `a tensor as operand ${i}`, String(operand));
  return operand;
}

/** An attribute's declaration. All have the same fields, which are read sooner so. */
interface AttributeRule {
  readonly name: string;
  readonly type: Attribute['type'];
  /** The limits of a size. */
  readonly least: number;
  readonly most: number;
  /** The names that an `op` takes. */
  readonly ops: ReadonlySet<unknown> | undefined;
}

interface OperandRule {
  readonly form: OperandDeclaration['form'];
  readonly sizes: readonly Extent[];
  /** The sizes in the call that is being checked, so that a check allocates nothing. */
  readonly shape: number[];
  readonly transposed: string | undefined;
  readonly when: string | undefined;
  readonly takesNumber: boolean;
  readonly isShared: boolean;
  /** Whether a predicate writes bool to it. */
  readonly isResult: boolean;
  /** Dtypes that it may have, whatever the others have. */
  readonly own: readonly DType[] | undefined;
}

/** Operands of one side of a call, and how many there are without groups of tensors. */
interface Side {
  readonly operands: readonly OperandRule[];
  readonly least: number;
  readonly most: number;
}

interface Rule {
  readonly attributes: readonly AttributeRule[];
  readonly outputs: Side;
  readonly inputs: Side;
  readonly isPointwise: boolean;
  /** Whether there are groups of tensors. */
  readonly isStep: boolean;
  /** The operand that has the shared dtype: its side, −1 where none has, and its position. */
  readonly sharedIsInput: boolean;
  readonly sharedAt: number;
  readonly isFloat: boolean;
  /** The position of the input whose elements are counted; −1 where none are. */
  readonly counted: number;
}

function sideOf(operands: KernelDeclaration['outputs']): Side {
  const rules = Object.values(operands).map(({ form, dtype, sizes, transposed, when, number }) => ({
    form,
    sizes,
    shape: sizes.map(() => 0),
    transposed,
    when,
    takesNumber: number === true,
    isShared: dtype === 'any' || dtype === 'float',
    isResult: dtype === 'result',
    own: typeof dtype === 'string' ? undefined : dtype,
  }));
  const single = Object.values(operands).filter(({ form }) => form !== 'tensors');
  return {
    operands: rules,
    least: single.filter(({ optional }) => optional === undefined).length,
    most: single.length,
  };
}

function ruleOf({ attributes, outputs, inputs, elements }: KernelDeclaration): Rule {
  const sides = { outputs: sideOf(outputs), inputs: sideOf(inputs) };
  const sharedOutput = sides.outputs.operands.findIndex(({ isShared }) => isShared);
  const sharedInput = sides.inputs.operands.findIndex(({ isShared }) => isShared);
  const all = [...Object.values(outputs), ...Object.values(inputs)];
  return {
    ...sides,
    attributes: Object.entries(attributes).map(([name, attribute]) => ({
      name,
      type: attribute.type,
      least: attribute.type === 'size' ? attribute.least : 0,
      most: attribute.type === 'size' ? attribute.most : 0,
      ops: attribute.type === 'op' ? new Set(attribute.ops) : undefined,
    })),
    isPointwise: outputs.out?.form === 'pointwise',
    isStep: all.some(({ form }) => form === 'tensors'),
    sharedIsInput: sharedOutput < 0,
    sharedAt: sharedOutput < 0 ? sharedInput : sharedOutput,
    isFloat: all.some(({ dtype }) => dtype === 'float'),
    counted: elements === undefined ? -1 : Object.keys(inputs).indexOf(elements),
  };
}

/** What each kind asks of its operands and attributes, by its declaration. */
const rules = tableOf(ruleOf);

/** Whether an attribute may have this value. */
function accepts({ type, least, most, ops }: AttributeRule, value: unknown): boolean {
  switch (type) {
    case 'size':
      return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string';
    case 'parameters':
      return Array.isArray(value) && value.every((each) => typeof each === 'number');
    case 'op':
      return ops!.has(value);
  }
}

/** What values an attribute takes, in words. */
function describe({ type, least, most }: AttributeRule): string {
  switch (type) {
    case 'size':
      return `integer sizes of at least ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`}`;
    case 'number':
      return 'numbers as attributes';
    case 'flag':
      return 'booleans as flags';
    case 'text':
      return 'strings for messages';
    case 'parameters':
      return 'an array of numbers as parameters';
    case 'op':
      return 'an operation that engines support';
  }
}

/** Whether an operand that hangs on an attribute is there. */
const isPresent = ({ when }: OperandRule, attributes: Attributes): boolean =>
  when === undefined || (attributes[when] !== 0 && attributes[when] !== false);

function assertLength(call: LoweredCall, name: 'outputs' | 'inputs', { operands, least, most }: Side): void {
  const attributes = call.attributes as Attributes;
  let grouped = 0;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    if (operand.form === 'tensors' && isPresent(operand, attributes)) grouped += attributes.count as number;
  }
  const { length } = call[name];
  if (length >= least + grouped && length <= most + grouped) return;
  const range = least === most ? least + grouped : `${least + grouped} to ${most + grouped}`;
  refuse(call, `${range} ${name}`, String(length));
}

/** Checks an output, and inputs of its shape or numbers. */
function assertPointwise(call: LoweredCall, { inputs }: Rule, shared: DType | undefined): void {
  const out = viewAt(call, call.outputs, 0);
  assertApart(call, out);
  for (let i = 0; i < call.inputs.length; i++) {
    const operand = inputs.operands[i]!;
    if (operand.takesNumber && typeof call.inputs[i] === 'number') continue;
    const view = viewAt(call, call.inputs, i);
    assertShape(call, view, out.shape);
    if (operand.isShared && view.dtype !== shared) refuse(call, `operands of ${shared}`, textOf(view));
  }
}

/** The dtype that an operand has to have. */
function dtypeOf({ isResult, own }: OperandRule, view: BufferView, { op }: Attributes, shared: DType): DType {
  if (own !== undefined) return own.includes(view.dtype) ? view.dtype : own[0]!;
  return isResult && predicates.has(op as string) ? 'bool' : shared;
}

/** The number of elements along an axis, by its declaration. */
function sizeOf(size: Extent, attributes: Attributes, elements: number): number {
  if (typeof size === 'number') return size;
  return size === 'elements' ? elements : (attributes[size] as number);
}

/** Checks operands against the sizes that attributes give; `elements` are those that the kind counts. */
function assertOperands(
  call: LoweredCall,
  { operands }: Side,
  views: readonly Operand[],
  shared: DType,
  elements: number,
): void {
  const attributes = call.attributes as Attributes;
  for (let i = 0; i < views.length; i++) {
    const operand = operands[i]!;
    const view = viewAt(call, views, i);
    const dtype = dtypeOf(operand, view, attributes, shared);
    const rank = operand.sizes.length;
    if (operand.form === 'dense') {
      let count = 1;
      for (let d = 0; d < rank; d++) count *= sizeOf(operand.sizes[d]!, attributes, elements);
      assertDense(call, view, count, dtype);
      continue;
    }
    const { shape: sizes } = operand;
    for (let d = 0; d < rank; d++) sizes[d] = sizeOf(operand.sizes[d]!, attributes, elements);
    if (operand.transposed !== undefined && attributes[operand.transposed]) {
      const rows = sizes[rank - 2]!;
      sizes[rank - 2] = sizes[rank - 1]!;
      sizes[rank - 1] = rows;
    }
    assertStrided(call, view, sizes, dtype, operand.form === 'matrix');
  }
}

/** Checks one side of an optimizer step: tensors of as many elements as the parameters, and operands beside them. */
function assertTensors(
  call: LoweredCall,
  { operands }: Side,
  views: readonly Operand[],
  shared: DType,
): void {
  const attributes = call.attributes as Attributes;
  const count = attributes.count as number;
  let next = 0;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    if (operand.form !== 'tensors') {
      assertDense(call, viewAt(call, views, next++), operand.sizes[0] as number, shared);
    } else if (isPresent(operand, attributes)) {
      for (let t = 0; t < count; t++) {
        assertDense(call, viewAt(call, views, next++), elementsOf(call, call.outputs[t]!), shared);
      }
    }
  }
}

/**
 * Checks a call before an engine that trusts addresses runs it, by the declaration of its kind: the number of operands, their dtypes and
 * shapes against the attributes, every element inside of the operand's storage, every name known. Ops make calls that pass; what does
 * not is a defect, and becomes an error instead of access to memory of others.
 *
 * @throws KindlingError with the kind, what it expects and what came.
 */
export function checkCall(call: LoweredCall): void {
  const rule = rules[call.kind];
  if (rule === undefined) refuse(call, 'a kind of kernel that engines support', String(call.kind));
  const attributes = call.attributes as Attributes;
  for (let i = 0; i < rule.attributes.length; i++) {
    const attribute = rule.attributes[i]!;
    const value = attributes[attribute.name];
    if (!accepts(attribute, value)) refuse(call, describe(attribute), String(value));
  }
  const { outputs, inputs } = rule;
  assertLength(call, 'outputs', outputs);
  assertLength(call, 'inputs', inputs);
  let shared: DType | undefined;
  if (rule.sharedAt >= 0) {
    const first = viewAt(call, rule.sharedIsInput ? call.inputs : call.outputs, rule.sharedAt);
    if (rule.isFloat && !isFloat(first.dtype)) refuse(call, 'floats', textOf(first));
    shared = first.dtype;
  }
  if (rule.isPointwise) assertPointwise(call, rule, shared);
  else if (rule.isStep) {
    assertTensors(call, outputs, call.outputs, shared!);
    assertTensors(call, inputs, call.inputs, shared!);
  } else {
    const elements = rule.counted < 0 ? 0 : elementsOf(call, viewAt(call, call.inputs, rule.counted));
    assertOperands(call, outputs, call.outputs, shared!, elements);
    assertOperands(call, inputs, call.inputs, shared!, elements);
  }
}

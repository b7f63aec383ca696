import { type DType, isFloat } from '../dtype.ts';
import { AttributeReader } from './attribute-reader.ts';
import { assertRelations, type QuotientRule, type WindowsRule, windowsRule } from './check-relations.ts';
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

type Operand = BufferView | number;

function viewAt(call: LoweredCall, operands: readonly Operand[], i: number): BufferView {
  const operand = operands[i];
  if (typeof operand !== 'object' || operand === null)
    refuse(call, `a tensor as operand ${i}`, String(operand));
  return operand;
}

/** An attribute's declaration. All have the same fields, which are read sooner so. */
interface AttributeRule {
  readonly type: Attribute['type'];
  /** The limits of a size. */
  readonly least: number;
  readonly most: number;
  /** The names that an `op` takes. */
  readonly ops: ReadonlySet<unknown> | undefined;
}

interface OperandRule {
  readonly form: OperandDeclaration['form'];
  /** Positions of the sizes in {@link Rule.values}. */
  readonly sizes: readonly number[];
  /** The sizes in the call that is being checked, so that a check allocates nothing. */
  readonly shape: number[];
  /** Positions of attributes in {@link Rule.values}; −1 for none. */
  readonly transposed: number;
  readonly when: number;
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
  /** Whether there are groups of tensors. */
  readonly isGrouped: boolean;
}

interface Rule {
  readonly reader: AttributeReader;
  /** The attributes of the call that is being checked, in the declared order; then the number of elements; then sizes that are fixed, and quotients. */
  readonly values: unknown[];
  readonly attributes: readonly AttributeRule[];
  readonly quotients: readonly QuotientRule[];
  readonly windows: readonly WindowsRule[];
  readonly outputs: Side;
  readonly inputs: Side;
  readonly isPointwise: boolean;
  /** Whether there are groups of tensors on any side. */
  readonly isStep: boolean;
  /** Positions in {@link Rule.values}; −1 where there is none. */
  readonly op: number;
  readonly count: number;
  readonly elements: number;
  /** The operand that has the shared dtype: its side, −1 where none has, and its position. */
  readonly sharedIsInput: boolean;
  readonly sharedAt: number;
  readonly isFloat: boolean;
  /** The position of the input whose elements are counted; −1 where none are. */
  readonly counted: number;
}

function sideOf(
  operands: KernelDeclaration['outputs'],
  names: readonly string[],
  values: unknown[],
  quotients: QuotientRule[],
): Side {
  const positionOf = (size: Extent): number => {
    if (typeof size === 'number') return values.push(size) - 1;
    if (typeof size === 'string') return size === 'elements' ? names.length : names.indexOf(size);
    const known = quotients.find(({ declared }) => declared.of === size.of && declared.by === size.by);
    if (known !== undefined) return known.at;
    const at = values.push(0) - 1;
    quotients.push({ declared: size, of: names.indexOf(size.of), by: names.indexOf(size.by), at });
    return at;
  };
  const rules = Object.values(operands).map(({ form, dtype, sizes, transposed, when, number }) => ({
    form,
    sizes: sizes.map(positionOf),
    shape: sizes.map(() => 0),
    transposed: transposed === undefined ? -1 : names.indexOf(transposed),
    when: when === undefined ? -1 : names.indexOf(when),
    takesNumber: number === true,
    isShared: dtype === 'any' || dtype === 'float',
    isResult: dtype === 'result',
    own: typeof dtype === 'string' ? undefined : dtype,
  }));
  const ungrouped = Object.values(operands).filter(({ form }) => form !== 'tensors');
  return {
    operands: rules,
    least: ungrouped.filter(({ optional }) => optional === undefined).length,
    most: ungrouped.length,
    isGrouped: ungrouped.length < rules.length,
  };
}

function ruleOf({ attributes, outputs, inputs, elements, windows = [] }: KernelDeclaration): Rule {
  const names = Object.keys(attributes);
  const values: unknown[] = [...names.map(() => undefined), 0];
  const quotients: QuotientRule[] = [];
  const sides = {
    outputs: sideOf(outputs, names, values, quotients),
    inputs: sideOf(inputs, names, values, quotients),
  };
  const sharedOutput = sides.outputs.operands.findIndex(({ isShared }) => isShared);
  const sharedInput = sides.inputs.operands.findIndex(({ isShared }) => isShared);
  const all = [...Object.values(outputs), ...Object.values(inputs)];
  return {
    ...sides,
    reader: new AttributeReader(names),
    values,
    attributes: Object.values(attributes).map((attribute) => ({
      type: attribute.type,
      least: attribute.type === 'size' ? attribute.least : 0,
      most: attribute.type === 'size' ? attribute.most : 0,
      ops: attribute.type === 'op' ? new Set(attribute.ops) : undefined,
    })),
    quotients,
    windows: windows.map((declared) => windowsRule(declared, names)),
    isPointwise: outputs.out?.form === 'pointwise',
    isStep: sides.outputs.isGrouped || sides.inputs.isGrouped,
    op: names.indexOf('op'),
    count: names.indexOf('count'),
    elements: names.length,
    sharedIsInput: sharedOutput < 0,
    sharedAt: sharedOutput < 0 ? sharedInput : sharedOutput,
    isFloat: all.some(({ dtype }) => dtype === 'float'),
    counted: elements === undefined ? -1 : Object.keys(inputs).indexOf(elements),
  };
}

/** What each kind asks of its operands and attributes, by its declaration. */
const rules = tableOf(ruleOf);

/** The number of elements of each parameter in the step of an optimizer that is being checked. */
const counts: number[] = [];

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
const isPresent = ({ when }: OperandRule, values: readonly unknown[]): boolean =>
  when < 0 || (values[when] !== 0 && values[when] !== false);

/** Whether a side without groups takes so many operands. */
const takes = ({ least, most, isGrouped }: Side, length: number): boolean =>
  !isGrouped && length >= least && length <= most;

function assertLength(call: LoweredCall, name: 'outputs' | 'inputs', rule: Rule): void {
  const { values, count } = rule;
  const { operands, least, most } = rule[name];
  const { length } = call[name];
  let grouped = 0;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    if (operand.form === 'tensors' && isPresent(operand, values)) grouped += values[count] as number;
  }
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
function dtypeOf(
  { isResult, own }: OperandRule,
  view: BufferView,
  { values, op }: Rule,
  shared: DType,
): DType {
  if (own !== undefined) return own.includes(view.dtype) ? view.dtype : own[0]!;
  return isResult && predicates.has(values[op] as string) ? 'bool' : shared;
}

/** Checks operands against the sizes that attributes give. */
function assertOperands(
  call: LoweredCall,
  rule: Rule,
  { operands }: Side,
  views: readonly Operand[],
  shared: DType,
): void {
  const { values } = rule;
  for (let i = 0; i < views.length; i++) {
    const operand = operands[i]!;
    const { sizes } = operand;
    const view = viewAt(call, views, i);
    const dtype = dtypeOf(operand, view, rule, shared);
    if (operand.form === 'dense') {
      let count = 1;
      for (let d = 0; d < sizes.length; d++) count *= values[sizes[d]!] as number;
      assertDense(call, view, count, dtype);
      continue;
    }
    const { shape } = operand;
    const rank = sizes.length;
    for (let d = 0; d < rank; d++) shape[d] = values[sizes[d]!] as number;
    if (operand.transposed >= 0 && values[operand.transposed] === true) {
      const rows = shape[rank - 2]!;
      shape[rank - 2] = shape[rank - 1]!;
      shape[rank - 1] = rows;
    }
    assertStrided(call, view, shape, dtype, operand.form === 'matrix');
  }
}

/** Checks one side of an optimizer step: tensors of as many elements as the parameters, and operands beside them. */
function assertTensors(
  call: LoweredCall,
  { values, count: countAt }: Rule,
  { operands }: Side,
  views: readonly Operand[],
  shared: DType,
): void {
  const count = values[countAt] as number;
  let next = 0;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    if (operand.form !== 'tensors') {
      assertDense(call, viewAt(call, views, next++), values[operand.sizes[0]!] as number, shared);
    } else if (isPresent(operand, values)) {
      for (let t = 0; t < count; t++) assertDense(call, viewAt(call, views, next++), counts[t]!, shared);
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
  const { outputs, inputs, values, attributes } = rule;
  rule.reader.read(call.attributes, values);
  for (let i = 0; i < attributes.length; i++) {
    const attribute = attributes[i]!;
    if (!accepts(attribute, values[i])) refuse(call, describe(attribute), String(values[i]));
  }
  assertRelations(call, values, rule.quotients, rule.windows);
  if (!takes(outputs, call.outputs.length)) assertLength(call, 'outputs', rule);
  if (!takes(inputs, call.inputs.length)) assertLength(call, 'inputs', rule);
  let shared: DType | undefined;
  if (rule.sharedAt >= 0) {
    const first = viewAt(call, rule.sharedIsInput ? call.inputs : call.outputs, rule.sharedAt);
    if (rule.isFloat && !isFloat(first.dtype)) refuse(call, 'floats', textOf(first));
    shared = first.dtype;
  }
  if (rule.isPointwise) assertPointwise(call, rule, shared);
  else if (rule.isStep) {
    const count = values[rule.count] as number;
    for (let i = 0; i < count; i++) counts[i] = elementsOf(call, viewAt(call, call.outputs, i));
    assertTensors(call, rule, outputs, call.outputs, shared!);
    assertTensors(call, rule, inputs, call.inputs, shared!);
  } else {
    if (rule.counted >= 0) {
      values[rule.elements] = elementsOf(call, viewAt(call, call.inputs, rule.counted));
    }
    assertOperands(call, rule, outputs, call.outputs, shared!);
    assertOperands(call, rule, inputs, call.inputs, shared!);
  }
}

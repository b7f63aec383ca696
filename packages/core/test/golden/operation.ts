import { KindlingError, type Tensor } from '@kindling/core';
import { asTensors, call, column, decodeArguments, type Operand, operand, place } from './call.ts';
import { type ClosenessOptions, difference } from './closeness.ts';
import {
  decode,
  entries,
  type Result,
  type StoredInput,
  type StoredTensor,
  type Tolerance,
} from './fixture.ts';

/** One call of one operation, as `tools/golden/case.py` records it. */
export interface OperationCase {
  readonly name: string;
  readonly op: string;
  /** Whether `op` is a function of the package rather than a method of the first input. */
  readonly function?: boolean;
  readonly inputs: readonly StoredInput[];
  /** Arguments with {"input": i} for the i-th input; left out, all inputs (but the first, for a method). */
  readonly args?: readonly unknown[];
  readonly output?: Result<StoredTensor>;
  readonly gradOutput?: Result<StoredTensor | null>;
  readonly gradients?: readonly (StoredTensor | null)[];
  /** What inputs hold after the call, where it writes to them. */
  readonly inputsAfter?: readonly (StoredTensor | null)[];
  readonly tolerance?: Tolerance;
  readonly gradientTolerance?: Tolerance;
  readonly signedZero?: boolean;
  /** PyTorch refuses the call, and so must we, with a message that holds this. */
  readonly error?: string;
}

/** Creation functions, which take the device among their options, and how many arguments come before those. */
const creators: Readonly<Record<string, number>> = {
  zeros: 1,
  ones: 1,
  full: 2,
  arange: 3,
  linspace: 3,
  eye: 2,
};

function onDevice(args: readonly unknown[], before: number, device: string): unknown[] {
  const last = args.at(-1);
  const options = typeof last === 'object' && last !== null && !Array.isArray(last) ? last : undefined;
  const given = options === undefined ? args : args.slice(0, -1);
  return [...Array.from({ length: before }, (_, i) => given[i]), { ...options, device }];
}

function invoke(test: OperationCase, values: readonly Tensor[], device: string): unknown {
  const reference = (value: unknown): Tensor | undefined =>
    typeof value === 'object' && value !== null && 'input' in value ? values[Number(value.input)] : undefined;
  const args = test.args?.map((arg) => decodeArguments(arg, reference));
  if (!test.function) return call(test.op, values[0], args ?? values.slice(1));
  const before = creators[test.op];
  return call(
    test.op,
    undefined,
    before === undefined ? (args ?? values) : onDevice(args ?? [], before, device),
  );
}

/** Throws unless `run` throws a KindlingError whose message holds `text`. */
export function assertRefused(run: () => unknown, text: string): void {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof KindlingError)) {
    throw new Error(`expected a KindlingError with "${text}", got ${caught ?? 'no error'}`);
  }
  if (!caught.message.includes(text)) {
    throw new Error(`expected a message with "${text}", got "${caught.message}"`);
  }
}

/** Throws with every mismatch unless tensors agree with what is stored. */
export function assertClose(
  pairs: readonly (readonly [
    string,
    Tensor | null | undefined,
    StoredTensor | null | undefined,
    ClosenessOptions?,
  ])[],
): void {
  const problems = pairs.flatMap(([name, actual, expected, options]) => {
    if (!expected) return actual ? [`${name}: expected none, got a tensor of shape [${actual.shape}]`] : [];
    if (!actual) return [`${name}: expected a tensor of shape [${expected.shape}], got none`];
    return difference(name, column(actual), decode(expected), options) ?? [];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** Runs an operation on a device and throws with what differs from PyTorch. */
export function checkOperation(test: OperationCase, device: string): void {
  const operands = test.inputs.map((input) => operand(input, device));
  const values = operands.map(({ value }) => value);
  if (test.error === undefined) checkResult(test, operands, values, device);
  else assertRefused(() => readAll(invoke(test, values, device)), test.error);
}

/** An engine that does not wait says at a reading what it could not take. */
const readAll = (result: unknown): void => {
  for (const [, output] of entries(asTensors(result))) output.data();
};

function checkResult(
  test: OperationCase,
  operands: readonly Operand[],
  values: readonly Tensor[],
  device: string,
): void {
  const outputs = entries(asTensors(invoke(test, values, device)));
  const expected = entries(test.output!);
  if (outputs.length !== expected.length) {
    throw new Error(`expected ${expected.length} outputs, got ${outputs.length}`);
  }
  const { tolerance, signedZero, gradientTolerance } = test;
  assertClose(outputs.map(([name, x], i) => [name, x, expected[i]![1], { tolerance, signedZero }]));

  const upstream = test.gradOutput ? entries(test.gradOutput).map(([, gradient]) => gradient) : [];
  outputs.forEach(([name, output], i) => {
    if (output.requiresGrad !== Boolean(upstream[i])) {
      throw new Error(`${name}: expected requiresGrad ${Boolean(upstream[i])}, got ${output.requiresGrad}`);
    }
    if (upstream[i]) output.backward(place(upstream[i], device), { retainGraph: true });
  });
  assertClose([
    ...(test.gradients ?? []).map((g, i) => gradientPair(i, operands[i]!.leaf, g, gradientTolerance)),
    ...(test.inputsAfter ?? []).flatMap((after, i) =>
      after ? [[`input ${i} after`, operands[i]!.leaf, after, { tolerance }] as const] : [],
    ),
  ]);
}

function gradientPair(
  i: number,
  leaf: Tensor,
  expected: StoredTensor | null,
  tolerance: Tolerance | undefined,
) {
  return [`gradient of input ${i}`, leaf.grad, expected, { tolerance }] as const;
}

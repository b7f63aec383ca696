import { Tensor } from '@kindling/core';
import { asTensors, call, decodeArguments, operand, place } from './call.ts';
import type { StoredInput, StoredTensor, Tolerance } from './fixture.ts';
import { assertClose } from './operation.ts';

/** A chain of operations and its first and second derivatives, as `tools/golden/autograd.py` records it. */
export interface ProgramCase {
  readonly name: string;
  readonly inputs: readonly StoredInput[];
  /** Steps [name, op, ...arguments]; "$name" stands for an earlier value, "$0" for the first input. */
  readonly program: readonly (readonly [name: string, op: string, ...args: unknown[]])[];
  readonly output: StoredTensor;
  readonly gradOutput: StoredTensor;
  readonly gradients: readonly (StoredTensor | null)[];
  /** Gradients of Σ ⟨first gradient, direction⟩. */
  readonly second?: {
    readonly directions: readonly (StoredTensor | null)[];
    readonly gradients: readonly (StoredTensor | null)[];
  };
  readonly tolerance?: Tolerance;
}

function run(program: ProgramCase['program'], inputs: readonly Tensor[]): Tensor {
  const values = new Map(inputs.map((x, i) => [`$${i}`, x]));
  const lookUp = (value: unknown): Tensor | undefined =>
    typeof value === 'string' ? values.get(value) : undefined;
  let last: Tensor | undefined;
  for (const [name, op, ...args] of program) {
    const operands = args.map((arg) => decodeArguments(arg, lookUp));
    const [first, ...rest] = operands;
    const isMethod = first instanceof Tensor && op in first;
    const result = asTensors(isMethod ? call(op, first, rest) : call(op, undefined, operands));
    if (!(result instanceof Tensor)) throw new TypeError(`expected ${op} to give one tensor`);
    values.set(`$${name}`, result);
    last = result;
  }
  return last!;
}

/** Runs a program on a device and throws with what differs from PyTorch. */
export function checkProgram(test: ProgramCase, device: string): void {
  const leaves = test.inputs.map((input) => operand(input, device).leaf);
  const options = { tolerance: test.tolerance };
  const output = run(test.program, leaves);
  assertClose([['output', output, test.output, options]]);
  output.backward(place(test.gradOutput, device), { createGraph: test.second !== undefined });
  const first = leaves.map((leaf) => leaf.grad);
  assertClose(test.gradients.map((g, i) => [`gradient of input ${i}`, first[i], g, options]));
  if (test.second === undefined) return;

  const { directions, gradients } = test.second;
  const projected = first.flatMap((g, i) =>
    g?.requiresGrad ? [g.mul(place(directions[i]!, device)).sum()] : [],
  );
  for (const leaf of leaves) leaf.grad = null;
  projected.reduce((sum, term) => sum.add(term)).backward();
  assertClose(gradients.map((g, i) => [`second gradient of input ${i}`, leaves[i]!.grad, g, options]));
}

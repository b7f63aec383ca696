import type { Tensor } from '@kindling/core';
import * as train from '@kindling/train';
import { describe, test } from 'vitest';
import { decodeArguments, devices, place } from '../../core/test/golden/call.ts';
import type { StoredInput, StoredTensor } from '../../core/test/golden/fixture.ts';
import { assertClose, assertRefused } from '../../core/test/golden/operation.ts';
import { named, read } from './golden/setting.ts';

/** A loss with its gradients, or a refusal, as `tools/golden/losses.py` records it. */
interface LossCase {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly StoredInput[];
  readonly args: readonly unknown[];
  readonly output: StoredTensor;
  readonly gradOutput: StoredTensor;
  readonly gradients: readonly (StoredTensor | null)[];
  readonly error?: string;
}

const { cases } = read<{ cases: LossCase[] }>('losses');

function evaluate({ op, args }: LossCase, leaves: readonly Tensor[]): unknown {
  const loss: unknown = Reflect.get(train, op);
  if (typeof loss !== 'function') throw new TypeError(`@kindling/train has no loss ${op}`);
  const reference = (value: unknown): Tensor | undefined =>
    typeof value === 'object' && value !== null && 'input' in value ? leaves[Number(value.input)] : undefined;
  return Reflect.apply(
    loss,
    undefined,
    args.map((arg) => decodeArguments(arg, reference)),
  );
}

describe.each(devices)('losses on %s', (device) => {
  test.each(named(cases))('%s', (_, entry) => {
    const leaves = entry.inputs.map((input) => place(input, device, input.requiresGrad));
    if (entry.error !== undefined) {
      assertRefused(() => evaluate(entry, leaves), entry.error);
      return;
    }
    const output = evaluate(entry, leaves) as Tensor;
    assertClose([['output', output, entry.output]]);
    output.backward(place(entry.gradOutput, device));
    assertClose(entry.gradients.map((gradient, i) => [`gradient of input ${i}`, leaves[i]!.grad, gradient]));
  });
});
